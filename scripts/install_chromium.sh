#!/bin/sh
# Installs Debian's Chromium, which the browser tests drive.
set -eu
. "$(dirname "$0")/lib.sh"

command -v chromium >/dev/null 2>&1 && exit 0
say "Installing Chromium for the browser tests"
debian_install chromium || fail "The browser tests need Chromium. On Debian: apt install chromium"
