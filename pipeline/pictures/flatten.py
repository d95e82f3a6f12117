"""Any picture as plain RGB, for those who look at pixels."""

import numpy as np
from PIL import Image


def flatten(picture: Image.Image) -> Image.Image:
    """Any Pillow mode as RGB: alpha on white, 16 and 32 bits stretched over the range in use."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return _flatten_deep_gray(picture)
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")


def _flatten_deep_gray(picture: Image.Image) -> Image.Image:
    values = np.asarray(picture, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    scaled = (values - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(scaled.clip(0, 255).astype(np.uint8)).convert("RGB")
