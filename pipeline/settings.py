"""Every setting, read once from the environment (`COMPTOIR_` prefix) and checked at start."""

import ipaddress
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipeline.access_settings import AccessSettings
from pipeline.addresses import check_broker_address, check_store_address
from pipeline.catalog_settings import CatalogSettings
from pipeline.queue_settings import LONGEST_S, SHORTEST_S, QueueSettings
from pipeline.report_settings import ReportSettings
from pipeline.review_settings import ReviewSettings
from pipeline.secret_files import SecretFiles

BYTES_PER_MB = 1_000_000

Broker = Literal["sqlite", "redis", "postgresql"]


class Settings(QueueSettings, ReviewSettings, CatalogSettings, ReportSettings, AccessSettings):
    """Where Comptoir listens, keeps its data, and how much it takes on."""

    model_config = SettingsConfigDict(
        env_prefix="COMPTOIR_",
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        allow_inf_nan=False,
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(
        8501, ge=0, le=65535, description="Port of the pages and the API; 0 takes a free one."
    )
    data_dir: Path = Field(Path("data"), description="Folder of the store, the broker, the files.")
    allow_open_network: bool = Field(
        False,
        description=(
            "Listen beyond loopback although nobody signs in. Only behind something that "
            "guards access, such as a container published on loopback."
        ),
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Further host names under which browsers may reach the server, by commas.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses of proxies whose X-Forwarded-For names the caller, by commas.",
    )
    worker: Literal["embedded", "external"] = Field(
        "embedded",
        description="embedded: the dashboard starts a worker; external: you run worker.py.",
    )

    store_url: Annotated[str | None, AfterValidator(check_store_address)] = Field(
        None,
        validation_alias="COMPTOIR_DATABASE_URL",
        description="PostgreSQL store, postgresql://…; default: SQLite in the data folder.",
    )
    redis_url: Annotated[str | None, AfterValidator(check_broker_address)] = Field(
        None, description="Redis or Valkey broker, redis://…; default: see COMPTOIR_BROKER."
    )
    broker: Broker | None = Field(
        None,
        description=(
            "sqlite, redis or postgresql; default: redis where its address is set, else the "
            "kind of the store."
        ),
    )
    files_url: str | None = Field(
        None, description="Files in S3-compatible storage, s3://bucket/prefix; default: a folder."
    )
    files_options: Annotated[dict[str, Any], NoDecode] = Field(
        {},
        description='Options of that storage as JSON, such as {"endpoint_override": "https://…"}.',
    )

    files_cache_mb: int = Field(
        2000, ge=0, description="Local copies of files in such storage, in MB."
    )

    max_upload_mb: int = Field(50, ge=1, description="Largest file taken, in MB.")
    max_megapixels: int = Field(60, ge=1, description="Largest picture or PDF page, in Mpx.")
    max_pages: int = Field(20, ge=1, description="Most pages in one file.")

    documents_page_limit_s: float = Field(
        10.0, ge=0, le=LONGEST_S, description="Time that each further page adds to the limit."
    )
    runner_jobs: int = Field(
        200, ge=1, description="Jobs after which a runner is replaced, at most once a minute."
    )
    warm_runners: bool = Field(
        True, description="Load the models when the worker starts, not with the first job."
    )
    runner_nice: int = Field(10, ge=0, le=19, description="How far runners step back (nice).")
    ocr_engine: Literal["rapidocr", "tesseract"] = Field("rapidocr", description="OCR engine.")

    extra_kinds: Annotated[dict[str, str], NoDecode] = Field(
        {}, description="Further kinds of job as JSON, name to the module that declares it."
    )
    store_wait_s: float = Field(
        2.0,
        ge=SHORTEST_S,
        le=LONGEST_S,
        description="How long pages and API wait for another writer of the store.",
    )
    store_durable: bool = Field(
        True,
        description="Write each commit through to the disk, so that no power cut undoes it.",
    )
    max_crashes: int = Field(
        3, ge=1, description="Times a job may take its process down before it is failed."
    )
    client_queue_cap: int = Field(
        10_000, ge=1, description="Jobs that one client may have waiting."
    )
    disk_floor_mb: int = Field(
        200, ge=0, description="Free disk space below which nothing is taken in, in MB."
    )
    rate_limit_per_s: float = Field(
        50.0,
        ge=0,
        le=1_000_000,
        description="Requests a second that one client may keep up; 0: no limit.",
    )
    rate_limit_burst: int = Field(
        500, ge=1, description="Requests that one client may send at once."
    )
    keep_completed_files: int = Field(
        100, ge=0, description="Completed receipts whose working files are kept."
    )
    keep_failed_files: int = Field(
        50, ge=0, description="Failed receipts whose working files are kept."
    )
    keep_maintenance_days: float = Field(
        7.0, gt=0, le=36_500, description="Days for which finished maintenance jobs are listed."
    )
    lease_s: float = Field(
        30.0,
        ge=SHORTEST_S,
        le=LONGEST_S,
        description="How long a claim lives without a heartbeat.",
    )
    heartbeat_s: float = Field(
        10.0, ge=SHORTEST_S, le=LONGEST_S, description="Pause between heartbeats."
    )
    dispatch_s: float = Field(
        2.0, ge=SHORTEST_S, le=LONGEST_S, description="Pause between dispatcher rounds."
    )
    stop_grace_s: float = Field(
        10.0, ge=0, le=LONGEST_S, description="Time running jobs get at a stop."
    )
    log_json: bool | None = Field(None, description="JSON logs; default: off on a terminal.")

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(host.strip().lower() for host in value.split(",") if host.strip())

    @field_validator("files_options", "extra_kinds", mode="before")
    @classmethod
    def _parse_json(cls, value: object) -> object:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError as error:
            raise ValueError(f"it is no JSON, see its character {error.pos + 1}") from None

    @model_validator(mode="after")
    def _keep_lease_longer_than_heartbeat(self) -> Self:
        if self.lease_s < 2 * self.heartbeat_s:
            msg = "COMPTOIR_LEASE_S must be at least twice COMPTOIR_HEARTBEAT_S."
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _require_an_address_for_the_broker(self) -> Self:
        if self.broker == "redis" and not self.redis_url:
            raise ValueError("COMPTOIR_BROKER=redis needs COMPTOIR_REDIS_URL.")
        if self.broker == "postgresql" and not self.uses_postgresql:
            raise ValueError("COMPTOIR_BROKER=postgresql needs COMPTOIR_DATABASE_URL.")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the files that `*_FILE` variables name."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @property
    def uses_postgresql(self) -> bool:
        """Whether the store is PostgreSQL; otherwise it is SQLite."""
        return bool(self.store_url)

    @property
    def broker_kind(self) -> Broker:
        """Which broker is rung."""
        if self.broker is not None:
            return self.broker
        if self.redis_url:
            return "redis"
        return "postgresql" if self.uses_postgresql else "sqlite"

    @property
    def database_path(self) -> Path:
        """The SQLite file of the store."""
        return self.data_dir / "comptoir.db"

    @property
    def database_url(self) -> str:
        """SQLAlchemy address of the store."""
        if self.store_url:
            scheme, _, rest = self.store_url.partition("://")
            return (
                f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else self.store_url
            )
        return f"sqlite:///{self.database_path}"

    @property
    def broker_path(self) -> Path:
        """The SQLite file of the doorbell; losing it loses no job."""
        return self.data_dir / "broker.db"

    @property
    def files_dir(self) -> Path:
        """Folder of the content-addressed files."""
        return self.data_dir / "files"

    @property
    def incoming_dir(self) -> Path:
        """Folder of uploads that are still coming in; empty between requests."""
        return self.data_dir / "incoming"

    @property
    def max_upload_bytes(self) -> int:
        """Largest file taken, in bytes."""
        return self.max_upload_mb * BYTES_PER_MB

    @property
    def max_pixels(self) -> int:
        """Largest picture or page, in pixels."""
        return self.max_megapixels * 1_000_000

    @property
    def documents_runners(self) -> int:
        """Runner processes for receipts."""
        return self.policy_of("documents").workers


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read on first use."""
    return Settings()
