"""One receipt from one seed: its picture and its truth. Called by the command line and by tests."""

import numpy as np
from PIL import Image

from pipeline.samples.chance import Chance
from pipeline.samples.degrade import photograph
from pipeline.samples.drawing import print_rows
from pipeline.samples.layout import lay_out
from pipeline.samples.rows import Row
from pipeline.samples.style import Style, choose_style
from pipeline.samples.ticket import ring_up
from pipeline.samples.truth import ReceiptTruth, state_truth
from pipeline.samples.vocabulary import RECEIPT_TYPES
from pipeline.samples.wear import choose_wear, emphasise

# Two thirds French, most of the rest British; supermarkets lead, as they do in a wallet.
COUNTRY_SHARES = ("fr",) * 6 + ("gb",) * 3 + ("us",)
TYPE_SHARES = ("supermarket",) * 4 + ("restaurant",) * 3 + ("pharmacy",) * 2 + RECEIPT_TYPES[3:]


def compose_receipt(
    seed: int, degradation: str, *, country: str | None = None, receipt_type: str | None = None
) -> tuple[tuple[Row, ...], Style, ReceiptTruth]:
    """The rows to print, how to print them, and what they say; no pixels yet."""
    chance = Chance(seed)
    drawn_country, drawn_type = chance.pick(COUNTRY_SHARES), chance.pick(TYPE_SHARES)
    ticket = ring_up(chance, country or drawn_country, receipt_type or drawn_type)
    style = choose_style(chance, ticket)
    rows = lay_out(chance, ticket, style)
    return rows, style, state_truth(ticket, style, degradation, seed)


def generate_receipt(
    seed: int,
    degradation: str = "clean",
    *,
    country: str | None = None,
    receipt_type: str | None = None,
    emphasis: str | None = None,
) -> tuple[Image.Image, ReceiptTruth]:
    """An RGB picture 900-1500 px wide and its truth; the same seed gives the same pixels.

    `degradation` is one of wear.DEGRADATIONS; `country` ("fr", "gb", "us") and `receipt_type` are
    drawn where not given; `emphasis` is one of wear.EMPHASES.
    """
    rows, style, truth = compose_receipt(
        seed, degradation, country=country, receipt_type=receipt_type
    )
    wear = choose_wear(Chance(f"{seed} {degradation}"), degradation)
    if emphasis is not None:
        wear = emphasise(wear, emphasis)
    picture = photograph(print_rows(rows, style), wear, np.random.default_rng(seed))
    return picture, truth
