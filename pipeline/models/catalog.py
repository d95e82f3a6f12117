"""Products, their vectors, and what imports and analyses of the catalog leave behind."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from pipeline.models.columns import big_column, index_where, key_column, utc_column


class Product(SQLModel, table=True):
    """A product as it stands; `id` is its point in the index, `product_id` the caller's own.

    `attributes` is the contract's `metadata`: names to text, number, boolean or a list of texts.
    Money in cents of `currency`. The footprint is the product's own, in kg CO2e for each
    `footprint_basis` (kg or piece). `seq` grows with every change, in the order of commits: what
    an index has not seen yet is `seq > last`. A deleted product stays as a row with `deleted_at`
    until every index has seen it; its `product_id` may be used again.
    `picture_hash` is the 64-bit difference hash, kept signed. `id_key` and `name_key` are the
    folded id and name (see `catalog/products/keys`), by which they are found and sorted.
    """

    __tablename__: ClassVar[Any] = "product"
    __table_args__: ClassVar[Any] = (
        index_where("ix_product_live", "category", where="deleted_at IS NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: str = Field(unique=True)
    id_key: str = Field(default="", sa_column=key_column())
    name: str
    name_key: str = Field(default="", sa_column=key_column())
    description: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    category: str | None = None
    price_cents: int | None = Field(default=None, sa_column=big_column(nullable=True))
    currency: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    footprint_kg_co2e: float | None = None
    footprint_basis: str | None = None
    footprint_source: str | None = None
    picture_sha256: str | None = Field(default=None, index=True)
    thumbnail_sha256: str | None = Field(default=None, index=True)
    picture_type: str | None = None
    picture_url: str | None = None
    picture_hash: int | None = Field(default=None, sa_column=big_column(nullable=True))
    content_hash: str
    import_job_id: str | None = Field(default=None, index=True)
    seq: int = Field(sa_column=Column(big_column().type, nullable=False, index=True))
    created_at: datetime = Field(sa_column=utc_column(index=True))
    updated_at: datetime = Field(sa_column=utc_column())
    deleted_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


# Sorted lists and ranges of prices.
Index("ix_product_price", col(Product.price_cents))


class ProductVector(SQLModel, table=True):
    """What one encoder made of a product's picture or words: `kind` is image or text.

    `vector` holds little-endian float16 numbers of length 1 together (see `catalog/vectors`).
    """

    __tablename__: ClassVar[Any] = "product_vector"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("product_ref", "encoder", "kind"),
        Index("ix_product_vector_seq", "encoder", "seq"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_ref: int = Field(foreign_key="product.id")
    encoder: str
    kind: str
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    seq: int = Field(sa_column=big_column())


class ProductAttribute(SQLModel, table=True):
    """One value of a product's attribute, as JSON, for filters and counts; those that are short."""

    __tablename__: ClassVar[Any] = "product_attribute"
    __table_args__: ClassVar[Any] = (
        Index("ix_product_attribute_value", "name", "value", "product_ref"),
    )

    product_ref: int = Field(primary_key=True, foreign_key="product.id")
    name: str = Field(primary_key=True)
    value: str = Field(primary_key=True)


class CatalogClock(SQLModel, table=True):
    """One row with the last `seq` given; its lock puts writers in the order of their commits.

    Rows of deleted products up to `purged_seq` may be gone: an index that has not seen that far
    must begin anew.
    """

    __tablename__: ClassVar[Any] = "catalog_clock"

    id: int = Field(default=1, primary_key=True)
    seq: int = Field(sa_column=big_column())
    purged_seq: int = Field(default=0, sa_column=big_column())


