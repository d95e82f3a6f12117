"""What a row is about, by its longest known phrase: total, subtotal, tax, cash, change, …"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from pipeline.receipts.document import Line
from pipeline.receipts.fields.text import Row


class Role(Enum):
    """What the amount at the end of a labelled row is."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    TAX = "tax"
    PAID = "paid"
    CHANGE = "change"
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    COUNT = "count"
    TIP = "tip"


@dataclass(frozen=True)
class Label:
    """A role, and for totals how surely the phrase means what is to be paid (0..1)."""

    role: Role
    weight: float
    phrase: str


_TOTALS = {
    1.0: (
        "NET A PAYER", "TOTAL A PAYER", "RESTE A PAYER", "MONTANT A PAYER", "NET TTC", "TOTAL TTC",
        "MONTANT TTC", "PRIX TTC", "TOTAL GENERAL", "GRAND TOTAL", "AMOUNT DUE", "TOTAL DUE",
        "BALANCE DUE", "TOTAL TO PAY", "TO PAY", "AMOUNT PAYABLE", "TOTAL PAYABLE", "NET PAYABLE",
        "TOTAL AMOUNT PAYABLE", "TOTAL AMOUNT DUE", "AMOUNT TO PAY", "ROUNDED TOTAL",
        "TOTAL ROUNDED", "TOTAL AFTER ROUNDING", "TOTAL AFTER ADJ", "NET TOTAL", "ZU ZAHLEN",
        "GESAMTBETRAG", "ENDBETRAG", "RECHNUNGSBETRAG", "TOTAL A PAGAR", "IMPORTE TOTAL",
        "A PAGAR", "VALOR A PAGAR", "TOTALE COMPLESSIVO", "TOTALE EURO", "DA PAGARE",
        "IMPORTO PAGATO", "VALOR TOTAL", "TOTAL A REGLER", "MONTANT A REGLER", "A REGLER",
        "MONTANT DU", "SOMME DUE", "TOTAL DU", "MONTANT TOTAL", "ZAHLBETRAG", "ENDSUMME",
        "RECHNUNGSSUMME", "TOTAL FACTURA", "TOTAL A COBRAR", "TOTALE DOCUMENTO", "IMPORTO TOTALE",
        "TOTALE DA PAGARE", "TOTAL A LIQUIDAR", "TOTAL LIQUIDO", "MONTANTE A PAGAR",
        "TOTAL DOCUMENTO", "IMPORTE A PAGAR", "TOTALE DOVUTO",
    ),
    0.9: (
        "TOTAL INCL", "TOTAL INCLUSIVE", "TOTAL WITH GST", "TOTAL WITH TAX", "TOTAL SALES INCL",
        "TOTAL SALES INCLUSIVE", "TOTAL AMOUNT INCL", "TOTAL EUR", "TOTAL RM", "TOTAL MYR",
        "TOTAL GBP", "TOTAL USD", "TOTAL SALE", "AMOUNT INCL", "TOTAL SALES", "TOTAL AMOUNT",
        "AMOUNT PAID", "AMOUNT PAID INCL", "AMOUNT AFTER ROUNDING", "ROUNDED AMOUNT",
        "TOTAL FACTURE", "NET AMOUNT", "BILL TOTAL", "SALES TOTAL", "EAT IN TOTAL",
        "TAKE OUT TOTAL", "TAKEAWAY TOTAL", "TOTAL BILL", "ORDER TOTAL", "TOTAL TICKET", "A PAYER",
        "SUMME EUR", "GESAMTSUMME", "TOTAL COMPRA", "TOTAL IVA INCLUIDO",
    ),
    0.8: ("TOTAL", "TOTALE", "SUMME", "GESAMT", "TOTAAL", "TOTALS", "PARKGEBUHR",
          "PARKENTGELT", "FAHRPREIS"),
    0.5: ("MONTANT", "MONTANT REEL", "AMOUNT", "BALANCE", "BETRAG", "IMPORTE", "IMPORTO"),
}  # fmt: skip

