"""Pictures a second through a whole import, beside a bare loop of the same model.

`python -m tests.bench index DIR`: DIR has pictures, in folders named by what they show. The import
is the real job: ZIP, table, decoding, thumbnails, files, vectors of words and pictures, SQL. The
bare loop is `encode_image` on tensors that are decoded already. Same process, batch and dtype; the
loop runs before, between and after, because a machine is not as fast at every time.
"""

import argparse
import csv
import io
import itertools
import json
import logging
import statistics
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import torch

from pipeline.catalog.encode.load import load_encoder
from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder
from pipeline.catalog.importing.orders import ImportOrder, SentFile
from pipeline.catalog.importing.submit import submit_import
from pipeline.catalog.pictures import picture_limits, read_picture
from pipeline.clock import utc_now
from pipeline.jobs import endings, ledger
from pipeline.jobs.broker import open_doorbell
from pipeline.jobs.context import JobContext
from pipeline.jobs.kinds import get_kind
from pipeline.settings import Settings
from pipeline.store import migrate, write_session
from tests.bench.table import format_table

LEAST_RATIO = 0.85
LEAST_VIT_PER_S = 25.0
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
BARE_BATCHES = 6
ROUNDS = 3
VIT = "ViT-B-32"


@dataclass(frozen=True)
class Speed:
    """What one model did, in pictures a second."""

    model: str
    dtype: str
    batch: int
    threads: int
    bare: float
    whole: float

    @property
    def ratio(self) -> float:
        return self.whole / self.bare

    @property
    def is_enough(self) -> bool:
        fast = self.model != VIT or self.whole >= LEAST_VIT_PER_S
        return fast and self.ratio >= LEAST_RATIO

    def row(self) -> tuple[str, ...]:
        figures = (f"{self.bare:.1f}", f"{self.whole:.1f}", f"{self.ratio:.2f}")
        return (self.model, self.dtype, str(self.batch), str(self.threads), *figures)


def main(argv: list[str]) -> int:
    """Measure both models, print the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="tests.bench index", description=__doc__)
    parser.add_argument("folder", type=Path, help="pictures, in folders named by what they show")
    parser.add_argument("--pictures", type=int, default=960, help="pictures an import, at most")
    parser.add_argument("--model", choices=("starter", VIT), action="append", default=[])
    options = parser.parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    paths = paths[:: max(1, len(paths) // options.pictures)][: options.pictures]
    assert paths, f"{options.folder} holds no pictures"
    speeds = []
    for model in options.model or ("starter", VIT):
        with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
            speeds.append(measure(model, paths, Path(folder)))
    header = ("model", "dtype", "batch", "threads", "bare loop/s", "whole job/s", "ratio")
    print(format_table(header, [speed.row() for speed in speeds]))
    print(f"{len(paths)} pictures a job, median of {ROUNDS}; targets: ratio {LEAST_RATIO}, "
          f"{VIT} {LEAST_VIT_PER_S:.0f} pictures/s")  # fmt: skip
    missed = [speed.model for speed in speeds if not speed.is_enough]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met")
    return 1 if missed else 0


def measure(model: str, paths: list[Path], folder: Path) -> Speed:
    """The bare loop and the whole job, in turns."""
    name = "starter" if model == "starter" else str(write_random_vit(folder / "vit"))
    settings = Settings(data_dir=folder / "data", encoder=name, rate_limit_per_s=0)
    migrate(settings)
    encoder = load_encoder(settings)
    batches = decode_batches(encoder, paths, settings)
    # What is done once for each model and kept is done here.
    started_s = time.perf_counter()
    import_pictures(settings, paths[: 2 * encoder.batch], "warm")
    took_s = time.perf_counter() - started_s
    print(f"{model}: {2 * encoder.batch} pictures in {took_s:.1f} s, with what is done once")
    bare, whole = [bare_loop(encoder, batches)], []
    for number in range(ROUNDS):
        started_s = time.perf_counter()
        import_pictures(settings, paths, f"round {number}")
        whole.append(len(paths) / (time.perf_counter() - started_s))
        bare.append(bare_loop(encoder, batches))
    dtype = str(batches[0].dtype).removeprefix("torch.")
    threads = torch.get_num_threads()
    return Speed(
        model, dtype, encoder.batch, threads, statistics.median(bare), statistics.median(whole)
    )


def decode_batches(
    encoder: OpenClipEncoder, paths: list[Path], settings: Settings
) -> list[torch.Tensor]:
    """Tensors as the model takes them, in its own dtype."""
    limits = picture_limits(settings)
    dtype = next(encoder.model.visual.parameters()).dtype
    wanted = list(itertools.islice(itertools.cycle(paths), BARE_BATCHES * encoder.batch))
    tensors = [encoder.preprocess(read_picture(path.read_bytes(), limits)) for path in wanted]
    return [
        torch.stack(tensors[first : first + encoder.batch]).to(dtype)
        for first in range(0, len(tensors), encoder.batch)
    ]


def bare_loop(encoder: OpenClipEncoder, batches: list[torch.Tensor]) -> float:
    """Pictures a second of OpenCLIP's model as it is, with nothing around it."""
    with torch.inference_mode():
        encoder.model.encode_image(batches[0])
        started_s = time.perf_counter()
        for batch in batches:
            encoder.model.encode_image(batch)
    return sum(map(len, batches)) / (time.perf_counter() - started_s)


def import_pictures(settings: Settings, paths: list[Path], series: str) -> None:
    """Submit the import, run it as a runner does, and complete it."""
    doorbell = open_doorbell(settings)
    table, pictures = pack(paths, series)
    job = submit_import(settings, doorbell, table, ImportOrder(actor="bench"), [pictures])
    with write_session(settings) as session:
        claim = ledger.claim(
            session, job.id, "bench", now=utc_now(), lease_s=3600,
            time_limit_s=lambda _kind, _payload: 3600,
        )  # fmt: skip
    assert claim is not None
    kind = get_kind(claim.kind)
    outcome = kind.run(JobContext(claim, settings))
    with write_session(settings) as session:
        assert endings.complete(session, claim, kind, outcome, now=utc_now())
    assert outcome["created"] == len(paths), outcome


def pack(paths: list[Path], series: str) -> tuple[SentFile, SentFile]:
    """A table that names each picture, and a ZIP of them."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("id", "name", "category", "price", "currency", "image"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for number, path in enumerate(paths):
            kind = path.parent.name.replace("-", " ").replace("_", " ").lower()
            image = f"{number}{path.suffix}"
            row = (f"{series} {number}", f"{kind} number {number}", kind, "9.90", "EUR", image)
            table.writerow(row)
            # Other bytes each time: a picture that is kept already would cost less.
            archive.writestr(image, path.read_bytes() + series.encode())
    return (
        SentFile("products.csv", io.BytesIO(text.getvalue().encode())),
        SentFile("pictures.zip", content),
    )


def write_random_vit(folder: Path) -> Path:
    """ViT-B-32 with random weights, as a local folder: as fast as a trained one."""
    import open_clip
    from safetensors.torch import save_file

    folder.mkdir()
    config: dict[str, Any] = {"model_cfg": open_clip.get_model_config(VIT), "preprocess_cfg": {}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    weights = open_clip.create_model(VIT).state_dict()
    save_file(
        {name: weight.contiguous() for name, weight in weights.items()},
        folder / "open_clip_model.safetensors",
    )
    return folder
