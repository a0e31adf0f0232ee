#!/bin/sh
# Prints the path of a Chromium for the browser journeys, installing Debian's where it may.
# Prints nothing, and says why on stderr, where there is none and none may be installed.
#
# Debian's headless shell is the same engine without the windows around it: a new page costs a tenth
# of what it costs in the whole browser. Where it can be had it is taken.
set -eu

say() { printf '%s\n' "$*" >&2; }

find_one() {
    if [ -n "${CHROMIUM:-}" ]; then
        [ -x "$CHROMIUM" ] && printf '%s\n' "$CHROMIUM"
        return
    fi
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
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
case "$found" in
'' | */chromium-headless-shell) is_enough=$found ;;
*) is_enough=$([ "${CI:-}" = true ] && [ -z "${CHROMIUM:-}" ] || printf '%s' "$found") ;;
esac
if [ -n "$is_enough" ]; then
    printf '%s\n' "$found"
    exit 0
fi
if [ -n "${CHROMIUM:-}" ]; then
    say "CHROMIUM names $CHROMIUM, which is not a program."
    exit 0
fi

settle() {
    if [ -n "$found" ]; then
        printf '%s\n' "$found"
        exit 0
    fi
}

if ! command -v apt-get >/dev/null 2>&1; then
    settle
    say "No Chromium found, and this is neither Debian nor Ubuntu, so none is installed: install"
    say "Chromium or Chrome and name it: make test CHROMIUM=/path/to/chromium"
    exit 0
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    settle
    say "No Chromium found, and installing it needs root: sudo apt-get install chromium-headless-shell"
    exit 0
fi
say "Installing Chromium from the system's packages"
export DEBIAN_FRONTEND=noninteractive
for package in chromium-headless-shell chromium; do
    if { $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends \
        "$package"; } >&2; then
        find_one
        exit 0
    fi
    settle
done
say "The system's packages have no Chromium that installs here."
