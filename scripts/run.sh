#!/bin/sh
# Starts pages, API and workers; Ctrl-C or SIGTERM stops all of it.
set -eu
. "$(dirname "$0")/lib.sh"
exec "$VENV/bin/python" -m dashboard
