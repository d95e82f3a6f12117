"""A random OpenCLIP model of one layer in a folder: the whole path of a model, in milliseconds.

Set COMPTOIR_ENCODER to what `write_tiny_encoder` returns. Its vectors mean nothing, but the same
picture or text always gets the same one.
"""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

DIMENSION = 16
WIDTH = 32
PATCHES = 16
TOKENS = 77
VOCABULARY = 49408
CONFIG = {
    "model_cfg": {
        "embed_dim": DIMENSION,
        "vision_cfg": {
            "image_size": 32, "patch_size": 8, "width": WIDTH, "layers": 1, "head_width": 16,
        },
        "text_cfg": {
            "context_length": TOKENS, "vocab_size": VOCABULARY, "width": WIDTH, "heads": 2,
            "layers": 1,
        },
    },
    "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
}  # fmt: skip


def write_tiny_encoder(folder: Path, seed: int = 0) -> Path:
    """Write it into `folder`; another seed is another model, so another id."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG))
    save_file(_weights(np.random.default_rng(seed)), folder / "open_clip_model.safetensors")
    return folder


def _weights(random: np.random.Generator) -> dict[str, np.ndarray]:
    shapes: dict[str, tuple[int, ...]] = {
        "logit_scale": (),
        "positional_embedding": (TOKENS, WIDTH),
        "text_projection": (WIDTH, DIMENSION),
        "token_embedding.weight": (VOCABULARY, WIDTH),
        "visual.class_embedding": (WIDTH,),
        "visual.conv1.weight": (WIDTH, 3, 8, 8),
        "visual.positional_embedding": (PATCHES + 1, WIDTH),
        "visual.proj": (WIDTH, DIMENSION),
        **_norm("ln_final"),
        **_norm("visual.ln_post"),
        **_norm("visual.ln_pre"),
        **_block("transformer.resblocks.0"),
        **_block("visual.transformer.resblocks.0"),
    }
    return {
        name: random.normal(0, WIDTH**-0.5, shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}


def _block(name: str) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.attn.in_proj_bias": (3 * WIDTH,),
        f"{name}.attn.in_proj_weight": (3 * WIDTH, WIDTH),
        f"{name}.attn.out_proj.bias": (WIDTH,),
        f"{name}.attn.out_proj.weight": (WIDTH, WIDTH),
        **_norm(f"{name}.ln_1"),
        **_norm(f"{name}.ln_2"),
        f"{name}.mlp.c_fc.bias": (4 * WIDTH,),
        f"{name}.mlp.c_fc.weight": (4 * WIDTH, WIDTH),
        f"{name}.mlp.c_proj.bias": (WIDTH,),
        f"{name}.mlp.c_proj.weight": (WIDTH, 4 * WIDTH),
    }
