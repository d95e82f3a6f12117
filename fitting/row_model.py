"""Fits the row judgements of pipeline.receipts.fields.head_model and checks them by merchant."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import pipeline.receipts.fields
from fitting.heads import COUNTRIES, draw_head
from fitting.sroie import LabelledReceipt, normalise, split_folds
from pipeline.receipts.document import PageText
from pipeline.receipts.fields.head_model import find_best_block
from pipeline.receipts.fields.head_rows import Features, cut_head, describe_head
from pipeline.receipts.fields.text import read_rows

FOLDS = 5
_INVERSE_PENALTY = 1.0  # of 0.1, 0.3, 1 and 3 the best over the folds
_LONGEST_BLOCK = 10
_WORST_MATCH = 60.0
_HEADS_A_COUNTRY = 150


@dataclass(frozen=True)
class Example:
    """The head of one receipt: features and text by row, and the rows that answer yes."""

    source: str
    group: str
    rows: tuple[Features, ...]
    texts: tuple[str, ...]
    wanted: str
    answer: frozenset[int]


@dataclass(frozen=True)
class RowModel:
    """Weights by feature, the intercept under "bias"."""

    weights: dict[str, float]

    def score(self, example: Example) -> list[float]:
        """The log-odds of each row, as the product computes them."""
        return [self._log_odds(row) for row in example.rows]

    def find_block(self, example: Example) -> range:
        """The rows that the product would take, by the same weights."""
        return find_best_block(self.score(example))

    def estimate(self, features: Features) -> float:
        """The probability of the answer yes, as the product computes it."""
        return float(np.clip(1 / (1 + np.exp(-self._log_odds(features))), 0.01, 0.995))

    def _log_odds(self, row: Features) -> float:
        return self.weights["bias"] + sum(self.weights.get(n, 0.0) * v for n, v in row.items())

    def save(self, name: str) -> Path:
        """Write the weights where the package ships them."""
        folder = Path(pipeline.receipts.fields.__file__).parent / "weights"
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.json"
        rounded = {name: round(weight, 4) for name, weight in sorted(self.weights.items())}
        path.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
        return path


def label_examples(receipts: Sequence[LabelledReceipt], source: str, wanted: str) -> list[Example]:
    """Receipts whose `wanted` attribute (company, address) is found on rows of the head."""
    examples = []
    for receipt in receipts:
        value: str = getattr(receipt, wanted)
        example = describe(receipt.pages, source, receipt.group, value)
        examples.append(example)
    return examples


def draw_examples(part: str) -> list[Example]:
    """Made-up heads of every country; `part` is "name" or "address"."""
    examples = []
    for country in COUNTRIES:
        for seed in range(_HEADS_A_COUNTRY):
            head = draw_head(seed, country)
            rows = read_rows((head.page,))
            texts = tuple(row.line.text for row in cut_head(rows))
            chosen = head.name_rows if part == "name" else head.address_rows
            wanted = "".join(texts[at] for at in chosen)
            features = tuple(describe_head(rows))
            group = f"{country} {seed % FOLDS}"
            examples.append(Example(country, group, features, texts, wanted, frozenset(chosen)))
    return examples


def fit(examples: Sequence[Example]) -> RowModel:
    """A logistic regression over all rows of all examples, each receipt alike in weight."""
    kept = [example for example in examples if example.rows]
    vectorizer = DictVectorizer(sparse=False)
    matrix = vectorizer.fit_transform([row for example in kept for row in example.rows])
    answers = [at in example.answer for example in kept for at in range(len(example.rows))]
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=3000).fit(matrix, answers)
    weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0].tolist(), strict=True))
    return RowModel({**weights, "bias": float(model.intercept_[0])})


def fold_groups(examples: Sequence[Example]) -> dict[str, int]:
    """The fold of each group."""
    groups = sorted({example.group for example in examples})
    return dict(zip(groups, split_folds(groups, FOLDS), strict=True))


def cross_validate(examples: Sequence[Example]) -> dict[str, tuple[float, float]]:
    """By source, the share of heads with exactly the right rows and with exactly the right text.

    A merchant is in one fold for all its receipts, transcripts and readings alike.
    """
    fold_of = fold_groups(examples)
    outcomes: dict[str, list[tuple[bool, bool]]] = {}
    for fold in range(FOLDS):
        model = fit([example for example in examples if fold_of[example.group] != fold])
        for example in examples:
            if fold_of[example.group] == fold:
                outcomes.setdefault(example.source, []).append(_judge(model, example))
    return {
        source: (float(np.mean([rows for rows, _ in seen])), float(np.mean([t for _, t in seen])))
        for source, seen in outcomes.items()
    }


def _judge(model: RowModel, example: Example) -> tuple[bool, bool]:
    block = model.find_block(example)
    text = normalise("".join(example.texts[at] for at in block))
    return frozenset(block) == example.answer, text == normalise(example.wanted)


def describe(pages: tuple[PageText, ...], source: str, group: str, value: str) -> Example:
    """The head of a receipt, and the rows of it on which `value` is found."""
    rows = read_rows(pages)
    texts = tuple(row.line.text for row in cut_head(rows)) if rows else ()
    features = tuple(describe_head(rows)) if rows else ()
    return Example(source, group, features, texts, value, frozenset(_match_rows(texts, value)))


def _match_rows(texts: Sequence[str], value: str) -> range:
    """The run of rows that reads most like `value`; empty where none does."""
    wanted, plain = normalise(value), [normalise(text) for text in texts]
    best, best_ratio = range(0), _WORST_MATCH if wanted else math.inf
    for start in range(len(plain)):
        for end in range(start + 1, min(len(plain), start + _LONGEST_BLOCK) + 1):
            ratio = fuzz.ratio("".join(plain[start:end]), wanted)
            if ratio > best_ratio:
                best, best_ratio = range(start, end), ratio
    return best
