#!/bin/sh
# Bring the French catalog of the pages up to date with the texts in the code.
set -eu
. "$(dirname "$0")/lib.sh"
export PATH="$PWD/$VENV/bin:$PATH"
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT
pybabel -q extract -F dashboard/locale/babel.cfg --no-default-keywords \
  -k t -k N_ -k tn:1,2 -k tc:1c,2 --no-location --sort-output --no-wrap --omit-header -o "$pot" dashboard
pybabel -q update -i "$pot" -o dashboard/locale/fr.po -l fr --no-fuzzy-matching --no-wrap \
  --ignore-obsolete --omit-header
