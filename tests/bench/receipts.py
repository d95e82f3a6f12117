"""Receipts read end to end: exact match of each field and seconds a receipt.

DIR holds img/*.jpg and key/*.json with company, date and total (the layout of ICDAR 2019 SROIE).
Beside the pipeline runs the bare OCR engine: the library as its makers ship it, on the same
pictures in the same process, without page preparation or fields.
"""

import argparse
import json
import multiprocessing
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import numpy as np
from PIL import Image

from pipeline.receipts.document import PageText, ReceiptFields
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.calendar_text import find_dates
from pipeline.receipts.media import MediaLimits, inspect_media
from pipeline.receipts.ocr import DEFAULT_ENGINE, ENGINE_NAMES, create_engine, is_available
from pipeline.receipts.pages import open_pages
from pipeline.receipts.straighten import straighten
from tests.bench.table import format_table

LIMITS = MediaLimits(max_bytes=50_000_000, max_pixels=60_000_000, max_pages=20)
FIELDS = ("company", "date", "total")
STEPS = ("open", "straighten", "read", "understand")


@dataclass(frozen=True)
class Measured:
    """One receipt: which fields match, which could, and where the time went (seconds)."""

    name: str
    exact: dict[str, bool]
    in_text: dict[str, bool]
    in_bare_text: dict[str, bool]
    steps_s: dict[str, float]
    cpu_s: float
    bare_s: float
    bare_cpu_s: float
    misses: tuple[str, ...]


def main(argv: list[str]) -> int:
    """Measure and print; 2 where the folder or the engine is missing."""
    args = _parse_arguments(argv)
    names = [path.stem for path in sorted((args.folder / "img").glob("*.jpg"))]
    names = [name for name in names if (args.folder / "key" / f"{name}.json").is_file()]
    if not names:
        print(f"No receipts in {args.folder}: it needs img/*.jpg and key/*.json of the same names.")
        return 2
    if not is_available(args.engine):
        print(f"The OCR engine {args.engine} is not installed here.")
        return 2
    jobs = [(args.folder, name, args.engine) for name in names[: args.limit]]
    started = time.perf_counter()
    results = _measure_all(jobs, args.processes)
    _report(results, args.engine, time.perf_counter() - started, args.misses)
    return 0


def _parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench receipts", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="only the first so many")
    parser.add_argument("--engine", choices=ENGINE_NAMES, default=DEFAULT_ENGINE)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="list the fields that do not match")
    return parser.parse_args(argv)


def _measure_all(jobs: list[tuple[Path, str, str]], processes: int) -> list[Measured]:
    if processes == 1:
        return [measure(job) for job in jobs]
    # Spawned as the runners are: models are loaded once in each.
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return pool.map(measure, jobs, chunksize=4)


def measure(job: tuple[Path, str, str]) -> Measured:
    """Read one receipt with the pipeline, then with the bare engine."""
    folder, name, engine_name = job
    picture_path = folder / "img" / f"{name}.jpg"
    truth = json.loads((folder / "key" / f"{name}.json").read_text())
    _warm_up(engine_name)
    cpu_before = time.process_time()
    pages, fields, steps_s = _run_pipeline(picture_path, engine_name)
    cpu_between, started = time.process_time(), time.perf_counter()
    bare_text = _load_bare_engine(engine_name)(picture_path)
    bare_s, cpu_after = time.perf_counter() - started, time.process_time()
    exact = _match(fields, truth)
    text = " ".join(line.text for page in pages for line in page.lines)
    return Measured(
        name=name,
        exact=exact,
        in_text=_find_anywhere(text, truth),
        in_bare_text=_find_anywhere(bare_text, truth),
        steps_s=steps_s,
        cpu_s=cpu_between - cpu_before,
        bare_s=bare_s,
        bare_cpu_s=cpu_after - cpu_between,
        misses=tuple(
            f"{field}: {truth[field]!r} read as {_value_of(fields, field)!r}"
            for field in FIELDS
            if not exact[field]
        ),
    )


@cache
def _warm_up(engine_name: str) -> None:
    """Load the models of both before the clock runs, once a process."""
    blank = np.full((320, 320, 3), 255, np.uint8)
    engine = create_engine(engine_name)
    engine.read(straighten(blank, engine).picture)
    _load_bare_engine(engine_name)


