"""Fitted judgement of the rows at a ticket's head: is this row part of the address, of the name?

The weights come from `python -m fitting.address` and `python -m fitting.merchant`: a logistic
regression for each question.
"""

from collections.abc import Sequence

from pipeline.receipts.fields.head_rows import Features
from pipeline.receipts.fields.weights import load_weights


def score_rows(head: Sequence[Features], question: str) -> list[float]:
    """Log-odds of the answer yes for each row; `question` names a file of weights."""
    weights = load_weights(question)
    return [
        weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in row.items())
        for row in head
    ]


def find_best_block(scores: Sequence[float]) -> range:
    """The run of rows with the highest sum of log-odds; empty where no row is above zero."""
    best, best_sum = range(0), 0.0
    start, total = 0, 0.0
    for at, score in enumerate(scores):
        if total <= 0:
            start, total = at, 0.0
        total += score
        if total > best_sum:
            best, best_sum = range(start, at + 1), total
    return best
