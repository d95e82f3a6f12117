#!/bin/sh
# Creates .venv and installs Comptoir with the pinned versions; does nothing where that is done.
# Usage: scripts/install.sh [dev]
set -eu
. "$(dirname "$0")/lib.sh"
extra="${1:-}"

find_python() {
    for name in python3.11 python3 python3.12 python3.13; do
        command -v "$name" >/dev/null 2>&1 || continue
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && { echo "$name"; return; }
    done
    fail "Comptoir needs Python 3.11 or newer. On Debian: apt install python3 python3-venv"
}

make_venv() {
    python="$(find_python)"
    say "Creating $VENV with $($python --version)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV" >/dev/null 2>&1 && return
    # Debian ships Python without venv. Half an environment must not pass for one next time.
    rm -rf "$VENV"
    debian_install python3-venv || fail "Python cannot create a virtual environment. On Debian: apt install python3-venv"
    "$python" -m venv "$VENV" || { rm -rf "$VENV"; exit 1; }
}

# Asking pip, because an interrupted creation leaves a Python without it.
"$VENV/bin/python" -m pip --version >/dev/null 2>&1 || make_venv
wanted="$(cat requirements.lock pyproject.toml | sha256sum | cut -c1-16)"
stamp="$VENV/.installed${extra:+-$extra}"
[ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && exit 0

say "Installing packages${extra:+ for $extra} (a few minutes the first time)"
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint requirements.lock --editable ".${extra:+[$extra]}"
# Quiet, and done at once where it was done before; what it lacks is said at first use.
"$VENV/bin/python" -W ignore -m pipeline.catalog.encode.starter || say "The starter encoder was not put together; this is tried again at its first use."
echo "$wanted" > "$stamp"
# Development packages come on top of what running needs.
[ -z "$extra" ] || echo "$wanted" > "$VENV/.installed"
