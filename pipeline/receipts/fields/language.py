"""The language of a ticket by counting the words that only one language prints."""

from pipeline.receipts.document import TextField
from pipeline.receipts.fields.text import Row

_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "LE LA LES DES DU ET AU AUX UNE UN VOUS VOTRE NOUS MERCI DE TTC HT TVA PAYER MONNAIE "
        "RENDU ESPECES CARTE BANCAIRE CAISSE CAISSIER CAISSIERE TICKET REMISE SIRET SIREN MONTANT "
        "PRIX QTE VISITE BIENTOT BONNE JOURNEE DONT HEURE RECU REGLEMENT FACTURE CLIENT ARTICLES "
        "SOUS RUE AVENUE TEL SERVEUR COUVERTS CONSERVER ECHANGE JOURS POUR AVEC SUR CHEQUE BIS "
        "DESIGNATION BIENVENUE REVOIR JOUR",
        "en": "THE AND YOU YOUR FOR OF WITH THANK PLEASE COME AGAIN CHANGE CASH CARD TAX INVOICE "
        "RECEIPT AMOUNT QTY PRICE ITEM ITEMS CASHIER VAT GST DISCOUNT SUBTOTAL SUB DUE BALANCE "
        "ROUNDING GOODS SOLD NOT RETURNABLE REFUNDABLE EXCHANGE SERVED STREET ROAD STORE SALE MAIN "
        "SALES TIME DATE INCLUSIVE INCL SUMMARY PAID DESCRIPTION MEMBER ARE NO OR WELCOME SERVER",
        "de": "DER DIE DAS UND FUR IHREN EINKAUF VIELEN DANK SUMME MWST STEUER BAR GEGEBEN "
        "RUCKGELD KASSE BON BELEG DATUM UHRZEIT STRASSE STR GMBH BETRAG NETTO BRUTTO RECHNUNG EC "
        "KARTE BEDIENER ARTIKEL STUCK UST SIE WIR MIT UHR GESAMT ZAHLEN",
        "es": "EL LOS LAS Y POR SU COMPRA GRACIAS IVA INCLUIDO EFECTIVO TARJETA CAMBIO FECHA HORA "
        "FACTURA SIMPLIFICADA CALLE NIF CIF IMPORTE CANT DESCRIPCION CAJA ENTREGADO ATENDIDO "
        "VISITA CLIENTE BASE PRECIO PAGAR MESA DEVOLUCIONES",
        "it": "IL LO GLI DI E PER GRAZIE ARRIVEDERCI TOTALE COMPLESSIVO CONTANTE CONTANTI RESTO "
        "DOCUMENTO COMMERCIALE SCONTRINO VIA IVA PIVA PARTITA EURO IMPORTO PAGATO PAGAMENTO "
        "ELETTRONICO CASSA OPERATORE REPARTO SCONTO DATA ORA QUANTITA PREZZO",
        "pt": "O OS DO DA E OBRIGADO OBRIGADA PELA SUA CONTRIBUINTE NIF FATURA SIMPLIFICADA TROCO "
        "DINHEIRO MULTIBANCO DATA HORA RUA IVA VALOR PAGAR CARTAO QUANTIDADE PRECO DESCONTO "
        "CAIXA OPERADOR VISITA NOSSA VOLTE SEMPRE NAO",
    }.items()
}


def find_language(rows: tuple[Row, ...]) -> TextField | None:
    """ISO 639-1 code (fr, en, de, es, it, pt); confidence is its share of the words known."""
    words = {word.strip(".,:;*!()-'") for row in rows for word in row.folded.split()}
    hits = {language: len(words & known) for language, known in _WORDS.items()}
    ranked = sorted(hits, key=lambda language: -hits[language])
    best, second = hits[ranked[0]], hits[ranked[1]]
    if best == second:
        return None
    enough = min(1.0, best / 6)
    return TextField(ranked[0], round(best / (best + second) * enough, 3), None, rows[0].page)
