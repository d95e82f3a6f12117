"""Our type: width, fit and encoding of texts in the three weights of Inter.

ReportLab embeds of each font what a document uses; this asks it once per character and keeps the
answer, where `drawString` asks anew for each text.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.reports.pdf.theme import Weight

# Instances of dashboard/static/inter-*.woff2 at 400, 600 and, cut for titles, 700 (fontTools:
# instancer, merge, subset): Latin with its extensions, punctuation and currencies, each figure as
# wide as every other (tnum), no kerning or hinting, which ReportLab does not use.
FONTS = Path(__file__).parent / "fonts"
FILES: dict[Weight, str] = {
    "regular": "Inter-Regular.ttf",
    "semibold": "Inter-SemiBold.ttf",
    "bold": "Inter-Bold.ttf",
}
ELLIPSIS = "…"
# Printed for a letter that the fonts do not have.
MISSING = "\N{REPLACEMENT CHARACTER}"
# ReportLab's units of a font: thousandths of its size.
PER_EM = 1000.0
# Categories of Unicode that leave no mark of their own: controls, joiners, lone accents.
_INVISIBLE = ("Cc", "Cf", "Cs", "Mn", "Me")


@cache
def load_font(weight: Weight) -> Any:
    """The registered font of ReportLab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    file = FONTS / FILES[weight]
    font = TTFont(file.stem, str(file))
    pdfmetrics.registerFont(font)
    return font


class _Widths(dict[str, float]):
    """Width of each character in thousandths of the size, found when first asked for."""

    def __init__(self, weight: Weight) -> None:
        super().__init__()
        self.font = load_font(weight)

    def __missing__(self, character: str) -> float:
        shown = _shown(character, self.font)
        self[character] = width = self.font.face.getCharWidth(ord(shown)) if shown else 0.0
        return width


class _Codes(dict[int, str]):
    """A character's code in the document's font, escaped for a PDF string (ISO 32000-1, 7.3.4.2).

    `far` holds the characters that are in no first subset (256 codes) but in a later one.
    """

    def __init__(self, weight: Weight, document: Any) -> None:
        super().__init__()
        self.font, self.document = load_font(weight), document
        self.far: dict[int, int] = {}

    def __missing__(self, code: int) -> str:
        shown = _shown(chr(code), self.font)
        if not shown:
            self[code] = ""
            return ""
        subset, text = self.font.splitString(shown, self.document)[0]
        if subset:
            self.far[code] = subset
        self[code] = escaped = _escape(text[0])
        return escaped


class Lettering:
    """The fonts of one document: how wide texts are, and the bytes that show them."""

    def __init__(self, document: Any) -> None:
        self._document = document
        weights: tuple[Weight, ...] = tuple(FILES)
        self._widths = {weight: _Widths(weight) for weight in weights}
        self._codes = {weight: _Codes(weight, document) for weight in weights}

    def font_name(self, weight: Weight, subset: int = 0) -> str:
        """The name of the font in the document's resources, as `/F1+0`."""
        name: str = load_font(weight).getSubsetInternalName(subset, self._document)
        return name

    def width(self, text: str, weight: Weight, size: float) -> float:
        """How wide a text is, in points."""
        widths = self._widths[weight]
        return sum([widths[character] for character in text]) * size / PER_EM

    def fit(self, text: str, weight: Weight, size: float, room: float) -> str:
        """The text, or as much of it as fits into `room` points with an ellipsis after it."""
        return self.fit_measured(text, weight, size, room)[0]

    def fit_measured(
        self, text: str, weight: Weight, size: float, room: float
    ) -> tuple[str, float]:
        """The same with its width in points."""
        # So many letters never fit, and nobody reads them: a name may be a whole file.
        text = text[:300]
        wide = self.width(text, weight, size)
        if wide <= room:
            return text, wide
        text = self._cut(text, weight, size, room)
        return text, self.width(text, weight, size)

    def _cut(self, text: str, weight: Weight, size: float, room: float) -> str:
        widths, left = self._widths[weight], room * PER_EM / size - self._widths[weight][ELLIPSIS]
        for at, character in enumerate(text):
            left -= widths[character]
            if left < 0:
                return text[:at].rstrip() + ELLIPSIS
        return text

    def wrap(self, text: str, weight: Weight, size: float, room: float) -> list[str]:
        """Lines of at most `room` points; a word longer than that is broken."""
        lines: list[str] = []
        line = ""
        # Not at every white space: that within an amount must not part it from its unit.
        for word in filter(None, re.split(r"[ \t\r\n]", text)):
            longer = f"{line} {word}" if line else word
            if self.width(longer, weight, size) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = self._break_word(word, weight, size, room)
            lines += whole
        return [*lines, line] if line else lines

    def show(self, text: str, weight: Weight, size: float) -> str:
        """The operators that show a text in a font that is selected already."""
        codes = self._codes[weight]
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        shown = text.translate(codes)
        if codes.far and not codes.far.keys().isdisjoint(map(ord, text)):
            return self._show_parts(text, weight, size)
        return f"({shown})Tj"

    def _show_parts(self, text: str, weight: Weight, size: float) -> str:
        """A text of several subsets of the font; selects the first again."""
        codes = self._codes[weight]
        parts = []
        for subset, letters in groupby(text, key=lambda letter: codes.far.get(ord(letter), 0)):
            shown = "".join(letters).translate(codes)
            parts.append(f"{self.font_name(weight, subset)} {size} Tf ({shown})Tj")
        return " ".join([*parts, f"{self.font_name(weight)} {size} Tf"])

    def _break_word(self, word: str, weight: Weight, size: float, room: float) -> list[str]:
        widths, limit = self._widths[weight], room * PER_EM / size
        pieces, start, used = [], 0, 0.0
        for at, character in enumerate(word):
            used += widths[character]
            if used > limit and at > start:
                pieces.append(word[start:at])
                start, used = at, widths[character]
        return [*pieces, word[start:]]


def _shown(character: str, font: Any) -> str:
    """What is printed for a character: itself, a space, nothing, or the sign for a missing one."""
    if character in "\t\n\r\xa0":
        return " "
    if ord(character) in font.face.charToGlyph:
        return character
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    return " " if category.startswith("Z") else MISSING


def _escape(byte: int) -> str:
    letter = chr(byte)
    if letter in "()\\":
        return f"\\{letter}"
    return letter if 32 <= byte < 127 else f"\\{byte:03o}"
