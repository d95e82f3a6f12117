"""Which model a setting means, told without loading one."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalog.encode.identify import identify
from pipeline.catalog.encode.scale import scale_of
from pipeline.catalog.encode.source import CheckpointSource, FolderSource, HubSource, parse_source
from pipeline.errors import PipelineError
from pipeline.settings import Settings
from tests.support.tiny_encoder import write_tiny_encoder


def test_the_starter_is_basic_and_needs_no_pytorch_to_say_so() -> None:
    program = (
        "import sys\n"
        "from pipeline.catalog.encode.identify import identify\n"
        "from pipeline.settings import Settings\n"
        "found = identify(Settings(encoder='starter'))\n"
        "assert found.is_basic and found.id.startswith('starter-'), found\n"
        "assert not {'torch', 'open_clip', 'timm'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("encoder", "source"),
    [
        ("ViT-B-32/laion2b_s34b_b79k", HubSource("ViT-B-32", "laion2b_s34b_b79k")),
        ("hf-hub:laion/some-model", HubSource("hf-hub:laion/some-model", None)),
        ("ViT-B-32:/models/b32.pt", CheckpointSource("ViT-B-32", Path("/models/b32.pt"))),
        ("local-dir:/models/mine", FolderSource(Path("/models/mine"))),
        ("/models/mine", FolderSource(Path("/models/mine"))),
    ],
)
def test_every_form_of_the_setting_is_told_from_the_others(encoder: str, source: object) -> None:
    assert parse_source(encoder) == source


def test_a_folder_is_known_by_its_content_wherever_it_lies(tmp_path: Path) -> None:
    one = identify(Settings(encoder=str(write_tiny_encoder(tmp_path / "one" / "tiny"))))
    moved = identify(Settings(encoder=str(write_tiny_encoder(tmp_path / "two" / "tiny"))))
    other = identify(Settings(encoder=str(write_tiny_encoder(tmp_path / "three" / "tiny", 1))))
    assert one == moved
    assert other.id != one.id
    assert not one.is_basic


@pytest.mark.parametrize(
    ("encoder", "code"),
    [
        ("nothing", "ENCODER_UNKNOWN"),
        ("/nowhere/at/all", "ENCODER_MISSING"),
        ("ViT-B-32:/nowhere.pt", "ENCODER_MISSING"),
    ],
)
def test_a_model_that_cannot_be_there_is_refused_with_a_reason(encoder: str, code: str) -> None:
    with pytest.raises(PipelineError) as caught:
        identify(Settings(encoder=encoder))
    assert caught.value.code == code


def test_the_scale_of_a_model_is_half_at_its_midpoint_and_reads_both_ways() -> None:
    scale = scale_of("starter-anything", "text", "image")
    assert scale == scale_of("starter-anything", "image", "text")
    assert scale.likeness(scale.midpoint) == pytest.approx(0.5)
    assert scale.likeness(scale.cosine(0.9)) == pytest.approx(0.9, abs=1e-5)
    assert scale_of("ViT-B-32/openai", "text", "image") != scale
