#!/bin/sh
# Prints the path of a Chromium for the browser journeys, installing Debian's where it may.
# Prints nothing, and says why on stderr, where there is none and none may be installed.
set -eu

say() { printf '%s\n' "$*" >&2; }

find_one() {
    if [ -n "${CHROMIUM:-}" ]; then
        [ -x "$CHROMIUM" ] && printf '%s\n' "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if path=$(command -v "$name" 2>/dev/null); then
            printf '%s\n' "$path"
            return
        fi
    done
    for path in "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -x "$path" ]; then
            printf '%s\n' "$path"
            return
        fi
    done
}

found=$(find_one)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    exit 0
fi
if [ -n "${CHROMIUM:-}" ]; then
    say "CHROMIUM names $CHROMIUM, which is not a program."
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    say "No Chromium found, and this is neither Debian nor Ubuntu, so none is installed: install"
    say "Chromium or Chrome and name it: make test CHROMIUM=/path/to/chromium"
    exit 0
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    say "No Chromium found, and installing it needs root: sudo apt-get install chromium"
    exit 0
fi
say "Installing Chromium from the system's packages"
export DEBIAN_FRONTEND=noninteractive
if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends \
    chromium; } >&2; then
    say "The system's packages have no Chromium that installs here."
    exit 0
fi
find_one
