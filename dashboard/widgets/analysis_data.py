"""What an analysis found, joined with the products as they stand now."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import streamlit as st
from sqlmodel import Session

from pipeline.catalog.analysis.results import read_file
from pipeline.catalog.products.find import find_by_refs
from pipeline.files import open_files
from pipeline.models import CatalogAnalysis, Product
from pipeline.settings import get_settings
from pipeline.store import read_session

T = TypeVar("T")
BATCH = 500


def load_found(last: CatalogAnalysis, read: Callable[[Session, dict[str, Any]], T]) -> T:
    """What `read` makes of the file of a result. Raises StoreUnavailableError, NotFoundError."""
    result = _load_file(last.file_sha256)
    with read_session(get_settings()) as session:
        return read(session, result)


def load_products(refs: Iterable[int]) -> dict[int, Product]:
    """Those of these products that are still there, by reference; any number."""
    wanted = sorted(set(refs))
    found: dict[int, Product] = {}
    with read_session(get_settings()) as session:
        for at in range(0, len(wanted), BATCH):
            found.update(find_by_refs(session, wanted[at : at + BATCH]))
    return found


# A file never changes, but the map of a large catalog takes a while to parse.
@st.cache_resource(max_entries=6, show_spinner=False)
def _load_file(sha256: str) -> dict[str, Any]:
    return read_file(open_files(get_settings()), sha256)
