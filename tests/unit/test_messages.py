"""Whatever can go wrong can be said in every language that we speak."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.jobs import endings
from pipeline.messages import LANGUAGES, choose_language, load_catalog, translate
from pipeline.receipts.review import reasons
from tests.support.worker import ROOT

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
RAISED = re.compile(r"(Error|Failure)$")


def sources() -> list[Path]:
    folders = (ROOT / "pipeline", ROOT / "dashboard")
    return [ROOT / "worker.py", *(path for folder in folders for path in folder.rglob("*.py"))]


def codes_raised(path: Path) -> Iterator[str]:
    """First arguments of what is named like an error, where they look like a code."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = getattr(node.args[0], "value", None)
        if RAISED.search(name) and isinstance(first, str) and CODE.fullmatch(first):
            yield first


def edit_codes() -> set[str]:
    """What may be wrong with a value that a person writes."""
    text = (ROOT / "pipeline" / "receipts" / "review" / "edit_values.py").read_text()
    return set(re.findall(r'_refuse\(\s*"(\w+)"', text))


def stage_codes() -> set[str]:
    """Stages that `read` shows, as the API names their sentences."""
    text = (ROOT / "pipeline" / "receipts" / "read.py").read_text()
    return {f"STAGE_{stage.upper()}" for stage in re.findall(r'\.advance\("(\w+)"', text)}


def needed_codes() -> set[str]:
    raised = {code for path in sources() for code in codes_raised(path)}
    return (
        raised
        | set(reasons.CODES)
        | edit_codes()
        | stage_codes()
        | {endings.GAVE_UP.code, endings.RUNNER_DIED.code, "INTERNAL_ERROR"}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    needed = needed_codes()

    assert {"EMPTY_FILE", "JOB_UNKNOWN", "STAGE_READ", "NO_TOTAL"} <= needed
    assert needed - load_catalog(language).keys() == set()


def test_the_languages_say_the_same_things_with_the_same_figures() -> None:
    english, french = load_catalog("en"), load_catalog("fr")

    assert english.keys() == french.keys()
    for code, sentence in english.items():
        assert figures(sentence) == figures(french[code]), code
        assert sentence != french[code], code


def figures(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_figures_are_written_as_the_language_does() -> None:
    assert "1,500" in translate("TOO_MANY_PAGES", "en", {"max_pages": 1500})
    assert "1\u202f500" in translate("TOO_MANY_PAGES", "fr", {"max_pages": 1500})


def test_a_missing_figure_does_no_harm() -> None:
    assert "…" in translate("TOO_MANY_PAGES", "en")


def test_an_unknown_code_says_its_own_message_or_a_calm_one() -> None:
    assert translate("NEW_ONE", "fr", fallback="As it was written.") == "As it was written."
    assert translate("NEW_ONE", "fr") == load_catalog("fr")["INTERNAL_ERROR"]


@pytest.mark.parametrize(
    ("header", "language"),
    [(None, "en"), ("fr-BE", "fr"), ("es, fr;q=0.5, en;q=0.4", "fr"), ("*", "en"), ("q=;", "en")],
)
def test_the_best_language_is_chosen(header: str | None, language: str) -> None:
    assert choose_language(header) == language
