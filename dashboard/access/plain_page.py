"""Pages of the server's own, for who is not signed in: no script, the looks of the others."""

import base64
import hashlib
from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from dashboard.language import COOKIE, N_, load_texts
from dashboard.language_choice import NAMES, link_to
from pipeline.messages import LANGUAGES, choose_language

HERE = Path(__file__).parent
UNAVAILABLE_TITLE = N_("Not now")
UNAVAILABLE = N_("Comptoir cannot reach its store just now. Try again in a moment.")
UNKNOWN_TITLE = N_("There is no page at this address")
UNKNOWN = N_("The link may be old, or mistyped.")
FIRST_PAGE = N_("Go to the first page")
# Names in plain_page.css of the colours in .streamlit/config.toml.
COLOURS = {
    "text": "textColor",
    "ground": "secondaryBackgroundColor",
    "raised": "backgroundColor",
    "field": "backgroundColor",
    "border": "borderColor",
    "line": "grayColor",
    "faint": "grayTextColor",
    "accent": "primaryColor",
    "link": "linkColor",
    "blue-text": "blueTextColor",
    "blue-ground": "blueBackgroundColor",
    "red-text": "redTextColor",
    "red-ground": "redBackgroundColor",
}


def choose_language_of(connection: HTTPConnection) -> str:
    """The language chosen by hand in this browser, else the one that it asks for."""
    chosen = connection.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return choose_language(connection.headers.get("accept-language"))


def say_unavailable(connection: HTTPConnection) -> HTMLResponse:
    """The page of a store that is down."""
    language = choose_language_of(connection)
    said = load_texts(language).gettext(UNAVAILABLE)
    return draw_page(language, UNAVAILABLE_TITLE, f"<p>{escape(said)}</p>", "/", status_code=503)


def say_unknown(connection: HTTPConnection) -> HTMLResponse:
    """The page of an address at which nothing is."""
    language = choose_language_of(connection)
    say = load_texts(language).gettext
    body = (
        f"<p>{escape(say(UNKNOWN))}</p>"
        f'<a class="button main" href="/">{escape(say(FIRST_PAGE))}</a>'
    )
    return draw_page(language, UNKNOWN_TITLE, body, "/", status_code=404)


def draw_page(
    language: str, title: str, body: str, address: str, *, status_code: int = 200
) -> HTMLResponse:
    """A page with `body` as HTML; at `address` it can be read in the other language."""
    style = _read_style()
    filled = _read_template().substitute(
        language=language,
        title=escape(load_texts(language).gettext(title)),
        style=style,
        body=body,
        footer=_link_other_languages(language, address),
    )
    return HTMLResponse(filled, status_code, _headers_for(style))


def _link_other_languages(language: str, address: str) -> str:
    return " · ".join(
        f'<a href="{escape(link_to(other, address))}" lang="{other}" hreflang="{other}">{name}</a>'
        for other, name in NAMES.items()
        if other != language
    )


def _headers_for(style: str) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return {"Cache-Control": "no-store", "Content-Security-Policy": rules}


@lru_cache(maxsize=1)
def _read_style() -> str:
    light, dark = (_name_colours(theme) for theme in ("light", "dark"))
    colours = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return colours + (HERE / "plain_page.css").read_text(encoding="utf-8")


def _name_colours(theme: str) -> str:
    return "".join(
        f"--{name}:{st.get_option(f'theme.{theme}.{option}')};" for name, option in COLOURS.items()
    )


@lru_cache(maxsize=1)
def _read_template() -> Template:
    return Template((HERE / "plain_page.html").read_text(encoding="utf-8"))
