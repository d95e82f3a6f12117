"""How what is wanted, what is not, and the words that were typed make one score."""

import numpy as np
import pytest

from pipeline.catalog.search.aims import Aim, blend
from pipeline.catalog.search.candidates import Candidates
from pipeline.catalog.search.fields import spell_out
from pipeline.catalog.search.scores import Scores, score_candidates
from pipeline.catalog.vectors import Vectors

# Its scale is typical of CLIP and never fitted anew.
ENCODER = "clip-test"
NO_WORDS = np.zeros(3, np.float32)


def at(degrees: float) -> Vectors:
    """A picture or words in this direction."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], np.float32)


def pictures(*degrees: float) -> Candidates:
    count = len(degrees)
    return Candidates(
        np.arange(count),
        {"image": np.stack([at(one) for one in degrees]), "text": np.zeros((count, 2), np.float32)},
        {"image": np.ones(count, np.bool_), "text": np.zeros(count, np.bool_)},
    )


def score(candidates: Candidates, *aims: Aim, words: Scores = NO_WORDS) -> list[float]:
    return score_candidates(candidates, aims, ENCODER, words).scores.tolist()


def product(degrees: float, weight: float = 1.0) -> Aim:
    return Aim("product", {"image": at(degrees)}, weight)


def test_the_nearer_the_better() -> None:
    near, middle, far = score(pictures(5, 40, 90), product(0))

    assert near > middle > 0.5 > far


def test_what_is_like_the_unwanted_loses_and_all_else_keeps_its_score() -> None:
    candidates = pictures(20, -20, -30)
    before = score(candidates, product(0))
    after = score(candidates, product(0), product(45, weight=-1))

    assert after[0] < before[0]
    assert after[1:] == before[1:]


def test_weights_move_the_score_towards_the_heavier() -> None:
    candidates = pictures(0, 45, 90)
    left = score(candidates, product(0, weight=5), product(90))
    right = score(candidates, product(0), product(90, weight=5))

    assert left[0] > left[2]
    assert right[2] > right[0]


def test_words_that_match_only_help() -> None:
    text = Aim("text", {"text": at(0)}, 1.0)
    candidates = pictures(10, 60, 90)
    plain = score(candidates, text)
    matched = score(candidates, text, words=np.array([0.6, 0.6, 0.6], np.float32))

    assert all(more >= less for more, less in zip(matched, plain, strict=True))
    assert matched[2] == pytest.approx(0.6, abs=0.01)


def test_without_a_model_the_words_alone_count() -> None:
    words = np.array([0.9, 0.6, 0.0], np.float32)

    assert score(pictures(0, 0, 0), words=words) == words.tolist()


def test_what_cancels_itself_out_asks_nothing() -> None:
    assert blend([product(0), product(0, weight=-1)], "image") is None


@pytest.mark.parametrize(
    ("value", "ways"),
    [
        ("42", ("42", 42.0)),
        (42, (42, "42")),
        (True, (True, "true")),
        (3760123456789, (3760123456789, "3760123456789")),
        (1234.567, (1234.567, "1234.567")),
        ("false", ("false", False)),
        ("red", ("red",)),
        ("nan", ("nan",)),
    ],
)
def test_a_value_is_looked_for_as_it_may_have_been_written(value: str, ways: object) -> None:
    assert spell_out(value) == ways


def test_a_number_beyond_every_float_is_looked_for_as_well() -> None:
    assert spell_out(10**400) == (10**400, "1" + "0" * 400)
