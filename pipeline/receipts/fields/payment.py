"""How a ticket was paid, by the words for it in six languages."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.amounts import LabelledRow
from pipeline.receipts.fields.labels import Role
from pipeline.receipts.fields.text import Row

_WORDS: dict[str, tuple[str, ...]] = {
    "voucher": (
        "TICKET RESTAURANT", "TICKETS RESTAURANT", "TITRE RESTAURANT", "TITRES RESTAURANT",
        "CHEQUE DEJEUNER", "CHEQUE VACANCES", "CHEQUE CADEAU", "CARTE CADEAU",
        "CARTE TICKET RESTO", "BON D ACHAT", "GIFT CARD", "GIFT VOUCHER", "VOUCHER", "E VOUCHER",
        "GUTSCHEIN", "GESCHENKKARTE", "VALE", "TARJETA REGALO", "BUONO PASTO", "BUONI PASTO",
        "BUONO", "SWILE",
        "EDENRED", "SODEXO", "CARTAO REFEICAO", "LUNCHEON VOUCHER",
    ),
    "mobile": (
        "APPLE PAY", "GOOGLE PAY", "PAYPAL", "PAYLIB", "LYDIA", "SAMSUNG PAY", "ALIPAY", "WECHAT",
        "WECHAT PAY", "GRABPAY", "TOUCH N GO", "TNG EWALLET", "EWALLET", "E WALLET", "BIZUM",
        "MB WAY", "MBWAY", "SATISPAY", "TWINT",
    ),
    "transfer": (
        "VIREMENT", "BANK TRANSFER", "UBERWEISUNG", "TRANSFERENCIA", "BONIFICO", "DIRECT DEBIT",
        "PRELEVEMENT", "LASTSCHRIFT", "TRANSFER",
    ),
    "cheque": ("CHEQUE", "CHEQUES", "CHECK PAYMENT", "SCHECK", "ASSEGNO", "CHQ"),
    "card": (
        "CARTE BANCAIRE", "CARTE BLEUE", "CARTE DE CREDIT", "CARTE DE DEBIT", "CB", "CB EMV",
        "SANS CONTACT", "PAIEMENT CB", "PAIEMENT CARTE", "CARTE", "VISA", "MASTERCARD",
        "MASTER CARD", "MASTER", "MAESTRO", "AMEX", "AMERICAN EXPRESS", "CREDIT CARD", "DEBIT CARD",
        "CARD", "CARD PAYMENT", "CREDIT", "DEBIT", "CONTACTLESS", "EFTPOS", "EFT", "EC KARTE",
        "EC CASH",
        "GIROCARD", "KARTE", "KARTENZAHLUNG", "KREDITKARTE", "TARJETA", "TARJETA CREDITO",
        "CARTA DI CREDITO", "CARTA CREDITO", "BANCOMAT", "PAGAMENTO ELETTRONICO", "PAG ELETTRONICO",
        "CARTA", "POS", "MULTIBANCO", "CARTAO", "CARTAO DE CREDITO", "CARTAO DE DEBITO", "VPAY",
        "V PAY", "INTERAC", "PINNEN", "BANCONTACT", "NETS",
    ),
    "cash": (
        "CASH", "ESPECES", "ESPECE", "RECU ESPECES", "LIQUIDE", "NUMERAIRE", "BAR", "BARZAHLUNG",
        "BARGELD", "GEGEBEN BAR", "EFECTIVO", "METALICO", "ENTREGADO", "CONTANTE", "CONTANTI",
        "PAGAMENTO CONTANTE", "DINHEIRO", "NUMERARIO", "TUNAI", "CONTANT", "CASH TENDERED",
        "CASH RECEIVED",
    ),
}  # fmt: skip

_SLIP_WORDS = 4  # a method, its card's digits, an amount, a currency

_READ_WITH_AMOUNT, _READ_ALONE, _BY_CHANGE = 0.95, 0.6, 0.8


@dataclass(frozen=True)
class _Mention:
    method: str
    amount: Decimal | None
    row: Row


def find_payment_method(labelled: tuple[LabelledRow, ...]) -> TextField | None:
    """One of PAYMENT_METHODS: what paid most; cash where change was given; None if not said."""
    mentions = [m for entry in labelled if (m := _read_mention(entry)) is not None]
    paying = [m for m in mentions if m.amount]
    if paying:
        # The largest part names the payment; the first of two equals is the tender, not its slip.
        best = max(paying, key=lambda m: m.amount or Decimal(0))
        return _to_field(best, _READ_WITH_AMOUNT)
    change = next((e for e in labelled if _is_change(e)), None)
    if change is not None:
        return _to_field(_Mention("cash", None, change.row), _BY_CHANGE)
    if not mentions:
        return None
    return _to_field(mentions[-1], _READ_ALONE)  # slips stand at the end, CASH SALE at the top


def _read_mention(entry: LabelledRow) -> _Mention | None:
    if entry.label is not None and entry.label.role not in (Role.PAID, Role.DISCOUNT):
        return None
    if entry.label is None and not _is_slip(entry.row):
        return None
    method = _which_method(entry.row)
    if method is None:
        return None
    amount = entry.amounts[-1].value if entry.amounts else None
    if amount is not None and amount == 0:
        return None
    return _Mention(method, amount and abs(amount), entry.row)  # EC-Karte EUR -17,80


def _is_slip(row: Row) -> bool:
    """A row that says little else: VISA ****1234, CONTACTLESS."""
    return len(row.tokens) <= _SLIP_WORDS


def _which_method(row: Row) -> str | None:
    """The longest word that the row says, to the letter first."""
    ranked = sorted(
        ((len(word), method, word) for method, words in _WORDS.items() for word in words),
        key=lambda entry: -entry[0],
    )
    exact = next((method for _, method, word in ranked if row.says_exactly(word)), None)
    return exact or next((method for _, method, word in ranked if row.says_nearly(word)), None)


def _is_change(entry: LabelledRow) -> bool:
    if entry.label is None or entry.label.role is not Role.CHANGE or not entry.amounts:
        return False
    return entry.amounts[-1].value != 0


def _to_field(mention: _Mention, sure: float) -> TextField:
    line = mention.row.line
    return TextField(mention.method, sure * line.confidence, line.box, mention.row.page)
