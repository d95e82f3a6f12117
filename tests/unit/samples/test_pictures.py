"""The pictures themselves: size, contrast, determinism, fonts, files."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFont

from pipeline.samples import compose_receipt, generate_receipt
from pipeline.samples.drawing import print_rows
from pipeline.samples.ship import SHIPPED, ShippedSample
from pipeline.samples.style import FONTS
from pipeline.samples.wear import DEGRADATIONS, EMPHASES

ROOT = Path(__file__).parents[3]
FONT_FOLDER = ROOT / "pipeline" / "samples" / "fonts"
SHIPPED_FOLDER = ROOT / "data" / "samples" / "receipts"


@pytest.mark.parametrize("degradation", DEGRADATIONS)
def test_every_degradation_gives_a_readable_picture_of_sane_size(degradation: str) -> None:
    picture, truth = generate_receipt(3, degradation, receipt_type="pharmacy")
    kept = BytesIO()
    picture.save(kept, "JPEG")
    decoded = Image.open(BytesIO(kept.getvalue()))
    decoded.load()
    assert 900 <= decoded.width <= 1500
    assert 500 <= decoded.height <= 6000
    assert truth.degradation == degradation
    grey = np.asarray(decoded.convert("L"), np.float32)
    # Paper and ink stay apart in the middle of the ticket, or nobody could read it.
    middle = grey[
        grey.shape[0] // 4 : -grey.shape[0] // 4, grey.shape[1] // 4 : -grey.shape[1] // 4
    ]
    assert np.percentile(middle, 95) - np.percentile(middle, 1) > 50


@pytest.mark.parametrize("degradation", DEGRADATIONS)
def test_the_same_seed_gives_the_same_pixels(degradation: str) -> None:
    first, _ = generate_receipt(9, degradation, receipt_type="bakery")
    again, _ = generate_receipt(9, degradation, receipt_type="bakery")
    assert np.array_equal(np.asarray(first), np.asarray(again))


@pytest.mark.parametrize("emphasis", EMPHASES)
def test_an_emphasis_changes_the_picture_and_not_the_truth(emphasis: str) -> None:
    plain, truth = generate_receipt(5, "worn", receipt_type="fuel")
    shown, same_truth = generate_receipt(5, "worn", receipt_type="fuel", emphasis=emphasis)
    assert truth == same_truth
    assert shown.size != plain.size or not np.array_equal(np.asarray(shown), np.asarray(plain))


def test_ink_stays_between_bare_and_black() -> None:
    rows, style, _ = compose_receipt(11, "clean")
    ink = print_rows(rows, style)
    assert ink.dtype == np.float32
    assert ink.min() == 0
    assert ink.max() == 1
    assert 0.01 < ink.mean() < 0.3


@pytest.mark.parametrize("name", sorted(set(FONTS)))
def test_every_font_has_accents_and_currency_signs(name: str) -> None:
    font = ImageFont.truetype(str(FONT_FOLDER / name), 32)
    missing = bytes(font.getmask("\uffff"))
    for character in "éèêàçùœÉÈÀÇ€£$°0":
        assert bytes(font.getmask(character)) != missing, character


def test_the_fonts_are_small_and_come_with_their_licences() -> None:
    fonts = list(FONT_FOLDER.glob("*.ttf"))
    assert sum(font.stat().st_size for font in fonts) < 1_500_000
    assert len(list(FONT_FOLDER.glob("LICENSE-*.txt"))) == len(fonts)


def test_the_command_line_writes_each_picture_with_its_truth(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeline.samples", str(tmp_path), "--count", "3"]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, timeout=60)
    pictures = sorted(tmp_path.glob("*.jpg"))
    assert [picture.stem.rsplit("-", 1)[1] for picture in pictures] == ["clean", "worn", "hard"]
    for picture in pictures:
        truth = json.loads(picture.with_suffix(".json").read_text(encoding="utf-8"))
        assert truth["receiptType"] in picture.stem


@pytest.mark.parametrize("sample", SHIPPED, ids=lambda sample: sample.name)
def test_each_shipped_sample_is_small_and_its_truth_is_current(sample: ShippedSample) -> None:
    assert (SHIPPED_FOLDER / f"{sample.name}.jpg").stat().st_size < 350_000
    kept = (SHIPPED_FOLDER / f"{sample.name}.json").read_text(encoding="utf-8")
    _, _, truth = compose_receipt(
        sample.seed, sample.degradation, country=sample.country, receipt_type=sample.receipt_type
    )
    assert kept == truth.to_json()
