"""CLIP's own text tower without the padding: a name has 10 tokens, the tower computes 77."""

import threading
from collections.abc import Callable
from typing import Any

import torch
from torch.func import functional_call


def text_encoder_of(model: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """What encodes tokens of shape (texts, length): the same features, sooner where that is safe.

    With a causal mask, nothing behind the end of a text reaches it, and it is read there alone.
    """
    is_causal = getattr(model, "attn_mask", None) is not None
    if not is_causal or getattr(model, "text_pool_type", None) != "argmax":
        encode: Callable[[torch.Tensor], torch.Tensor] = model.encode_text
        return encode
    tower = _TextTower(model)
    # What is cut stands in the model's place meanwhile, where another thread would find it.
    one_at_a_time = threading.Lock()

    def encode_short(tokens: torch.Tensor) -> torch.Tensor:
        # The end is the largest token; those behind it are padding.
        length = int(tokens.argmax(dim=1).max()) + 1
        with one_at_a_time:
            cut = {
                "model.positional_embedding": model.positional_embedding[:length],
                "model.attn_mask": model.attn_mask[:length, :length],
            }
            features: torch.Tensor = functional_call(tower, cut, (tokens[:, :length],))
        return features

    return encode_short


class _TextTower(torch.nn.Module):  # type: ignore[misc]
    """Only `encode_text`."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor) -> Any:
        """Features of shape (texts, dimension)."""
        return self.model.encode_text(tokens)
