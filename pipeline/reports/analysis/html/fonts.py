"""Our fonts as part of the style; the files are those that the pages serve."""

import base64
from functools import lru_cache
from pathlib import Path

# Streamlit serves this folder and no other, so the files stay there.
FOLDER = Path(__file__).parents[4] / "dashboard" / "static"
LATIN, LATIN_EXTENDED = "inter-latin.woff2", "inter-latin-ext.woff2"
# As `.streamlit/config.toml` has them: letters beyond Latin-1 are in the second file.
_RANGES = {
    LATIN: "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
    LATIN_EXTENDED: "U+0100-0130,U+0132-0151,U+0154-02BA,U+1E00-1E9F,U+1EF2-1EFF,U+2020,"
    "U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
}


def font_style(text: str) -> str:
    """`@font-face` rules for the files whose letters stand in `text`."""
    needed = [LATIN, *([LATIN_EXTENDED] if _is_extended(text) else [])]
    return "".join(_rule(name) for name in needed)


def _is_extended(text: str) -> bool:
    return any(
        ("\u0100" <= letter <= "\u02ba" and letter not in "ıŒœ") or "\u1e00" <= letter <= "\u1eff"
        for letter in set(text)
    )


@lru_cache(maxsize=2)
def _rule(name: str) -> str:
    content = base64.b64encode((FOLDER / name).read_bytes()).decode()
    return (
        "@font-face{font-family:Inter;font-weight:100 900;font-display:swap;"
        f"src:url(data:font/woff2;base64,{content}) format('woff2');"
        f"unicode-range:{_RANGES[name]}}}"
    )
