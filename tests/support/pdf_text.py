"""The text of PDF pages, as one reads it."""

import re

from pypdf import PageObject


def text_of(page: PageObject) -> str:
    """The text of a page, every kind of space a plain one."""
    return re.sub(r"[\s\xa0\u202f\u2009]+", " ", page.extract_text())
