"""The question of the Search page, which stands in the address as a whole.

`q` words; `image` the id of a picture that was dropped; `like` and `unlike` ids of products, each
perhaps with its weight in front (`2*SKU-1`); `sort`; `cut` the cut-off in percent; the filters are
those of the catalog. Links elsewhere ask with `like`.
"""

import contextlib
import re
from dataclasses import dataclass

import streamlit as st

from dashboard.language import N_
from dashboard.widgets.catalog_filters import count_used, read_filter
from pipeline.catalog.search.question import Example, Order, Question

WORDS, IMAGE, LIKE, UNLIKE, SORT, CUT, SHEET = (
    "q",
    "image",
    "like",
    "unlike",
    "sort",
    "cut",
    "sheet",
)
PER_SHEET = 48
ORDERS: dict[Order, str] = {
    "score": N_("Best first"),
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "cheapest": N_("Cheapest first"),
    "dearest": N_("Most expensive first"),
}
# An id may look as if it had a weight; then it stands with one.
_WEIGHTED = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)\*(.+)", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """What the address asks; `image` is the id of a picture."""

    words: str
    image: str | None
    like: tuple[Example, ...]
    unlike: tuple[Example, ...]
    sort: Order
    cut_off: float | None
    sheet: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for yet."""
        return not (self.words or self.image or self.like or self.unlike)

    @property
    def is_narrowed(self) -> bool:
        """Whether filters are set."""
        return count_used() > 0

    def to_question(self, picture: bytes | None, facets: tuple[str, ...]) -> Question:
        """The same for the catalog."""
        return Question(
            text=self.words or None,
            picture=picture,
            positive=self.like,
            negative=self.unlike,
            wanted=read_filter(),
            limit=PER_SHEET,
            offset=(self.sheet - 1) * PER_SHEET,
            min_score=self.cut_off,
            order=self.sort,
            facets=facets,
            keep_below=True,
        )


def read_asked() -> Asked:
    """The address; what cannot be read in it asks nothing."""
    sort = st.query_params.get(SORT)
    return Asked(
        words=st.query_params.get(WORDS, "").strip(),
        image=st.query_params.get(IMAGE),
        like=tuple(map(_read_example, st.query_params.get_all(LIKE))),
        unlike=tuple(map(_read_example, st.query_params.get_all(UNLIKE))),
        sort=next((order for order in ORDERS if order == sort), "score"),
        cut_off=_read_cut_off(),
        sheet=_read_sheet(),
    )


def _read_example(text: str) -> Example:
    weighted = _WEIGHTED.fullmatch(text)
    return Example(weighted[2], float(weighted[1])) if weighted else Example(text)


def _read_cut_off() -> float | None:
    with contextlib.suppress(ValueError):
        percent = float(st.query_params.get(CUT, ""))
        return percent / 100 if 0 <= percent <= 100 else None
    return None


def _read_sheet() -> int:
    text = st.query_params.get(SHEET, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 4 else 1
