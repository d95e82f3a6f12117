"""Loads the model of the settings, once a process. Imports PyTorch, which takes seconds."""

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalog.encode.encoder import EncoderInfo
from pipeline.catalog.encode.identify import identify
from pipeline.catalog.encode.precision import wants_bfloat16
from pipeline.catalog.encode.source import (
    CheckpointSource,
    FolderSource,
    HubSource,
    Source,
    StarterSource,
    parse_source,
    unknown_encoder,
)
from pipeline.errors import PipelineError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder


@dataclass(frozen=True)
class Wanted:
    """Everything that a loaded model depends on."""

    encoder: str
    precision: Any
    batch: int
    threads: int
    data_dir: Path


_loading = threading.Lock()
_loaded: dict[Wanted, "OpenClipEncoder"] = {}


def load_encoder(settings: Settings) -> "OpenClipEncoder":
    """The encoder of this process, loaded on first use and kept.

    Raises PipelineError: ENCODER_UNKNOWN, ENCODER_MISSING, ENCODER_BROKEN, ENCODER_NOT_FETCHED.
    """
    wanted = Wanted(
        settings.encoder,
        settings.encoder_dtype,
        settings.encoder_batch,
        settings.threads_of("catalog"),
        settings.data_dir,
    )
    with _loading:
        if wanted not in _loaded:
            encoder = _load(settings)
            # One model a process: another one replaces it.
            _loaded.clear()
            _loaded[wanted] = encoder
        return _loaded[wanted]


def _load(settings: Settings) -> "OpenClipEncoder":
    source = parse_source(settings.encoder)
    identity = identify(settings)

    import torch

    from pipeline.catalog.encode.open_clip_encoder import OpenClipEncoder

    torch.set_num_threads(settings.threads_of("catalog"))
    model, preprocess, tokenize, dimension = _open(source, settings)
    info = EncoderInfo(identity.id, identity.name, dimension, identity.is_basic)
    _choose_precision(model, settings)
    towers = settings.data_dir / "encoders" / "towers"
    return OpenClipEncoder(info, model, preprocess, tokenize, settings.encoder_batch, towers)


Opened = tuple[Any, Callable[..., Any], Callable[..., Any], int]


def _open(source: Source, settings: Settings) -> Opened:
    """Model, preprocessing, tokenizer and dimension as OpenCLIP makes them."""
    import open_clip

    name, pretrained = _names(source, settings)
    _check_known(name, pretrained, source)
    try:
        # What it warns of is for whoever trains: activation names, symbolic links of the cache.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model, preprocess = open_clip.create_model_from_pretrained(name, pretrained)
            tokenize = open_clip.get_tokenizer(name)
            dimension = int(open_clip.get_model_config(name)["embed_dim"])
    except Exception as error:
        raise _explain(source, settings.encoder, error) from error
    return model.eval(), preprocess, tokenize, dimension


def _names(source: Source, settings: Settings) -> tuple[str, str | None]:
    match source:
        case StarterSource():
            return f"local-dir:{_find_starter(settings)}", None
        case FolderSource(folder):
            return f"local-dir:{folder}", None
        case CheckpointSource(name, file):
            return name, str(file)
        case HubSource(name, tag):
            return name, tag


def _find_starter(settings: Settings) -> Path:
    from pipeline.catalog.encode.starter.assemble import starter_folder

    try:
        return starter_folder(settings.data_dir)
    except OSError as error:
        raise PipelineError(
            "STARTER_NOT_ASSEMBLED",
            f"The starter model cannot be put together: {error}. "
            "Run scripts/install.sh again, or free some disk space.",
            params={"cause": str(error)},
        ) from error


def _check_known(name: str, pretrained: str | None, source: Source) -> None:
    """Architectures and tags are listed in OpenCLIP itself; no network is asked."""
    import open_clip

    if isinstance(source, CheckpointSource) and name not in open_clip.list_models():
        raise unknown_encoder(name)
    if isinstance(source, HubSource) and pretrained:
        tags = open_clip.list_pretrained_tags_by_model(name)
        if pretrained.lower().replace("-", "_") not in tags and pretrained not in tags:
            raise unknown_encoder(f"{name}/{pretrained}")


def _explain(source: Source, encoder: str, error: Exception) -> PipelineError:
    cause = str(error).strip().split("\n", maxsplit=1)[0][:200] or type(error).__name__
    if isinstance(source, HubSource):
        return PipelineError(
            "ENCODER_NOT_FETCHED",
            f"The model {encoder} could not be fetched: {cause}. Check the network, or download "
            "it elsewhere and set COMPTOIR_ENCODER to NAME:/checkpoint.",
            permanent=False,
            params={"encoder": encoder, "cause": cause},
        )
    return PipelineError(
        "ENCODER_BROKEN",
        f"The model {encoder} cannot be loaded: {cause}. Copy its files again, and check that "
        "the architecture is that of the checkpoint.",
        params={"encoder": encoder, "cause": cause},
    )


def _choose_precision(model: Any, settings: Settings) -> None:
    import torch

    if wants_bfloat16(model.visual, settings.encoder_dtype):
        # As a whole where words and pictures share parameters, which OpenCLIP's own models do.
        model.to(torch.bfloat16)
