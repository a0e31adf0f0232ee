#!/bin/sh
# Brings .venv to exactly what a lock file says: `set_up.sh runtime` or `set_up.sh dev`.
# Does nothing when the lock has not changed since the last time. Needs Python 3.11+ and no more.
set -eu

want=$1
python=${PY:-python3}
venv=.venv
bin=$venv/bin

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 2; }

# A mirror of the package index, for pip and for uv alike: make demo INDEX=https://mirror/simple
if [ -n "${INDEX:-}" ]; then
    export PIP_INDEX_URL="$INDEX" UV_DEFAULT_INDEX="$INDEX"
fi
export UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never
# On the file system of .venv, so that packages are linked and not copied.
export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.uv-cache}"

# What each set is made from; when all of it is unchanged there is nothing to do.
recipe() {
    case $1 in
        runtime) cat requirements-uv.txt requirements-build.txt requirements.lock ;;
        dev) cat requirements-uv.txt requirements-build.txt requirements-dev.lock ;;
    esac
    # The console command and the metadata come from here; tool tables do not matter to them.
    sed -n '/^\[project\]/,/^\[dependency-groups\]/p' pyproject.toml
    pwd
}

is_current() { [ -x "$bin/alongside" ] && recipe "$1" | cmp -s - "$venv/.set-up-$1"; }

# The dev set holds the runtime set, so `make demo` after `make test` has nothing to do.
if is_current dev || { [ "$want" = runtime ] && is_current runtime; }; then
    exit 0
fi

# A link means that a neighbouring work tree owns the environment: use it, never change it.
if [ -L "$venv" ]; then
    [ -x "$bin/python" ] || stop "$venv is a link that leads to no environment. Remove it."
    say "Using the environment that $venv links to, as it is"
    exit 0
fi

command -v "$python" >/dev/null 2>&1 || stop "Python 3.11 or newer is needed, and there is no \
'$python' here. Install it, or name yours: make PY=/path/to/python3.12 …"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || stop "Python 3.11 or newer is \
needed; '$python' is $("$python" -V 2>&1). Name a newer one: make PY=python3.12 …"

if [ ! -x "$bin/python" ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null || stop "This Python cannot make virtual \
environments. On Debian and Ubuntu: apt-get install python3-venv. Then run the same command again."
    say "Making the virtual environment in $venv"
    "$python" -m venv "$venv"
fi
rm -f "$venv/.set-up-runtime" "$venv/.set-up-dev"

uv_wanted=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements-uv.txt)
if ! "$bin/uv" --version 2>/dev/null | grep -qF " $uv_wanted"; then
    say "Installing uv $uv_wanted, by hash"
    "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --only-binary :all: -r requirements-uv.txt
fi

lock=requirements.lock
[ "$want" = runtime ] || lock=requirements-dev.lock
say "Installing what $lock lists, by hash"
"$bin/uv" pip sync --quiet --python "$bin/python" --require-hashes "$lock"
"$bin/uv" pip install --quiet --python "$bin/python" --no-deps \
    --build-constraints requirements-build.txt --editable .
recipe "$want" > "$venv/.set-up-$want"
