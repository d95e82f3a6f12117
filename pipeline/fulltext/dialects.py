"""Words and questions as each store writes them: FTS5 on SQLite, tsvector on PostgreSQL."""

from collections import defaultdict

from pipeline.fulltext.words import Question, Term


def to_tsvector(folded: list[str]) -> str:
    """Words as PostgreSQL writes a tsvector: its own parser would see hosts, dates and numbers."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(folded, start=1):
        places[word].append(str(place))
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def to_tsquery(question: Question) -> str:
    """A question as PostgreSQL writes a tsquery."""
    wanted = [_to_tsquery(term) for term in question.wanted]
    unwanted = [f"!{_to_tsquery(term)}" for term in question.excluded]
    return (" | " if question.is_any else " & ").join([*wanted, *unwanted])


def _to_tsquery(term: Term) -> str:
    quoted = [f"'{word}'" for word in term.words]
    return f"({' <-> '.join(quoted)}{':*' if term.prefix else ''})"


def to_fts5(question: Question) -> str:
    """A question as SQLite's FTS5 takes it; every word is quoted."""
    operator = " OR " if question.is_any else " AND "
    wanted = operator.join(_to_fts5(term) for term in question.wanted)
    if not question.excluded:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(_to_fts5(term) for term in question.excluded)})"


def _to_fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'
