"""What an export holds: each column with its names, its kind of value and its width."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from pipeline.spreadsheet import Kind

Scope = Literal["receipts", "lines"]
Value = str | int | Decimal | date | time | datetime | bool | None


@dataclass(frozen=True)
class Column:
    """One column; `name` is its key in JSON, `width` in characters.

    Money has the currency of its row. Kilograms are of CO2e; a share is 0..1.
    """

    name: str
    en: str
    fr: str
    kind: Kind = "text"
    width: int = 12

    def title(self, language: str) -> str:
        """Its header in `language`, en or fr."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class Row:
    """The values of one row in the order of the columns, with the ISO 4217 code of its money."""

    values: tuple[Value, ...]
    currency: str | None


RECEIPT_COLUMNS = (
    Column("id", "Id", "Identifiant", width=34),
    Column("merchant", "Merchant", "Commerçant", width=28),
    Column("address", "Address", "Adresse", width=36),
    Column("date", "Date", "Date", "date"),
    Column("time", "Time", "Heure", "time", 9),
    Column("total", "Total", "Total", "money"),
    Column("subtotal", "Subtotal", "Sous-total", "money"),
    Column("taxes", "Taxes", "Taxes", "money"),
    Column("currency", "Currency", "Devise", width=9),
    Column("paymentMethod", "Payment", "Paiement", width=11),
    Column("type", "Type", "Type", width=12),
    Column("number", "Number", "Numéro", width=16),
    Column("kgCO2e", "kg CO2e", "kg CO2e", "kg"),
    Column("kgCO2eLow", "kg CO2e, low", "kg CO2e, bas", "kg"),
    Column("kgCO2eHigh", "kg CO2e, high", "kg CO2e, haut", "kg"),
    Column("coverage", "Coverage", "Couverture", "share", 10),
    Column("score", "LCA score", "Score ACV", "number", 10),
    Column("grade", "Grade", "Note", width=7),
    Column("state", "State", "État", width=12),
    Column("needsReview", "Needs review", "À vérifier", "flag", 12),
    Column("reviewedBy", "Reviewed by", "Vérifié par", width=16),
    Column("reviewedAt", "Reviewed at (UTC)", "Vérifié le (UTC)", "moment", 18),
    Column("duplicateOf", "Duplicate of", "Doublon de", width=34),
    Column("fileName", "File", "Fichier", width=26),
    Column("link", "Link", "Lien", width=40),
)

LINE_COLUMNS = (
    Column("receiptId", "Receipt", "Ticket", width=34),
    Column("merchant", "Merchant", "Commerçant", width=28),
    Column("date", "Date", "Date", "date"),
    Column("description", "Description", "Désignation", width=36),
    Column("quantity", "Quantity", "Quantité", "number", 10),
    Column("unit", "Unit", "Unité", width=7),
    Column("unitPrice", "Unit price", "Prix unitaire", "price"),
    Column("amount", "Amount", "Montant", "money"),
    Column("discount", "Discount", "Remise", "money"),
    Column("currency", "Currency", "Devise", width=9),
    Column("category", "Category", "Catégorie", width=20),
    Column("factor", "Factor", "Facteur", width=30),
    Column("source", "Source", "Source", width=18),
    Column("year", "Year", "Année", "number", 7),
    Column("method", "Method", "Méthode", width=9),
    Column("kgCO2e", "kg CO2e", "kg CO2e", "kg"),
    Column("kgCO2eLow", "kg CO2e, low", "kg CO2e, bas", "kg"),
    Column("kgCO2eHigh", "kg CO2e, high", "kg CO2e, haut", "kg"),
    Column("score", "LCA score", "Score ACV", "number", 10),
)

COLUMNS: dict[Scope, tuple[Column, ...]] = {"receipts": RECEIPT_COLUMNS, "lines": LINE_COLUMNS}
