#!/bin/sh
# Every check, cheapest first: lint, types, import rules, then all tests on all cores.
set -eu
. "$(dirname "$0")/lib.sh"
export PATH="$PWD/$VENV/bin:$PATH"

say "Lint"
ruff check .
ruff format --check .
say "Types"
mypy
say "Import rules"
lint-imports
say "Tests"
# They start our programs some hundred times, which would compile themselves anew each time.
unset PYTHONDONTWRITEBYTECODE
# One more than there are cores: many tests wait for processes that start or for time to pass.
exec python -m pytest -n "$(($(nproc) + 1))" --dist worksteal -rs "$@"
