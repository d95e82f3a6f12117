"""What was handed over, what each stage made of it, and the receipt that came out."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Text, UniqueConstraint, func
from sqlmodel import Field, SQLModel, col

from pipeline.models.columns import big_column, index_where, new_id, utc_column


class Upload(SQLModel, table=True):
    """A file as it was handed over; the bytes live in the file store under `sha256`."""

    __tablename__: ClassVar[Any] = "upload"

    id: str = Field(default_factory=new_id, primary_key=True)
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size_bytes: int = Field(sa_column=big_column())
    pages: int
    client_id: str | None = None
    source: str | None = None
    expected_type: str | None = None
    created_at: datetime = Field(sa_column=utc_column())


# Finds files by the beginning of their name; LIKE needs its own order on PostgreSQL.
Index(
    "ix_upload_name",
    func.lower(col(Upload.name)).label("name_lower"),
    postgresql_ops={"name_lower": "text_pattern_ops"},
)


class StageResult(SQLModel, table=True):
    """What a stage made of some bytes; a retry or a better next stage starts from here."""

    __tablename__: ClassVar[Any] = "stage_result"
    __table_args__: ClassVar[Any] = (UniqueConstraint("content_hash", "stage", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    content_hash: str
    stage: str
    version: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=utc_column())


class Receipt(SQLModel, table=True):
    """A receipt as it stands: key values as columns, the whole of it as JSON.

    `reading` is what was read; `corrections` what persons changed (see `receipts/corrections`);
    `fields` both together, in the shape of the contract's `extractedFields`. The columns and the
    rows of lines and taxes follow `fields`. Money in cents of `currency`, shares in 0..1.
    `review_reasons` are codes with params (see `receipts/review`). `revision` counts the changes.
    `read_confidence` and `was_unsure` say how the reading came out, whatever was corrected since.
    """

    __tablename__: ClassVar[Any] = "receipt"
    __table_args__: ClassVar[Any] = (
        # The review queue: its order must not change while a person corrects what is in it.
        index_where("ix_receipt_review", "read_confidence", "job_id", where="needs_review"),
        # Since when the first of them waits.
        index_where("ix_receipt_waiting_since", "created_at", where="needs_review"),
    )

    job_id: str = Field(primary_key=True, foreign_key="job.id")
    upload_id: str = Field(foreign_key="upload.id", index=True)
    merchant: str | None = Field(default=None, index=True)
    merchant_key: str | None = Field(default=None, index=True)
    receipt_type: str | None = None
    purchased_on: date | None = Field(default=None, index=True)
    total_cents: int | None = Field(default=None, sa_column=big_column(nullable=True))
    currency: str | None = None
    payment_method: str | None = None
    language: str | None = None
    confidence: float
    read_confidence: float = 0.0
    needs_review: bool = Field(index=True)
    was_unsure: bool = False
    review_reasons: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    reviewed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    reviewed_by: str | None = None
    revision: int = 0
    reading: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    corrections: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    pages: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    kg_co2e: float | None = None
    kg_co2e_low: float | None = None
    kg_co2e_high: float | None = None
    footprint_coverage: float | None = None
    score: int | None = None
    grade: str | None = None
    duplicate_of: str | None = Field(default=None, index=True)
    duplicate_decision: str | None = None
    discarded_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    ocr_engine: str
    ocr_confidence: float
    processing_time_s: float
    created_at: datetime = Field(sa_column=utc_column(index=True))


# Finds what may be the same purchase: one merchant may be written in several ways.
Index("ix_receipt_purchase", col(Receipt.total_cents), col(Receipt.purchased_on))
# Lists leave the discarded out and must know how many those are.
index_where("ix_receipt_discarded", col(Receipt.discarded_at), where="discarded_at IS NOT NULL")


class ReceiptSearch(SQLModel, table=True):
    """The text by which a receipt is found, from the moment its file was taken.

    `id` are microseconds since 1970 of when that was. The words themselves are in
    `receipt_words`, which each store keeps in its own way; see `receipts/search_rows`.
    """

    __tablename__: ClassVar[Any] = "receipt_search"

    id: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    job_id: str = Field(foreign_key="job.id", unique=True)
    read_text: str = Field(sa_column=Column(Text, nullable=False))
    stated_text: str = Field(sa_column=Column(Text, nullable=False))


class ReceiptLine(SQLModel, table=True):
    """One line item of a receipt as it stands, with what it weighs; rewritten with its receipt.

    `item_id` is its id within the receipt, `line_key` its folded description by which the same
    line of the same merchant is known again. `unit_price_mills` is in thousandths of the currency
    unit: fuel has three decimals. `method` is mass, unit or spend; None with `factor_id` None is
    a line whose footprint is not known. `product_ref` is the product of the catalog that the line
    was linked to, and `product_likeness` (0..1) how alike they are; 1 where a person said so.
    """

    __tablename__: ClassVar[Any] = "receipt_line"
    __table_args__: ClassVar[Any] = (UniqueConstraint("job_id", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="receipt.job_id", index=True)
    item_id: str
    position: int
    line_key: str = Field(index=True)
    description: str
    quantity: float
    unit: str
    unit_price_mills: int | None = Field(default=None, sa_column=big_column(nullable=True))
    amount_cents: int = Field(sa_column=big_column())
    discount_cents: int = Field(sa_column=big_column())
    confidence: float
    factor_id: str | None = Field(default=None, index=True)
    factor_name: str | None = None
    category: str | None = None
    subcategory: str | None = None
    method: str | None = None
    mass_kg: float | None = None
    kg_co2e: float | None = None
    kg_co2e_low: float | None = None
    kg_co2e_high: float | None = None
    score: int | None = None
    grade: str | None = None
    product_ref: int | None = Field(default=None, index=True)
    product_likeness: float | None = None


class ReceiptTax(SQLModel, table=True):
    """One rate of a receipt's tax table; `rate` in percent; rewritten with its receipt."""

    __tablename__: ClassVar[Any] = "receipt_tax"

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="receipt.job_id", index=True)
    rate: float | None = None
    base_cents: int | None = Field(default=None, sa_column=big_column(nullable=True))
    amount_cents: int | None = Field(default=None, sa_column=big_column(nullable=True))


