"""A broken page shows a calm sentence and nothing of what broke."""

from streamlit.testing.v1 import AppTest


def broken_page() -> None:
    from dashboard.script_errors import show_script_error

    assert show_script_error(ValueError("password=hunter2")) is True


def test_a_broken_page_shows_what_to_do_and_no_traceback() -> None:
    page = AppTest.from_function(broken_page).run(timeout=30)

    assert not page.exception
    assert [error.value for error in page.error] == [
        "Something went wrong on our side. Retry; if it stays, tell the administrator."
    ]
