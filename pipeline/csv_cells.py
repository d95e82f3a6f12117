"""Cells of every CSV file that leaves Comptoir: no spreadsheet runs what stands in them.

A text that a spreadsheet would take for a formula gets an apostrophe in front. Which ones those
are is OWASP's list (CSV injection), also behind spaces, quotes and in their wide forms.
"""

import re
import unicodedata

# Without it, Excel reads UTF-8 as something else.
BOM = "\ufeff"

_STARTS_FORMULA = ("=", "+", "-", "@")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def defuse(text: str) -> str:
    """The text as no spreadsheet takes it for a formula; a plain number stays what it is."""
    # A wide ＝ is one for Excel in some languages; quotes and spaces in front are dropped.
    start = unicodedata.normalize("NFKC", text[:64]).lstrip("\"' \u200b\ufeff")
    dangerous = start.startswith(("\t", "\r", "\n")) or start.strip().lstrip("\"'").startswith(
        _STARTS_FORMULA
    )
    return f"'{text}" if dangerous and not _NUMBER.fullmatch(text) else text