class ReceiptChange(SQLModel, table=True):
    """Who changed what on a receipt, when and why; never changed itself.

    `path` names the place: "merchantName", "items/r3/amount", "items/a1", "review", "duplicate".
    """

    __tablename__: ClassVar[Any] = "receipt_change"

    id: int | None = Field(default=None, primary_key=True)
    job_id: str = Field(foreign_key="receipt.job_id", index=True)
    at: datetime = Field(sa_column=utc_column(index=True))
    actor: str
    path: str
    before: Any = Field(default=None, sa_column=Column(JSON, nullable=True))
    after: Any = Field(default=None, sa_column=Column(JSON, nullable=True))
    reason: str | None = None


class LineRule(SQLModel, table=True):
    """What a person said that a merchant's line is; holds for the same line from then on."""

    __tablename__: ClassVar[Any] = "line_rule"

    merchant_key: str = Field(primary_key=True)
    line_key: str = Field(primary_key=True)
    factor_id: str | None = None
    category: str | None = None
    reason: str
    actor: str
    created_at: datetime = Field(sa_column=utc_column())


class ImportedFactor(SQLModel, table=True):
    """A footprint factor of an imported table; a kilogram's, or a piece's where `unit` is pcs.

    `dqr` is the data quality rating of the source, 1 best to 5.
    """

    __tablename__: ClassVar[Any] = "imported_factor"

    id: str = Field(primary_key=True)
    name_fr: str
    name_en: str | None = None
    category: str
    subcategory: str
    kind: str
    unit: str
    kg_co2e: float
    ef_mpt: float | None = None
    dqr: float | None = None
    source: str
    year: int
    imported_at: datetime = Field(sa_column=utc_column())


class SavedView(SQLModel, table=True):
    """A list's filters under a name; `query` is the address's query string."""

    __tablename__: ClassVar[Any] = "saved_view"
    __table_args__: ClassVar[Any] = (UniqueConstraint("page", "name"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    page: str
    name: str
    query: str
    actor: str
    created_at: datetime = Field(sa_column=utc_column())
