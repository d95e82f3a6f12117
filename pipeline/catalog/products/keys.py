"""Under what a product's id, name and words are kept and looked for."""

from collections.abc import Iterable

from pipeline.fulltext.words import MAX_WORDS, Question, Term, parse_question, split_words

MAX_KEY_LENGTH = 200
# Shorter words end in s or x by themselves: gas, bus, prix.
PLURAL_LENGTH = 5
_PLURALS = ("s", "x")


def id_key(product_id: str) -> str:
    """Letters and digits alone: AB-12 is found as ab12 and as AB 12."""
    return "".join(split_words(product_id))[:MAX_KEY_LENGTH]


def name_key(name: str) -> str:
    """The folded words of a name, in the singular."""
    return " ".join(to_singular(split_words(name)))[:MAX_KEY_LENGTH].strip()


def to_singular(words: Iterable[str]) -> list[str]:
    """Words without the plural that French and English write alike; most others stay."""
    return [_singular(word) for word in words][:MAX_WORDS]


def _singular(word: str) -> str:
    is_plural = len(word) >= PLURAL_LENGTH and word.endswith(_PLURALS) and word.isalpha()
    return word[:-1] if is_plural else word


def parse_words(query: str) -> Question:
    """What a person typed, as `parse_question` reads it, in the singular like the products."""
    question = parse_question(query)
    return Question(
        tuple(map(_term, question.wanted)), tuple(map(_term, question.excluded)), question.is_any
    )


def _term(term: Term) -> Term:
    return Term(tuple(to_singular(term.words)), term.prefix)
