#!/bin/sh
# Resolves pyproject.toml and exports what installs use: hash-pinned and without any address.
# uv.lock stays out of git, because it names the host of the registry it was resolved against.
set -eu
export UV_SYSTEM_CERTS=1 UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never
if [ -n "${INDEX:-}" ]; then
    export UV_DEFAULT_INDEX="$INDEX"
fi
uv=.venv/bin/uv
"$uv" lock
export_lock() {
    "$uv" export --quiet --frozen --no-emit-project --no-header --no-annotate "$@"
}
export_lock --no-dev --no-default-groups -o requirements.lock
export_lock --all-extras --all-groups -o requirements-dev.lock
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "$@"
}
sed -n 's/^\(uv==[0-9.]*\).*/\1/p' requirements-uv.txt | compile - -o requirements-uv.txt
printf 'hatchling>=1.27\neditables>=0.5\n' | compile - -o requirements-build.txt
if grep -n '://' requirements*.lock requirements-*.txt; then
    echo "A lock names an address; locks must name none." >&2
    exit 1
fi
