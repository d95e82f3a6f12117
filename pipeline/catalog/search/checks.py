"""What a question must be before it is asked."""

from pipeline.catalog.search.question import (
    MAX_EXAMPLES,
    MAX_FOUND,
    MAX_TEXT_LENGTH,
    MAX_WEIGHT,
    Example,
    Question,
)
from pipeline.errors import InvalidRequestError


def check_question(question: Question) -> None:
    """Raise InvalidRequestError with a code of its own for each mistake."""
    _require_an_aim(question)
    examples = (*question.positive, *question.negative)
    if len(examples) > MAX_EXAMPLES:
        raise InvalidRequestError(
            "TOO_MANY_EXAMPLES",
            f"There are more than {MAX_EXAMPLES} examples. Leave some out.",
            params={"max_examples": MAX_EXAMPLES},
        )
    for example in examples:
        _check_weight(example)
    _forbid_contradictions(question)
    if len(question.text or "") > MAX_TEXT_LENGTH:
        raise InvalidRequestError(
            "QUESTION_TOO_LONG",
            f"The text is longer than {MAX_TEXT_LENGTH} characters. Say it shorter.",
            params={"max_length": MAX_TEXT_LENGTH},
        )
    if question.offset + question.limit > MAX_FOUND:
        raise InvalidRequestError(
            "TOO_FAR_DOWN",
            f"A search shows the best {MAX_FOUND} products. Narrow it with a filter.",
            params={"max_found": MAX_FOUND},
        )


def _require_an_aim(question: Question) -> None:
    if (question.text or "").strip() or question.picture is not None:
        return
    if question.product_id is not None or question.positive:
        return
    if question.negative:
        raise InvalidRequestError(
            "ONLY_COUNTER_EXAMPLES",
            "Only what results should not be like is given. Say also what they should be like: "
            "a text, a picture, a product or an example.",
        )
    raise InvalidRequestError(
        "NOTHING_ASKED", "Nothing is asked. Give a text, a picture, a product or an example."
    )


def _check_weight(example: Example) -> None:
    if not 0 < example.weight <= MAX_WEIGHT:
        raise InvalidRequestError(
            "WEIGHT_OUT_OF_RANGE",
            f"The weight of “{example.product_id}” must be above 0 and at most {MAX_WEIGHT:.0f}. "
            "What results should not be like is a counter-example with such a weight.",
            params={"product_id": example.product_id, "max_weight": MAX_WEIGHT},
        )


def _forbid_contradictions(question: Question) -> None:
    wanted = {example.product_id for example in question.positive} | {question.product_id}
    for example in question.negative:
        if example.product_id in wanted:
            raise InvalidRequestError(
                "EXAMPLE_CONTRADICTS",
                f"“{example.product_id}” is given as an example and as its opposite. "
                "Leave one of them out.",
                params={"product_id": example.product_id},
            )
