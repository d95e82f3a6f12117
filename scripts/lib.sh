# Shared by the other scripts: where we are, what we may do, how we speak.
cd "$(dirname "$0")/.." || exit 1
VENV=.venv

say() { printf '\033[36m·\033[0m %s\n' "$*"; }
fail() { printf '\033[31m✗\033[0m %s\n' "$*" >&2; exit 1; }

# Runs apt-get as root, or through sudo where that asks for no password; fails otherwise.
debian_install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then as_root=""
    elif sudo -n true 2>/dev/null; then as_root="sudo"
    else return 1
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        apt-get install -y -qq --no-install-recommends "$@" ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; }
    ' sh "$@" >/dev/null 2>&1
}
