"""Every reason for which a row is rejected can be said in every language that we speak."""

import ast
import re
from collections.abc import Iterator

import pytest

from pipeline.messages import LANGUAGES, load_catalog
from tests.support.worker import ROOT

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
FOLDER = ROOT / "pipeline" / "catalog" / "importing"


def codes() -> Iterator[str]:
    """What looks like a code anywhere in the import; environment variables do not occur there."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from (node.value for _ in [0] if CODE.fullmatch(node.value))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence(language: str) -> None:
    needed = set(codes())
    fields = ("ID", "NAME", "DESCRIPTION", "CATEGORY", "FOOTPRINT_SOURCE")
    built = {f"{field}_TOO_LONG" for field in fields}

    assert {"ID_TWICE", "URL_PRIVATE", "PICTURE_ZIP_BOMB", "TABLE_EMPTY"} <= needed
    assert (needed | built) - load_catalog(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_has_a_sentence(language: str) -> None:
    stages = {"STAGE_LOAD_MODEL", "STAGE_IMPORT", "STAGE_CHECK_ROWS", "STAGE_DELETE_MISSING"}

    assert stages <= load_catalog(language).keys()
