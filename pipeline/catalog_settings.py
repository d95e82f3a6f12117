"""How the catalog is encoded, indexed and searched, and how much of it is taken on."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class CatalogSettings(BaseSettings):
    """The part of the settings that is about products."""

    encoder: str = Field(
        "starter",
        description=(
            "Model of the catalog: starter, a tag of OpenCLIP (ViT-B-32/laion2b_s34b_b79k), "
            "name and checkpoint (ViT-B-32:/models/b32.pt), or a local folder."
        ),
    )
    encoder_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="Arithmetic of the encoder; auto: bfloat16 where the processor has it."
    )
    encoder_batch: int = Field(32, ge=1, le=512, description="Pictures encoded at once.")

    qdrant_url: str | None = Field(
        None,
        description="Qdrant server or cluster, http://…; default: an index in the data folder.",
    )
    qdrant_api_key: str | None = Field(None, description="Key of that server.")
    qdrant_collection: str = Field(
        "comptoir", min_length=1, description="Beginning of the names of its collections."
    )

    catalog_max_rows: int = Field(1_000_000, ge=1, description="Most rows in one product table.")
    catalog_max_upload_mb: int = Field(
        2000, ge=1, description="Largest product table or ZIP of pictures taken, in MB."
    )
    catalog_max_picture_mb: int = Field(20, ge=1, description="Largest product picture, in MB.")
    catalog_fetch_timeout_s: float = Field(
        10.0, gt=0, le=600, description="Time that the picture behind an address may take."
    )
    catalog_link_above: float = Field(
        0.80,
        ge=0,
        le=1,
        description="Likeness above which a receipt's line is linked to a product.",
    )
