import pytest

from tests.unit.receipts.items.reading import read_items, show


def only(rows: str, total: str) -> list[str]:
    return [show(item) for item in read_items(f"SHOP\n{rows}\nTOTAL    {total}", total).items]


@pytest.mark.parametrize(("row", "shown"), [
    ("COFFEE                2.50", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE                2,50 €", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE               £2.50", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE              RM2.50 SR", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE                2.50 A", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE                2.50 *", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE                2.50 ZRL", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE                2.S0", "COFFEE | 1 pcs | 2.50"),
    ("3401597401234 COFFEE  2.50", "COFFEE | 1 pcs | 2.50"),
    ("COFFEE X12            2.50", "COFFEE X12 | 1 pcs | 2.50"),
    ("COFFEE 250G           2.50", "COFFEE 250G | 1 pcs | 2.50"),
    ("COFFEE 1,5 L          2,50", "COFFEE 1,5 L | 1 pcs | 2.50"),
    ("2 x COFFEE            2.50", "COFFEE | 2 pcs | 2.50"),
    ("2 COFFEE @1.25        2.50", "COFFEE | 2 pcs x 1.25 | 2.50"),
    ("COFFEE      2   1.25  2.50", "COFFEE | 2 pcs x 1.25 | 2.50"),
    ("COFFEE  1.25 x 2      2.50", "COFFEE | 2 pcs x 1.25 | 2.50"),
    ("COFFEE  2x1.25        2.50", "COFFEE | 2 pcs x 1.25 | 2.50"),
    ("COFFEE  0.250kg x 10.00/kg  2.50", "COFFEE | 0.25 kg x 10.00 | 2.50"),
    ("COFFEE  250 g x 10.00 EUR/kg  2.50", "COFFEE | 0.25 kg x 10.00 | 2.50"),
    ("DIESEL  2.00 L x 1.250 EUR/L  2.50", "DIESEL | 2 l x 1.250 | 2.50"),
])  # fmt: skip
def test_a_row_gives_name_quantity_price_and_amount(row: str, shown: str) -> None:
    assert only(row, "2.50") == [shown]


def test_names_stand_above_their_article_number_and_price() -> None:
    rows = """
CODE/DESC       PRICE    Disc   AMOUNT
9556939040116 KF MODELLING CLAY
  1 PC *        9.00     0.00     9.00
9556939040117 ROYAL GOLD TOWEL
  2 PC *        6.75     0.00    13.50
"""
    assert only(rows, "22.50") == [
        "KF MODELLING CLAY | 1 pcs x 9.00 | 9.00",
        "ROYAL GOLD TOWEL | 2 pcs x 6.75 | 13.50",
    ]


def test_names_stand_below_their_price_where_the_block_begins_with_one() -> None:
    rows = """
ITEM        QTY   S/PRICE    AMOUNT
101756       10     17.49    174.90 SR
SIMEN
100160        5      3.18     15.90 SR
KAPUR AIR (A1)
"""
    assert only(rows, "190.80") == [
        "SIMEN | 10 pcs x 17.49 | 174.90",
        "KAPUR AIR (A1) | 5 pcs x 3.18 | 15.90",
    ]


def test_shelf_codes_between_name_and_price_are_no_names() -> None:
    rows = """
ITEM             QTY  PRICE  AMOUNT
COPPER BASIN TAP B *S
JA01-04- 2/60
9072363     1 X    29.90       29.90
PADLOCK 40MM *S
LE51/2- 12/48
9072364     2 X     8.90       17.80
"""
    assert only(rows, "47.70") == [
        "COPPER BASIN TAP B | 1 pcs x 29.90 | 29.90",
        "PADLOCK 40MM | 2 pcs x 8.90 | 17.80",
    ]


def test_a_wrapped_name_is_one_and_a_note_is_none_of_it() -> None:
    rows = """
DESIGNATION      QTE   P.U.  MONTANT
ASSIETTE      2   9,50    19,00
  FROMAGES
STEAK         1  15,00    15,00
  sel
"""
    assert only(rows, "34.00") == [
        "ASSIETTE FROMAGES | 2 pcs x 9.50 | 19.00",
        "STEAK | 1 pcs x 15.00 | 15.00",
    ]


@pytest.mark.parametrize("rebate", [
    "REMISE   -0,50", "REMISE    0,50-", "PROMO   -0,50 €", "2EME A -50%  -0,50",
    "LOT 3 POUR 2  -0,50",
    "REMISE    0,50", "SCONTO   -0,50", "RABATT  -0,50 A", "DESCONTO  (0,50)",
])  # fmt: skip
def test_a_rebate_comes_off_the_item_above(rebate: str) -> None:
    rows = f"BEURRE          2,00\nJAMBON          3,00\n   {rebate}"
    assert only(rows, "4.50") == ["BEURRE | 1 pcs | 2.00", "JAMBON | 1 pcs | 3.00 - 0.50"]


def test_a_rebate_that_names_its_item_finds_it() -> None:
    rows = "BEURRE          2,00\nJAMBON          3,00\nREMISE BEURRE   -0,50"
    assert only(rows, "4.50") == ["BEURRE | 1 pcs | 2.00 - 0.50", "JAMBON | 1 pcs | 3.00"]


def test_a_voucher_on_everything_is_a_line_of_its_own() -> None:
    rows = "BEURRE          2,00\nJAMBON          3,00\nBON D'ACHAT    -0,50"
    assert only(rows, "4.50")[-1] == "BON D'ACHAT | 1 pcs | -0.50"


def test_a_deposit_is_paid_and_given_back_as_lines() -> None:
    rows = "COLA            1,50\nPFAND           0,25\nLEERGUT        -0,75"
    assert only(rows, "1.00") == [
        "COLA | 1 pcs | 1.50", "PFAND | 1 pcs | 0.25", "LEERGUT | 1 pcs | -0.75",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["CARTE CADEAU", "BAR CEREALES", "MASTER POTATO BBQ"])
def test_things_that_sound_like_payment_are_things(name: str) -> None:
    assert only(f"BREAD   3.00\n{name}   2.00", "5.00")[-1] == f"{name} | 1 pcs | 2.00"


def test_an_empty_page_has_no_items() -> None:
    assert read_items("", None).items == ()


def test_a_ticket_without_items_has_none() -> None:
    assert read_items("SHOP\nTOTAL  5.00\nCASH  5.00", "5.00").items == ()


def test_each_item_is_boxed_by_all_of_its_rows() -> None:
    (item,) = read_items(
        "SHOP\nTOMATES      1,35\n  0,482 kg x 2,80 €/kg\nTOTAL  1,35", "1.35"
    ).items
    assert item.box is not None
    assert item.box[3] - item.box[1] == 50


@pytest.mark.parametrize("junk", ["1" * 3000, "1." * 500, "a1" * 2000, "x", "½ ² ∞", "٣,٥٠"])
def test_odd_text_among_the_items_does_no_harm(junk: str) -> None:
    rows = f"BREAD   3.00\n{junk} - {junk}\nMILK    2.00"
    assert {"BREAD | 1 pcs | 3.00", "MILK | 1 pcs | 2.00"} <= set(only(rows, "5.00"))
