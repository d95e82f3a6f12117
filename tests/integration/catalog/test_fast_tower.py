"""A picture tower that was translated: the same vectors, kept, and not relied on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.catalog.encode.fast_tower import FILE, open_fast_tower
from pipeline.catalog.encode.load import load_encoder
from pipeline.settings import Settings
from tests.support.tiny_encoder import write_tiny_encoder


def load(folder: Path, precision: str, seed: int = 0) -> Any:
    tiny = write_tiny_encoder(folder / f"tiny-{seed}", seed)
    return load_encoder(
        Settings(data_dir=folder, encoder=str(tiny), encoder_dtype=precision)  # type: ignore[arg-type]
    ).model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(tmp_path_factory.mktemp("model"), "float32")


@pytest.fixture(scope="module")
def kept(model: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the translated tower."""
    folder = tmp_path_factory.mktemp("towers") / "tower"
    assert open_fast_tower(model, pictures(4), folder, threads=1) is not None
    return folder


def pictures(count: int) -> list[torch.Tensor]:
    return list(torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(count)))


def encode(model: Any, wanted: list[torch.Tensor]) -> Any:
    dtype = next(model.parameters()).dtype
    with torch.inference_mode():
        features = model.encode_image(torch.stack(wanted).to(dtype)).float()
    return torch.nn.functional.normalize(features, dim=-1).numpy()


def test_it_is_kept_and_its_vectors_are_those_of_the_model(model: Any, kept: Path) -> None:
    translated_ns = (kept / FILE).stat().st_mtime_ns
    tower = open_fast_tower(model, pictures(4), kept, threads=1)

    assert tower is not None
    assert (kept / FILE).stat().st_mtime_ns == translated_ns
    assert list(kept.parent.iterdir()) == [kept]
    for count in (1, 7):
        vectors = tower.encode(torch.stack(pictures(count)))
        assert (vectors * encode(model, pictures(count))).sum(axis=1).min() > 0.999


def test_a_model_in_bfloat16_is_as_it_was_afterwards(tmp_path: Path) -> None:
    model = load(tmp_path, "bfloat16")
    before = encode(model, pictures(3))

    assert open_fast_tower(model, pictures(4), tmp_path / "tower", threads=1) is not None
    assert next(model.parameters()).dtype == torch.bfloat16
    assert np.array_equal(encode(model, pictures(3)), before)


def test_one_that_is_damaged_is_not_used_and_goes(model: Any, tmp_path: Path) -> None:
    folder = tmp_path / "tower"
    folder.mkdir()
    (folder / FILE).write_text("no tower")

    assert open_fast_tower(model, pictures(4), folder, threads=1) is None
    assert not folder.exists()


def test_one_that_says_something_else_is_not_used(kept: Path, tmp_path: Path) -> None:
    assert open_fast_tower(load(tmp_path, "float32", 9), pictures(4), kept, threads=1) is None
