#!/bin/sh
# Installs Debian's LibreOffice Calc (94 MB to fetch), which recalculates workbooks in tests; says so where
# that may not be done.
set -eu
. "$(dirname "$0")/lib.sh"

command -v soffice >/dev/null 2>&1 && exit 0
say "Installing LibreOffice for the tests of workbooks"
debian_install libreoffice-calc ||
    say "LibreOffice is not installed and may not be installed from here: those tests are skipped."