class CatalogEncoder(SQLModel, table=True):
    """A model that the catalog is, was or is being encoded with.

    `state` goes from building (a job encodes) to encoded (the index beside the old one is not
    there yet) and active (one at most); retired: its vectors are being deleted. `source` is what
    COMPTOIR_ENCODER said, `skipped` counts what could not be encoded, `job_id` is the job.
    """

    __tablename__: ClassVar[Any] = "catalog_encoder"

    id: str = Field(primary_key=True)
    name: str
    dimension: int
    is_basic: bool
    source: str | None = None
    state: str
    job_id: str | None = None
    skipped: int = 0
    created_at: datetime = Field(sa_column=utc_column())
    activated_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class CatalogImport(SQLModel, table=True):
    """One table of products that is or was imported, or only checked (`dry_run`).

    `mapping` names the table's column for each field; `pictures` says where the pictures are (see
    `catalog/importing`). `next_row` is the first row that is not written yet: what a restart
    goes on with. `rows` is an estimate until the end. `source` is the supplier; `kept_reason` the
    code of why products that are missing in the table were not deleted.
    """

    __tablename__: ClassVar[Any] = "catalog_import"

    job_id: str = Field(primary_key=True, foreign_key="job.id")
    name: str
    table_sha256: str
    table_format: str
    source: str | None = None
    pictures: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    mapping: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    options: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    dry_run: bool
    rows: int | None = None
    next_row: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    rows_per_s: float | None = None
    kept_reason: str | None = None
    actor: str
    created_at: datetime = Field(sa_column=utc_column(index=True))


class CatalogRejection(SQLModel, table=True):
    """A row that an import did not take, and why; `code` and `params` make the sentence."""

    __tablename__: ClassVar[Any] = "catalog_rejection"
    __table_args__: ClassVar[Any] = (UniqueConstraint("job_id", "row_number", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="catalog_import.job_id")
    row_number: int
    product_id: str | None = None
    code: str
    column_name: str | None = None
    params: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    cells: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class CatalogAnalysis(SQLModel, table=True):
    """The newest map, groups of duplicates or outliers; `kind` is map, duplicates or outliers.

    What was found is a JSON file of the file store; `seq` is the change up to which it looked.
    """

    __tablename__: ClassVar[Any] = "catalog_analysis"

    kind: str = Field(primary_key=True)
    job_id: str
    encoder: str
    seq: int = Field(sa_column=big_column())
    products: int
    found: int
    file_sha256: str
    created_at: datetime = Field(sa_column=utc_column())


class DuplicateDecision(SQLModel, table=True):
    """Two products that a person said are not the same; `first` is the smaller reference."""

    __tablename__: ClassVar[Any] = "duplicate_decision"

    first: int = Field(primary_key=True)
    second: int = Field(primary_key=True)
    decision: str
    actor: str
    created_at: datetime = Field(sa_column=utc_column())


class CategoryDecision(SQLModel, table=True):
    """A product that a person said to be right in this category, whatever it looks like."""

    __tablename__: ClassVar[Any] = "category_decision"

    product_ref: int = Field(primary_key=True, foreign_key="product.id")
    category: str
    actor: str
    created_at: datetime = Field(sa_column=utc_column())


class ProductChange(SQLModel, table=True):
    """Who changed or deleted what of a product by hand, when; never changed itself."""

    __tablename__: ClassVar[Any] = "product_change"

    id: int | None = Field(default=None, primary_key=True)
    product_id: str = Field(index=True)
    at: datetime = Field(sa_column=utc_column())
    actor: str
    change: str
    before: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    after: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )


class UnusedFile(SQLModel, table=True):
    """A picture or thumbnail that a product let go of; deleted later if nothing has it then."""

    __tablename__: ClassVar[Any] = "unused_file"

    sha256: str = Field(primary_key=True)
    since: datetime = Field(sa_column=utc_column(index=True))


class ProductLink(SQLModel, table=True):
    """What product a merchant's line is, as a person said; None: said to be none of the catalog.

    Holds for the same line of the same merchant from then on, like a `LineRule`.
    """

    __tablename__: ClassVar[Any] = "product_link"

    merchant_key: str = Field(primary_key=True)
    line_key: str = Field(primary_key=True)
    product_ref: int | None = Field(default=None, foreign_key="product.id", index=True)
    actor: str
    created_at: datetime = Field(sa_column=utc_column())
