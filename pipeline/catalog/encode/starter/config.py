"""What OpenCLIP is told about the starter."""

from pathlib import Path
from typing import Any

DIMENSION = 512
# Long product texts are cut here; MiniLM itself was trained on 128 tokens.
CONTEXT_LENGTH = 128


def open_clip_config(folder: Path) -> dict[str, Any]:
    """The content of open_clip_config.json, for a model that will live in `folder`."""
    return {
        "model_cfg": {
            "embed_dim": DIMENSION,
            "custom_text": True,
            "vision_cfg": {
                "timm_model_name": "tf_efficientnet_lite0",
                "timm_model_pretrained": False,
                "timm_pool": "avg",
                "timm_proj": "mlp",
                "timm_proj_bias": True,
                "image_size": 224,
            },
            "text_cfg": {
                # OpenCLIP does not look for it beside its own configuration, hence absolute.
                "hf_model_name": str(folder),
                "hf_model_pretrained": False,
                "hf_tokenizer_name": str(folder),
                "hf_pooler_type": "mean_pooler",
                "hf_proj_type": "linear",
                "context_length": CONTEXT_LENGTH,
            },
        },
        "preprocess_cfg": {
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "interpolation": "bicubic",
            "resize_mode": "shortest",
        },
    }