_OTHERS = {
    Role.SUBTOTAL: (
        "SUBTOTAL", "SUB TOTAL", "SOUS TOTAL", "S TOTAL", "ST TOTAL", "TOTAL HT", "MONTANT HT",
        "TOTAL H T", "BASE HT", "NET HT", "TOTAL EXCL", "TOTAL EXCLUDING", "TOTAL SALES EXCL",
        "TOTAL SALES EXCLUDING", "TOTAL AMOUNT EXCL", "TOTAL BEFORE", "TOTAL WITHOUT",
        "AMOUNT EXCL", "AMOUNT PAID EXCL", "SALES EXCL", "ZWISCHENSUMME", "NETTO", "NETTOBETRAG",
        "SUBTOTALE", "TAXABLE", "IMPONIBILE", "BASE IMPONIBLE", "TOTAL TAXABLE", "GROSS TOTAL",
        "GROSS AMOUNT", "TOTAL EX", "TOTAL BRUT", "TOTAL AVANT REMISE", "TOTAL BEFORE DISCOUNT",
    ),
    Role.TAX: (
        "TVA", "TAX", "GST", "SST", "VAT", "MWST", "UST", "IVA", "SALES TAX", "TOTAL TAX",
        "TOTAL TVA", "TOTAL GST", "TOTAL VAT", "TOTAL SST", "TOTAL IVA", "TOTAL MWST", "DONT TVA",
        "DONT T V A", "MONTANT TVA", "GST AMOUNT", "TAX AMOUNT", "GST PAYABLE", "VAT AMOUNT",
        "GOV TAX", "SERVICE TAX", "TOTAL INCLUDES", "TAXES", "TOTAL TAXES", "INCLUDED IN TOTAL",
        "GST INCLUDED IN TOTAL", "TOTAL DES TAXES", "DI CUI IVA", "SERVICE CHARGE", "SVC CHARGE",
        "SVC CHG", "GST SUMMARY", "TAX SUMMARY",
    ),
    Role.PAID: (
        "CASH", "ESPECES", "ESPECE", "RECU ESPECES", "PAYE", "CB", "CARTE", "CARTE BANCAIRE",
        "CARTE BLEUE", "CB EMV", "SANS CONTACT", "VISA", "VISA CARD", "MASTERCARD", "MASTER CARD",
        "MASTER", "AMEX", "CREDIT CARD", "DEBIT CARD", "DEBIT", "CREDIT", "CARD", "CONTACTLESS",
        "CHEQUE", "TICKET RESTAURANT", "TITRE RESTAURANT", "TENDERED", "CASH TENDERED", "TENDER",
        "AMOUNT TENDERED", "TOTAL TENDERED", "PAID", "PAYMENT", "TOTAL PAYMENT", "TOTAL PAID",
        "PAIEMENT", "REGLEMENT", "REGLE", "RECU", "RECEIVED", "CASH RECEIVED", "BAR", "GEGEBEN",
        "EC KARTE", "KARTE", "EFECTIVO", "TARJETA", "ENTREGADO", "CONTANTE", "CONTANTI",
        "PAGAMENTO", "BANCOMAT", "DINHEIRO", "MULTIBANCO", "CARTAO", "TUNAI", "TOUCH N GO",
        "MAESTRO", "PINNEN", "BANCONTACT", "NETS", "EFT", "EFTPOS", "INTERAC",
    ),
    Role.CHANGE: (
        "CHANGE", "CHANGE DUE", "CHANGE GIVEN", "TOTAL CHANGE", "CHANGES", "BALANCE CHANGE",
        "RENDU", "RENDU MONNAIE", "MONNAIE RENDUE", "MONNAIE", "A RENDRE", "RUCKGELD",
        "WECHSELGELD", "CAMBIO", "RESTO", "TROCO", "BAKI", "ZURUCK", "RENDU ESPECES",
    ),
    Role.ROUNDING: (
        "ROUNDING", "ROUNDING ADJUSTMENT", "ROUNDING ADJ", "ROUND ADJ", "ROUNDING AMOUNT",
        "ROUND OFF", "ARRONDI", "RUNDUNG", "ARROTONDAMENTO", "REDONDEO", "ROUND ADJUSTMENT",
        "TOTAL ROUNDING", "BILL ROUNDING",
    ),
    Role.TIP: (
        "TIP", "TIPS", "GRATUITY", "POURBOIRE", "TRINKGELD", "PROPINA", "MANCIA", "GORJETA",
    ),
    Role.DISCOUNT: (
        "DISCOUNT", "DISC", "TOTAL DISCOUNT", "TOTAL DISC", "REMISE", "TOTAL REMISE", "REDUCTION",
        "TOTAL REMISES", "SAVING", "SAVINGS", "TOTAL SAVING", "TOTAL SAVINGS", "YOU SAVED",
        "TOTAL SAVED", "ECONOMIE", "VOUS ECONOMISEZ", "TOTAL ECONOMIE", "AVANTAGE",
        "TOTAL AVANTAGES", "RABATT", "DESCUENTO", "SCONTO", "DESCONTO", "BON D ACHAT", "VOUCHER",
        "CAGNOTTE", "FIDELITE", "POINTS", "TOTAL POINTS", "DEPOSIT",
    ),
    Role.COUNT: (
        "QTY", "QUANTITY", "TOTAL QTY", "TOTAL QUANTITY", "TOTAL ITEM", "TOTAL ITEMS",
        "ITEM COUNT", "NO OF ITEMS", "ITEM S", "ITEMS", "QTY S", "ARTICLES", "ARTICLE",
        "NB ARTICLES", "NOMBRE D ARTICLES", "TOTAL ARTICLES", "TOTAL PIECES", "NOMBRE DE LIGNES",
        "TOTAL NO", "TOTAL NUMBER", "TOTAL UNITS", "TOTAL QTY TENDER", "COUVERTS", "LITRES",
        "VOLUME",
    ),
}  # fmt: skip

