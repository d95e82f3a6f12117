"""Loads our own components: each a script and a style beside this file, on top of `parts.*`."""

import io
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from babel.messages.extract import extract

from dashboard.language import LOCALES, current_language, load_texts
from pipeline.messages import LANGUAGES

HERE = Path(__file__).parent
# What `parts.js` has for texts: the arguments that are texts, as Babel counts them.
KEYWORDS = {"t": None, "tn": (1, 2)}


class Component:
    """One component in every language: its script carries its texts."""

    def __init__(self, name: str, css: str, scripts: Sequence[str]) -> None:
        self._renderers = {
            language: st.components.v2.component(
                f"comptoir.{name}.{language}",
                css=css,
                js="\n".join([_texts_for(scripts, language), *scripts]),
            )
            for language in LANGUAGES
        }

    def __call__(self, **options: Any) -> Any:
        """Draw it in the language of the page; takes and gives what Streamlit's renderers do."""
        return self._renderers[current_language()](**options)


def load_component(name: str, *, built_of: tuple[str, ...] = ()) -> Component:
    """The component whose script is `<name>.js` and whose style is `<name>.css`.

    `built_of` names files that it shares with others, or that it is split into; a file may have a
    script, a style or both. All end up in one module, so that no two may use the same name.
    """
    files = ("parts", *built_of, name)
    return Component(name, "\n".join(_read(files, "css")), _read(files, "js"))


def _texts_for(scripts: Sequence[str], language: str) -> str:
    """What `t` and `tn` of `parts.js` read: {text: its translation} or {one: [one, many]}."""
    catalog = load_texts(language)
    texts: dict[str, str | list[str]] = {}
    for message in (message for js in scripts for message in _find_texts(js)):
        if isinstance(message, str):
            texts[message] = catalog.gettext(message)
        else:
            one, many = message
            texts[one] = [catalog.ngettext(one, many, count) for count in (1, 2)]
    locale = LOCALES[language].replace("_", "-")
    return f"const TEXTS = {json.dumps(texts)};\nconst LOCALE = {json.dumps(locale)};"


@cache
def _find_texts(js: str) -> tuple[str | tuple[str, str], ...]:
    """The texts of a script; components share scripts, and each has them in every language."""
    found = extract("javascript", io.BytesIO(js.encode()), KEYWORDS)
    return tuple(message for _line, message, *_ in found)


def _read(names: tuple[str, ...], suffix: str) -> list[str]:
    files = (HERE / f"{name}.{suffix}" for name in names)
    return [file.read_text(encoding="utf-8") for file in files if file.exists()]
