#!/bin/sh
# Writes requirements.lock anew from what .venv holds: names and versions, nothing else.
set -eu
. "$(dirname "$0")/lib.sh"
{
    "$VENV/bin/python" -m pip freeze --exclude-editable --exclude comptoir
    # The catalog's encoder; pinned together, because each torchvision fits one torch alone.
    "$VENV/bin/python" -m pip show torch >/dev/null 2>&1 || printf 'torch==2.14.1\ntorchvision==0.29.1\n'
} | grep -E '^[A-Za-z0-9._-]+==[^ ]+$' | sort -f > requirements.lock
say "$(wc -l < requirements.lock) packages pinned"
