"""Labelled receipts in the layout of ICDAR 2019 SROIE, as page texts, grouped by merchant.

DIR holds key/NAME.json (company, date, address, total), box/NAME.csv (a person's transcript with
its boxes) and img/NAME.jpg.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.document_json import page_text_from_json, page_text_to_json
from pipeline.receipts.intake.media import MediaLimits, inspect_media
from pipeline.receipts.ocr import DEFAULT_ENGINE, create_engine
from pipeline.receipts.ocr.rows import Token, group_rows
from pipeline.receipts.pages.decode import open_pages
from pipeline.receipts.pages.straighten import straighten

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=60_000_000, max_pages=20)

_SAME_MERCHANT = 88.0
"""Names this alike (0..100) are one merchant: 'MR. D.I.Y. SDN BHD' and 'MR D.I.Y. (M) SDN BHD'."""

_COMMON_WORDS = re.compile(r"(?:SDN)?BHD|SDN|BERHAD|LTD|TRADING|ENTERPRISE|RESTAURANTS?")


@dataclass(frozen=True)
class LabelledReceipt:
    """One receipt: its text, what is right, and the merchant it must not be parted from.

    `company`, `date`, `address` and `total` are as the data set writes them ("" where it has none).
    """

    name: str
    group: str
    company: str
    date: str
    address: str
    total: str
    pages: tuple[PageText, ...]


def load_transcripts(folder: Path) -> tuple[LabelledReceipt, ...]:
    """Every receipt with a person's transcript: what a perfect OCR engine would return."""
    names = sorted(path.stem for path in (folder / "box").glob("*.csv"))
    return _label(folder, {name: (_read_boxes(folder / "box" / f"{name}.csv"),) for name in names})


def load_readings(
    folder: Path, cache: Path, engine: str = DEFAULT_ENGINE
) -> tuple[LabelledReceipt, ...]:
    """Every receipt with a picture, as the OCR engine reads it; texts are kept in `cache`."""
    names = sorted(path.stem for path in (folder / "img").glob("*.jpg"))
    return _label(
        folder,
        {name: read_picture(folder / "img" / f"{name}.jpg", cache, engine) for name in names},
    )


def split_folds(groups: Sequence[str], count: int) -> list[int]:
    """A fold (0..count-1) for each receipt; a group is in one fold, folds are of like size."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * count
    folds: dict[str, int] = {}
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        folds[group] = filled.index(min(filled))
        filled[folds[group]] += sizes[group]
    return [folds[group] for group in groups]


def normalise(text: str) -> str:
    """Upper case without punctuation and spaces: how the data set's fields are compared."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _label(folder: Path, texts: dict[str, tuple[PageText, ...]]) -> tuple[LabelledReceipt, ...]:
    keys = {path.stem: json.loads(path.read_text()) for path in (folder / "key").glob("*.json")}
    groups = _group_merchants(sorted({key.get("company", "") for key in keys.values()}))
    return tuple(
        LabelledReceipt(
            name=name,
            group=groups[keys[name].get("company", "")],
            company=keys[name].get("company", ""),
            date=keys[name].get("date", ""),
            address=keys[name].get("address", ""),
            total=keys[name].get("total", ""),
            pages=pages,
        )
        for name, pages in texts.items()
        if name in keys
    )


def _group_merchants(companies: Iterable[str]) -> dict[str, str]:
    """The first of all like names, for each; compared over all receipts, so it never varies."""
    groups: dict[str, str] = {}
    for company in companies:
        bare = _COMMON_WORDS.sub("", normalise(re.sub(r"\(.*?\)", "", company)))
        alike = (known for known in groups.values() if fuzz.ratio(bare, known) >= _SAME_MERCHANT)
        groups[company] = next(alike, bare)
    return groups


def read_picture(path: Path, cache: Path, engine: str) -> tuple[PageText, ...]:
    """The text of a picture; what OCR returned once is taken from `cache`."""
    kept = cache / f"{path.stem}.{engine}.json"
    if not kept.is_file():
        pages = [page_text_to_json(page) for page in _run_ocr(path, engine)]
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"pages": pages}, ensure_ascii=False))
    return tuple(page_text_from_json(page) for page in json.loads(kept.read_text())["pages"])


def _run_ocr(path: Path, engine_name: str) -> Iterator[PageText]:
    engine = create_engine(engine_name)
    pictures = open_pages(path, inspect_media(path, LIMITS).media_type, LIMITS)
    for number, picture in enumerate(pictures, start=1):
        yield engine.read(straighten(picture, engine).picture, number)


def _read_boxes(path: Path) -> PageText:
    tokens = []
    for row in path.read_text(encoding="utf-8", errors="replace").splitlines():
        *corners, text = row.split(",", 8)
        if len(corners) == 8 and text.strip():
            xs, ys = [float(x) for x in corners[0::2]], [float(y) for y in corners[1::2]]
            tokens.append(_place_words(text, min(xs), min(ys), max(xs), max(ys)))
    lines = group_rows(tokens)
    right = max((line.box[2] for line in lines), default=1.0)
    bottom = max((line.box[3] for line in lines), default=1.0)
    return PageText(1, round(right), round(bottom), "transcript", lines)


def _place_words(text: str, left: float, top: float, right: float, bottom: float) -> Token:
    """The words of a box, each with its share of the width by its letters."""
    letter = (right - left) / len(text.rstrip() or text)
    words = [
        Word(found[0], (left + found.start() * letter, top, left + found.end() * letter, bottom), 1)
        for found in re.finditer(r"\S+", text.rstrip())
    ]
    return Token(tuple(words))
