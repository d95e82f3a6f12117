"""Failures that are alike: what is said of them beside the sentence of their code."""

import pytest

from dashboard.widgets.queue_failures import say_more


@pytest.mark.parametrize(
    ("code", "message", "more"),
    [
        (
            "INTERNAL_ERROR",
            "Something went wrong. Retry. (KeyError: 'sha256')",
            "KeyError: 'sha256'",
        ),
        ("INTERNAL_ERROR", "It broke. (OSError: f(x) (twice)).", "OSError: f(x) (twice)"),
        ("INTERNAL_ERROR", "Something went wrong.", ""),
        ("OF_SOMEBODY_ELSE", "The oven is cold.", "The oven is cold."),
        ("OF_SOMEBODY_ELSE", "What is shown.", ""),
    ],
)
def test_only_what_the_sentence_does_not_say_is_said_beside_it(
    code: str, message: str, more: str
) -> None:
    assert say_more(code, message, "What is shown.") == more