_PHRASES: tuple[Label, ...] = tuple(
    sorted(
        [Label(Role.TOTAL, weight, text) for weight, texts in _TOTALS.items() for text in texts]
        + [Label(role, 0.0, text) for role, texts in _OTHERS.items() for text in texts],
        key=lambda label: -sum(char.isalnum() for char in label.phrase),
    )
)


_HEADINGS = ("ITEM", "ITEMS", "QTY", "QTE", "QUANTITY", "PRICE", "PRIX", "U PRICE", "UNIT PRICE",
             "DESCRIPTION", "DESC", "DESIGNATION", "PRODUCT", "PU", "CODE", "DISC", "UOM",
             "MENGE", "PREIS", "CANT", "PRECIO", "PREZZO", "QTA", "QTD")  # fmt: skip
_SHORT_PHRASE, _LONG_PHRASE = 4, 10
_WITH_TAX = ("INCL", "TTC", "IVA INCLUIDO", "INKL")


def label_row(row: Row) -> Label | None:
    """The longest phrase that the row holds: 'TOTAL GST' is tax although it says total."""
    return _label_text(row.line.text)


# Many stages ask of the same rows, and tickets of one till repeat them.
@lru_cache(maxsize=4096)
def _label_text(text: str) -> Label | None:
    row = Row(0, 0, Line(text, (0.0, 0.0, 0.0, 0.0), 1.0, ()))
    if is_items_heading(row):
        return None
    label = _find_label(row)
    if label and label.role is Role.TAX and row.says("TOTAL") and row.says_any(_WITH_TAX):
        return Label(Role.TOTAL, 0.9, label.phrase)  # TOTAL (GST INCL)
    return label


def _find_label(row: Row) -> Label | None:
    exact = next((label for label in _PHRASES if row.says_exactly(label.phrase)), None)
    if exact is not None and len(exact.phrase) > _SHORT_PHRASE:
        return exact
    near = next((label for label in _PHRASES if row.says_nearly(label.phrase)), None)
    # 'Tota/ Sales (Inclusive of GST)' says GST to the letter, and yet means the total.
    if exact is None or (near is not None and len(near.phrase) >= _LONG_PHRASE):
        return near
    return exact


def is_items_heading(row: Row) -> bool:
    """The headings over the items, such as ITEM QTY PRICE AMOUNT."""
    return sum(row.says_exactly(word) for word in _HEADINGS) >= 2
