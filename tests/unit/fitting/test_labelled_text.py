import json
from pathlib import Path

from fitting.heads import COUNTRIES, draw_head
from fitting.sroie import load_transcripts, split_folds


def write_receipt(folder: Path, name: str, company: str, rows: list[str]) -> None:
    (folder / "key").mkdir(exist_ok=True)
    (folder / "box").mkdir(exist_ok=True)
    (folder / "key" / f"{name}.json").write_text(json.dumps({"company": company}))
    boxes = [
        f"10,{30 * at},200,{30 * at},200,{30 * at + 20},10,{30 * at + 20},{text}"
        for at, text in enumerate(rows)
    ]
    (folder / "box" / f"{name}.csv").write_text("\n".join(boxes))


def test_transcripts_become_rows_in_the_order_of_the_paper(tmp_path: Path) -> None:
    write_receipt(tmp_path, "000", "CORNER SHOP", ["CORNER SHOP", "12, HIGH STREET", "TOTAL 1.20"])
    (receipt,) = load_transcripts(tmp_path)
    texts = [line.text for line in receipt.pages[0].lines]
    assert texts == ["CORNER SHOP", "12, HIGH STREET", "TOTAL 1.20"]
    assert receipt.company == "CORNER SHOP"
    assert receipt.date == ""


def test_one_merchant_is_one_group_however_its_name_is_written(tmp_path: Path) -> None:
    names = ["MR. LEAF (M) SDN BHD", "MR LEAF SDN. BHD.", "OTHER TRADING"]
    for at, name in enumerate(names):
        write_receipt(tmp_path, f"{at:03d}", name, [name])
    first, second, other = load_transcripts(tmp_path)
    assert first.group == second.group != other.group


def test_a_group_is_never_parted_and_folds_are_of_like_size() -> None:
    groups = ["a"] * 6 + ["b"] * 3 + ["c"] * 3 + ["d"]
    folds = split_folds(groups, 2)
    assert len({(group, fold) for group, fold in zip(groups, folds, strict=True)}) == 4
    assert abs(folds.count(0) - folds.count(1)) <= 1


def test_a_made_up_head_tells_its_name_and_address() -> None:
    for country in COUNTRIES:
        heads = [draw_head(seed, country) for seed in range(20)]
        assert heads[0] == draw_head(0, country)
        assert all(head.name_rows for head in heads)
        rows = [set(head.name_rows) & set(head.address_rows) for head in heads]
        assert not any(rows)
        assert sum(bool(head.address_rows) for head in heads) > 10
