"""What is drawn at /sign-in and /sign-out."""

from html import escape

from starlette.responses import HTMLResponse

from dashboard.access.paths import SIGN_IN, SIGN_IN_ELSEWHERE, SIGN_OUT, sign_in_address
from dashboard.access.plain_page import draw_page
from dashboard.language import N_, load_texts

SIGN_IN_TITLE = N_("Sign in")
SIGN_OUT_TITLE = N_("Sign out?")
NAME = N_("Name")
PASSWORD = N_("Password")
ELSEWHERE = N_("Sign in with {provider}")
OR = N_("or")
NO_ACCOUNT = N_("No account yet? An administrator of this Comptoir creates one.")
SIGNED_OUT = N_("You are signed out. Sign in to go on.")
SIGNED_IN_AS = N_("You are signed in as {name}.")
SIGN_OUT_NOW = N_("Sign out")
STAY = N_("Stay signed in")


def draw_sign_in(
    language: str,
    *,
    then: str,
    name: str = "",
    provider: str | None = None,
    said: str | None = None,
    problem: str | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    """The form; `then` is our path to go on to, `problem` what was wrong with the last try."""
    body = [_say(said, "said", "status"), _say(problem, "said wrong", "alert")]
    if provider:
        body += [_draw_way_elsewhere(language, provider, then), _draw_or(language)]
    body += [_draw_form(language, then, name), _draw_hint(language)]
    address = sign_in_address(then)
    return draw_page(language, SIGN_IN_TITLE, "".join(body), address, status_code=status_code)


def draw_sign_out(language: str, name: str) -> HTMLResponse:
    """Asks once more: an address that signs out by being opened could stand in any mail."""
    say = load_texts(language).gettext
    body = (
        f"<p>{escape(say(SIGNED_IN_AS).format(name=name))}</p>"
        f'<form method="post" action="{SIGN_OUT}">'
        f'<button class="button main">{escape(say(SIGN_OUT_NOW))}</button></form>'
        f'<a class="button beside" href="/">{escape(say(STAY))}</a>'
    )
    return draw_page(language, SIGN_OUT_TITLE, body, SIGN_OUT)


def _draw_form(language: str, then: str, name: str) -> str:
    say = load_texts(language).gettext
    first, second = ("", " autofocus") if name else (" autofocus", "")
    return (
        f'<form method="post" action="{SIGN_IN}">'
        f'<input type="hidden" name="next" value="{escape(then)}">'
        f'<label for="name">{escape(say(NAME))}</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="username" '
        f'autocapitalize="none" spellcheck="false" maxlength="200" required{first}>'
        f'<label for="password">{escape(say(PASSWORD))}</label>'
        f'<input id="password" name="password" type="password" '
        f'autocomplete="current-password" maxlength="1000" required{second}>'
        f'<button class="button main">{escape(say(SIGN_IN_TITLE))}</button></form>'
    )


def _draw_way_elsewhere(language: str, provider: str, then: str) -> str:
    text = load_texts(language).gettext(ELSEWHERE).format(provider=provider)
    address = sign_in_address(then).replace(SIGN_IN, SIGN_IN_ELSEWHERE, 1)
    return f'<a class="button" href="{escape(address)}">{escape(text)}</a>'


def _draw_or(language: str) -> str:
    return f'<div class="or">{escape(load_texts(language).gettext(OR))}</div>'


def _draw_hint(language: str) -> str:
    return f'<p class="hint">{escape(load_texts(language).gettext(NO_ACCOUNT))}</p>'


def _say(sentence: str | None, look: str, role: str) -> str:
    return f'<p class="{look}" role="{role}">{escape(sentence)}</p>' if sentence else ""
