#!/bin/sh
# Installs Tesseract's English and French from Debian where that may be done; says so where not.
set -eu
. "$(dirname "$0")/lib.sh"

have_languages() {
    for folder in "${TESSDATA_PREFIX:-/nowhere}" /usr/share/tesseract-ocr/*/tessdata /usr/share/tessdata; do
        [ -f "$folder/eng.traineddata" ] && [ -f "$folder/fra.traineddata" ] && return 0
    done
    return 1
}

have_languages && exit 0
stamp="$VENV/.tesseract-tried"
if [ ! -f "$stamp" ]; then
    touch "$stamp"
    say "Installing Tesseract (English, French)"
    debian_install tesseract-ocr tesseract-ocr-eng tesseract-ocr-fra && exit 0
fi
say "Tesseract is not installed and may not be installed from here: RapidOCR reads alone."
