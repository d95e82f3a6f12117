"""What a report's file is called where it is downloaded or mailed."""

import re
import unicodedata

from pipeline.reports.order import ReportOrder
from pipeline.reports.texts import Texts

# Leaves room for the days and for the path that it is saved under.
MAX_NAME = 60
_NOT_PLAIN = re.compile("[^a-z0-9]+")


def name_file(order: ReportOrder, extension: str) -> str:
    """receipts-2026-03-01-2026-03-31.xlsx: the title, or what it is about, and the days.

    Letters without accents, digits and hyphens alone: safe on every system and in every header.
    """
    about = _plain(order.title) or Texts(order.language).say(f"fileName.{order.kind}")
    days = [order.period.first.isoformat(), order.period.last.isoformat()] if order.period else []
    return "-".join([about, *days]) + f".{extension}"


def _plain(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_PLAIN.sub("-", letters)[:MAX_NAME].strip("-")
