"""Which arithmetic each tower gets, by what was measured and by what the processor has."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Precision = Literal["auto", "float32", "bfloat16"]
# Instructions that multiply in bfloat16; without them it is emulated, and slower than float32.
FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16", "svebf16"})


@lru_cache(maxsize=1)
def has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 by itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return not FLAGS.isdisjoint(flags.split())


def wants_bfloat16(tower: Any, precision: Precision) -> bool:
    """Whether this tower computes in bfloat16; `auto`: transformers do, convolutions do not."""
    if precision == "auto":
        return has_bfloat16() and not _has_convolutions(tower)
    return precision == "bfloat16"


def _has_convolutions(tower: Any) -> bool:
    # A transformer cuts the picture into patches with a single one.
    from torch.nn import Conv2d

    return sum(isinstance(module, Conv2d) for module in tower.modules()) > 1
