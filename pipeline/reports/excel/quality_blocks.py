"""How the reading of receipts went, and how much of it a person looked at: plain counts."""

from pipeline.messages import load_catalog
from pipeline.reports.excel.blocks import Block, BlockRow, Cell, Head, Live, address
from pipeline.reports.excel.facts import Facts, ratio, units
from pipeline.reports.excel.styles import CellKind
from pipeline.reports.texts import load_texts

LABEL, COUNT, SHARE = range(3)


def build_processing(facts: Facts, first: int) -> Block:
    """Receipts handed over in the period by how they ended, and the rate of success."""
    quality = facts.figures.quality
    counts = ("submitted", "completed", "failed", "cancelled", "open")
    rows = [
        _counted(facts, name, getattr(quality, name), quality.submitted, first + place, first)
        for place, name in enumerate(counts)
    ]
    done, failed = address(first + 1, COUNT), address(first + 2, COUNT)
    rate = Live(
        f'IF({done}+{failed}=0,"",{done}/({done}+{failed}))',
        ratio(quality.completed, quality.completed + quality.failed),
    )
    rows.append(BlockRow((facts.say("quality.successRate"), None, rate), is_total=True))
    return Block(facts.say("quality.processing"), _heads(facts), tuple(rows))


def build_times(facts: Facts, first: int) -> Block:
    """Seconds that reading took, and that receipts waited for it."""
    del first
    quality = facts.figures.quality
    names = ("mean_run_s", "p50_run_s", "p95_run_s", "p50_wait_s", "p95_wait_s")
    rows = tuple(BlockRow((facts.say(f"quality.{n}"), getattr(quality, n))) for n in names)
    heads = (Head(facts.say("quality.times")), Head(facts.say("quality.seconds"), "seconds"))
    return Block(facts.say("quality.times"), heads, rows)


def build_review(facts: Facts, first: int) -> Block:
    """Receipts by what a person did with them, as shares of all."""
    review = facts.figures.review
    names = (
        *("receipts", "untouched", "waiting", "accepted", "corrected"),
        *("suspected_duplicates", "discarded_duplicates"),
    )
    rows = tuple(
        _counted(facts, f"review.{name}", getattr(review, name), review.receipts, row, first)
        for row, name in enumerate(names, first)
    )
    return Block(facts.say("quality.review"), _heads(facts), rows)


def build_codes(facts: Facts, name: str, counts: dict[str, int], first: int) -> Block:
    """Failures or reasons for a review by code, the most frequent first, with their shares."""
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    last = first + len(found) - 1
    reach = f"SUM({address(first, COUNT)}:{address(last, COUNT)})"
    rows = tuple(
        BlockRow(
            (
                _code_words(facts, code),
                count,
                Live(f"{address(row, COUNT)}/{reach}", count / sum(counts.values())),
            )
        )
        for row, (code, count) in enumerate(found, first)
    )
    return Block(facts.say(f"quality.{name}"), _heads(facts), rows)


def build_duplicate_money(facts: Facts, first: int) -> Block:
    """What discarded duplicates would have added, by currency."""
    del first
    found = sorted(facts.figures.review.duplicate_cents.items())
    rows = tuple(BlockRow((code, units(cents)), code or None) for code, cents in found)
    heads = (Head(facts.say("currency")), Head(facts.say("total"), "money"))
    return Block(facts.say("quality.duplicates"), heads, rows)


def _heads(facts: Facts) -> tuple[Head, ...]:
    kinds: tuple[CellKind, CellKind] = ("count", "percent")
    return (
        Head(facts.say("quality.what")),
        Head(facts.say("receipts"), kinds[0]),
        Head(facts.say("share"), kinds[1]),
    )


def _counted(facts: Facts, name: str, count: int, whole: int, row: int, whole_row: int) -> BlockRow:
    over = address(whole_row, COUNT)
    share: Cell = Live(f'IF({over}=0,"",{address(row, COUNT)}/{over})', ratio(count, whole))
    return BlockRow((facts.say(f"quality.{name}"), count, share))


def _code_words(facts: Facts, code: str) -> str:
    """The sentence of a code; those that need the figures of one receipt have words of ours."""
    language = facts.texts.language
    words = load_texts(language).get(f"xlsx.code.{code}") or load_catalog(language).get(code, code)
    return code if "{" in words else words
