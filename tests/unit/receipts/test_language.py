import pytest

from pipeline.receipts.fields import extract_fields
from tests.unit.receipts.writing import write_page


def language_of(text: str) -> str | None:
    language = extract_fields((write_page(text),)).language
    return None if language is None else language.value


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("LE FOURNIL\nCAISSE 2\nBAGUETTE 1,10\nMERCI DE VOTRE VISITE", "fr"),
        ("CORNER SHOP\nMILK 1.10\nTHANK YOU PLEASE COME AGAIN", "en"),
        ("BOOKS\n12 HIGH STREET\nPEN 1.10", "en"),
        ("BACKEREI\nBROT 1,10\nVIELEN DANK FUR IHREN EINKAUF", "de"),
        ("PANADERIA\nPAN 1,10\nGRACIAS POR SU VISITA", "es"),
        ("PANIFICIO\nPANE 1,10\nGRAZIE E ARRIVEDERCI", "it"),
        ("PADARIA\nPAO 1,10\nOBRIGADO PELA SUA VISITA", "pt"),
    ],
)
def test_the_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_ticket_without_telling_words_has_no_language() -> None:
    assert language_of("ALBERT\n1012\nBROOD 1,99") is None


def test_more_words_make_the_language_surer() -> None:
    few = extract_fields((write_page("BOOKS\n12 HIGH STREET\nPEN 1.10"),)).language
    many = extract_fields((write_page("BOOKS\nTHANK YOU PLEASE COME AGAIN\nPEN 1.10"),)).language
    assert few and many and few.confidence < many.confidence
