"""How people sign in, and for how long."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings


class AccessSettings(BaseSettings):
    """The part of the settings that is about signing in."""

    session_hours: float = Field(
        12.0, gt=0, le=8760, description="Hours without a visit after which one is signed out."
    )
    session_days: float = Field(
        30.0, gt=0, le=366, description="Days after which one signs in again in any case."
    )
    oidc_metadata_url: str | None = Field(
        None,
        description="OpenID Connect provider, https://…/.well-known/openid-configuration; "
        "default: people sign in with the passwords of their accounts.",
    )
    oidc_client_id: str | None = Field(None, description="Name of Comptoir at that provider.")
    oidc_client_secret: str | None = Field(None, description="Its secret there.")
    oidc_label: str = Field("OpenID Connect", description="Name of that provider on the button.")
    oidc_claim: str = Field(
        "email",
        description="What the provider says of a person that is the name of their account. "
        "Choose nothing that people can write there themselves.",
    )
    oidc_default_role: Literal["viewer", "operator", "admin"] | None = Field(
        None,
        description="Role of those who come from there without an account; default: they are "
        "refused until `python worker.py user add` knows them.",
    )

    @model_validator(mode="after")
    def _require_the_whole_of_oidc(self) -> Self:
        given = [self.oidc_metadata_url, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError(
                "COMPTOIR_OIDC_METADATA_URL, COMPTOIR_OIDC_CLIENT_ID and "
                "COMPTOIR_OIDC_CLIENT_SECRET belong together: set all three, or none."
            )
        return self

    @property
    def uses_oidc(self) -> bool:
        """Whether people sign in at an OpenID Connect provider."""
        return bool(self.oidc_client_secret)
