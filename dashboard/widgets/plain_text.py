"""Text from outside (file names, what was read, error details) inside Streamlit's Markdown."""

import re
import string

# Streamlit (1.67) makes links, icons and arrows of the finished text too, after every escape is
# gone. A character that is not seen parts what it would take for one.
_WORD_JOINER = "\u2060"
_REWRITTEN = re.compile(
    r"(?<=:)(?=//|material_|streamlit:)"
    r"|(?<=www)(?=\.)"
    r"|(?<=@)(?=[-\w])"
    r"|(?<!\S)[-<>~](?=(?:[-=>]|->)(?!\S))",
    re.IGNORECASE,
)
# A space that does not break, as in 1 234 €, stays one.
_BREAKS = re.compile(r"[^\S\u00a0\u202f]+")
# References instead of backslashes: Streamlit looks for `:material/` before it reads Markdown.
_REFERENCES = {ord(sign): f"&#{ord(sign)};" for sign in string.punctuation}


def as_plain_text(text: str) -> str:
    """Markdown that shows `text` as it stands, on one line: no link, picture, formula or icon."""
    one_line = _BREAKS.sub(" ", text).strip()
    parted = _REWRITTEN.sub(lambda found: found[0] + _WORD_JOINER, one_line)
    return parted.translate(_REFERENCES)
