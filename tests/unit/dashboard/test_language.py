"""The texts of the pages have a translation each, and figures follow the language."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from dashboard.language import CATALOGS, t, tn
from dashboard.widgets.components import KEYWORDS as KEYWORDS_OF_SCRIPTS
from dashboard.widgets.components import Component

KEYWORDS = ("t", "N_", "tn:1,2", "tc:1c,2")
SCRIPTS = sorted((Path(__file__).parents[3] / "dashboard" / "widgets").glob("*.js"))
IN_SCRIPT = re.compile(r'(?<![\w.])tn?\(\s*("(?:[^"\\]|\\.)*")')
PARAMETER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def french() -> Catalog:
    with (CATALOGS / "fr.po").open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text that stands in the code of the pages."""
    template = tmp_path_factory.mktemp("texts") / "pages.pot"
    keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)]
    extract = ("babel.messages.frontend", "-q", "extract", "--no-default-keywords", *keywords)
    options = ("-F", str(CATALOGS / "babel.cfg"), "-o", str(template), "dashboard")
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-m", *extract, *options], check=True, cwd=root)
    with template.open("rb") as file:
        return read_po(file)


def test_the_catalog_has_every_text_of_the_code_and_no_other(
    french: Catalog, found: Catalog
) -> None:
    def texts_of(catalog: Catalog) -> set[object]:
        return {(one.context, one.id) for one in catalog if one.id}

    assert texts_of(french) == texts_of(found), "run scripts/texts.sh"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_no_text_of_a_script_stands_where_it_is_not_looked_for(script: Path) -> None:
    # Such as within the parameters of another text.
    js = script.read_text(encoding="utf-8")
    found = {
        message if isinstance(message, str) else message[0]
        for _, message, _, _ in extract("javascript", io.BytesIO(js.encode()), KEYWORDS_OF_SCRIPTS)
    }
    assert {json.loads(text) for text in IN_SCRIPT.findall(js)} <= found


def test_every_text_is_translated(french: Catalog) -> None:
    untranslated = [one.id for one in french if one.id and (not _texts(one.string) or one.fuzzy)]
    assert untranslated == []


def test_a_translation_has_the_parameters_of_its_text(french: Catalog) -> None:
    for one in french:
        known = {name for text in _texts(one.id) for name in PARAMETER.findall(text)}
        for text in _texts(one.string):
            assert set(PARAMETER.findall(text)) <= known, one.id


def test_outside_of_a_page_everything_is_english() -> None:
    assert t("just now") == "just now"
    assert tn("{n} receipt", "{n} receipts", 1204) == "1,204 receipts"


def test_a_component_says_its_texts_in_every_language() -> None:
    component = Component("test_language", css="", scripts=['t("just now")'])
    assert set(component._renderers) == {"en", "fr"}


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    """Empty where one of them is."""
    texts = [value] if isinstance(value, str) else list(value)
    return texts if all(texts) else []
