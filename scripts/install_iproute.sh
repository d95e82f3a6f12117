#!/bin/sh
# Installs Debian's ip command, with which tests build hosts; says so where that may not be done.
set -eu
. "$(dirname "$0")/lib.sh"

command -v ip >/dev/null 2>&1 && exit 0
say "Installing iproute2 for the tests with several hosts"
debian_install iproute2 ||
    say "iproute2 is not installed and may not be installed from here: those tests are skipped."
