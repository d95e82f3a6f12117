"""Where the model of the setting `encoder` comes from; reads no model and imports no PyTorch."""

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import PipelineError

STARTER = "starter"
CONFIG_FILE = "open_clip_config.json"
# A name, a colon, a path: ViT-B-32:/models/b32.pt. A schema such as local-dir: is looked for first.
NAME_AND_FILE = re.compile(r"([\w.+-]+):(.+)", re.DOTALL)
NAME_AND_TAG = re.compile(r"([\w.+-]+)/([\w.+-]+)")


@dataclass(frozen=True)
class StarterSource:
    """The model that is put together from installed packages."""


@dataclass(frozen=True)
class FolderSource:
    """A folder in OpenCLIP's format."""

    folder: Path


@dataclass(frozen=True)
class CheckpointSource:
    """An architecture that OpenCLIP knows by name, and a file with its weights."""

    name: str
    file: Path


@dataclass(frozen=True)
class HubSource:
    """A model that OpenCLIP fetches: an architecture and a tag, or a repository (`hf-hub:`)."""

    name: str
    tag: str | None


Source = StarterSource | FolderSource | CheckpointSource | HubSource


def parse_source(encoder: str) -> Source:
    """What the setting means. Raises PipelineError where no form of it fits."""
    wanted = encoder.strip()
    if wanted == STARTER:
        return StarterSource()
    if wanted.startswith("local-dir:"):
        return FolderSource(_path(wanted.removeprefix("local-dir:")))
    if wanted.startswith("hf-hub:"):
        return HubSource(wanted, None)
    if wanted.startswith(("/", "./", "../", "~")) or Path(wanted).is_dir():
        return FolderSource(_path(wanted))
    if match := NAME_AND_FILE.fullmatch(wanted):
        return CheckpointSource(match[1], _path(match[2]))
    if match := NAME_AND_TAG.fullmatch(wanted):
        return HubSource(match[1], match[2])
    raise unknown_encoder(encoder)


def unknown_encoder(encoder: str) -> PipelineError:
    """The setting names nothing that OpenCLIP knows."""
    return PipelineError(
        "ENCODER_UNKNOWN",
        f"There is no model {encoder}. Set COMPTOIR_ENCODER to starter, to NAME/TAG of OpenCLIP, "
        "to NAME:/checkpoint, or to a folder.",
        params={"encoder": encoder},
    )


def missing_encoder(path: Path) -> PipelineError:
    """The folder or file of the setting is not there."""
    return PipelineError(
        "ENCODER_MISSING",
        f"The model {path} is not there. Check COMPTOIR_ENCODER and whether the folder is mounted.",
        params={"path": str(path)},
    )


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()