def _run_pipeline(
    path: Path, engine_name: str
) -> tuple[tuple[PageText, ...], ReceiptFields, dict[str, float]]:
    engine = create_engine(engine_name)
    clock = [time.perf_counter()]
    pictures = list(open_pages(path, inspect_media(path, LIMITS).media_type, LIMITS))
    clock.append(time.perf_counter())
    upright = [straighten(picture, engine).picture for picture in pictures]
    clock.append(time.perf_counter())
    pages = tuple(engine.read(picture, number) for number, picture in enumerate(upright, start=1))
    clock.append(time.perf_counter())
    fields = extract_fields(pages)
    clock.append(time.perf_counter())
    spent = (later - earlier for earlier, later in pairwise(clock))
    return pages, fields, dict(zip(STEPS, spent, strict=True))


@cache
def _load_bare_engine(engine_name: str) -> Callable[[Path], str]:
    """The library with its own defaults, on one thread as the pipeline is."""
    return _load_bare_tesseract() if engine_name == "tesseract" else _load_bare_rapidocr()


def _load_bare_rapidocr() -> Callable[[Path], str]:
    from rapidocr import EngineType, RapidOCR

    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Det.engine_type": EngineType.OPENVINO,
            "Cls.engine_type": EngineType.OPENVINO,
            "Rec.engine_type": EngineType.OPENVINO,
            "EngineConfig.openvino.inference_num_threads": 1,
        }
    )
    ocr(np.full((320, 320, 3), 255, np.uint8))
    return lambda path: " ".join(ocr(str(path)).txts or ())


def _load_bare_tesseract() -> Callable[[Path], str]:
    import tesserocr

    from pipeline.receipts.ocr.tesseract import find_data_folder

    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    api = tesserocr.PyTessBaseAPI(path=str(find_data_folder()), lang="eng", psm=4)

    def read(path: Path) -> str:
        with Image.open(path) as picture:
            api.SetImage(picture.convert("RGB"))
        return str(api.GetUTF8Text())

    return read


def _normalise(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _match(fields: ReceiptFields, truth: dict[str, str]) -> dict[str, bool]:
    company = fields.merchant.value if fields.merchant else ""
    return {
        "company": _normalise(company) == _normalise(truth["company"]),
        "date": fields.date is not None and fields.date.value == _parse_date(truth["date"]),
        "total": fields.total is not None and fields.total.value == _parse_total(truth["total"]),
    }


def _parse_date(text: str) -> date | None:
    found = find_dates(text, with_compact=True)
    return found[0].read(month_first=False) or found[0].read(month_first=True) if found else None


def _parse_total(text: str) -> Decimal | None:
    try:
        return Decimal(re.sub(r"[^0-9.-]", "", text))
    except InvalidOperation:
        return None


def _value_of(fields: ReceiptFields, field: str) -> str | None:
    found = {"company": fields.merchant, "date": fields.date, "total": fields.total}[field]
    return None if found is None else str(found.value)


def _find_anywhere(text: str, truth: dict[str, str]) -> dict[str, bool]:
    """Is the right value somewhere in the text? What no rule can exceed."""
    letters = _normalise(text)
    wanted = {field: truth[field] for field in FIELDS}
    wanted["total"] = re.sub(r"[^0-9]", "", truth["total"])
    return {field: _normalise(value) in letters for field, value in wanted.items()}


def _report(results: list[Measured], engine: str, wall_s: float, with_misses: bool) -> None:
    print(f"\n{len(results)} receipts, engine {engine}")
    header = ("field", "exact match", "in our text", "in bare text")
    print(format_table(header, [_share_row(field, results) for field in FIELDS]))
    print(f"\nseconds a receipt, one thread a process (wall clock {wall_s:.0f} s)")
    print(format_table(("step", "mean", "median", "most"), _list_times(results, engine)))
    if with_misses:
        print()
        for result in results:
            for miss in result.misses:
                print(f"{result.name}  {miss}")


def _share_row(field: str, results: list[Measured]) -> list[str]:
    views = (
        [result.exact[field] for result in results],
        [result.in_text[field] for result in results],
        [result.in_bare_text[field] for result in results],
    )
    return [field, *(f"{sum(view) / len(view):.3f}" for view in views)]


def _list_times(results: list[Measured], engine: str) -> list[list[str]]:
    spent = {step: [result.steps_s[step] for result in results] for step in STEPS}
    spent["pipeline"] = [sum(result.steps_s.values()) for result in results]
    spent[f"bare {engine}"] = [result.bare_s for result in results]
    # Processor time stays comparable when other work shares the cores.
    spent["pipeline, processor"] = [result.cpu_s for result in results]
    spent[f"bare {engine}, processor"] = [result.bare_cpu_s for result in results]
    return [
        [step, f"{mean(values):.3f}", f"{median(values):.3f}", f"{max(values):.3f}"]
        for step, values in spent.items()
    ]
