"""Tables of factors imported into a real store."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.receipts.factors import ImportReport, import_factors
from pipeline.receipts.factors.errors import FactorFileError
from pipeline.receipts.factors.store import load_book
from pipeline.receipts.footprint import FactorBook
from pipeline.settings import Settings
from pipeline.store import close_store, read_session
from tests.support.migrated import migrate_copy
from tests.support.postgresql import new_database
from tests.support.worker import ROOT

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SHARED = ROOT.parent / "shared" / "data" / "lca" / "agribalyse_3.1.1_compact.csv"
COMPACT = (
    "ciqual,agb_code,group_fr,subgroup_fr,name_fr,name_en,dqr,ef_mpt_per_kg,gwp_kgco2e_per_kg\n"
    '1,16400,matières grasses,beurres,"Beurre à 82% MG, doux","Butter, 82% fat",2.69,0.73,6.5\n'
    "2,99001,matières grasses,beurres,Beurre de yak,Yak butter,3.1,0.9,9.5\n"
    "3,19999,lait et produits laitiers,laits,Lait de yak,Yak milk,3.1,0.2,1.9\n"
)
OFFICIAL = (
    "AGRIBALYSE 3.2;;;;;;;;;;\n"
    "Synthèse;;;;;;Impacts;;;;\n"
    ";;;;;;mPt/kg de produit;kg CO2 eq/kg de produit;;;\n"
    "Code\xa0AGB;Code CIQUAL;Groupe d'aliment;Sous-groupe d'aliment;Nom du Produit en Français;"
    "LCI Name;DQR - Note de qualité de la donnée;Score unique EF;Changement climatique;"
    "Changement climatique - émissions biogéniques;Livraison\n"
    "99001;2;matières grasses;beurres;Beurre de yak;Yak butter;3,1;0,9;9,5;1,25;Glacé\n"
    "99002;4;boissons;eaux;Eau de glacier;Glacier water;2,0;0,03;1 234,5;0,0;Glacé\n"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    url = None
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    yield from opened(Settings(data_dir=tmp_path / "data", store_url=url))


@pytest.fixture
def data_store(tmp_path: Path) -> Iterator[Settings]:
    yield from opened(Settings(data_dir=tmp_path / "data"))


def opened(settings: Settings) -> Iterator[Settings]:
    migrate_copy(settings)
    yield settings
    close_store(settings)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "agribalyse_3.1.1_compact.csv"
    path.write_text(COMPACT, encoding="utf-8")
    return path


def put(store: Settings, path: Path, now: datetime = NOW) -> ImportReport:
    return import_factors(path, store, now)


def book_of(store: Settings) -> FactorBook:
    with read_session(store) as session:
        return load_book(session)


def refusal(store: Settings, path: Path) -> FactorFileError:
    before = len(book_of(store))
    with pytest.raises(FactorFileError) as refused:
        put(store, path)
    assert len(book_of(store)) == before
    return refused.value


def test_an_import_is_known_to_the_book_at_once(store: Settings, table: Path) -> None:
    before = book_of(store)
    report = put(store, table)
    assert (report.source, report.year) == ("ADEME AGRIBALYSE 3.1.1", 2023)
    assert (report.added, report.changed, report.unchanged) == (3, 0, 0)
    after = book_of(store)
    assert before.get("agribalyse:99001") is None
    found = after.find("beurre de yak", 1)[0]
    assert (found.id, found.kg_co2e, found.kind, found.dqr) == (
        "agribalyse:99001",
        9.5,
        "food",
        3.1,
    )
    milk = after.get("agribalyse:19999")
    assert milk is not None
    assert milk.kind == "drink"


def test_an_imported_figure_replaces_the_shipped_one(store: Settings, table: Path) -> None:
    put(store, table)
    butter = book_of(store).get("agribalyse:16400")
    assert butter is not None
    assert (butter.kg_co2e, butter.name_fr) == (6.5, "Beurre")


def test_a_second_import_changes_nothing(store: Settings, table: Path) -> None:
    put(store, table)
    book = book_of(store)
    report = put(store, table, NOW + timedelta(days=1))
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    assert book_of(store) is book


def test_a_corrected_table_changes_what_it_corrects(store: Settings, table: Path) -> None:
    put(store, table)
    book_of(store)
    table.write_text(COMPACT.replace("9.5", "8.5").replace(COMPACT.splitlines()[3], ""))
    report = put(store, table, NOW + timedelta(days=1))
    assert (report.added, report.changed, report.unchanged, report.kept) == (0, 1, 1, 1)
    yak = book_of(store).get("agribalyse:99001")
    assert yak is not None
    assert yak.kg_co2e == 8.5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_the_official_table_is_read_as_it_comes(
    data_store: Settings, tmp_path: Path, encoding: str, mark: str
) -> None:
    text = OFFICIAL if mark == ";" else OFFICIAL.replace(",", ".").replace(";", mark)
    path = tmp_path / "synthese.csv"
    path.write_text(text, encoding=encoding)
    report = put(data_store, path)
    assert (report.source, report.year, report.added) == ("ADEME AGRIBALYSE 3.2", 2024, 2)
    yak = book_of(data_store).get("agribalyse:99001")
    assert yak is not None
    assert (yak.kg_co2e, yak.ef_mpt, yak.dqr) == (9.5, 0.9, 3.1)
    assert (yak.subcategory, yak.name_en) == ("beurres", "Yak butter")


def test_a_row_that_cannot_be_used_is_named_and_left_out(
    data_store: Settings, tmp_path: Path
) -> None:
    rows = [f"5,{n},matières grasses,beurres,Beurre {n},Butter,2,0.5,7.5" for n in range(30)]
    bad = "5,999,matières grasses,beurres,Beurre rance,Butter,2,0.5,beaucoup"
    path = tmp_path / "table.csv"
    path.write_text("\n".join([COMPACT.splitlines()[0], *rows, bad]))
    report = put(data_store, path)
    assert report.added == 30
    assert report.sentences()[1].startswith("Line 32 left out: climate change is 'beaucoup'")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FACTORS_NO_HEADER"),
        (b"name,price\nbutter,2\n", "FACTORS_NO_HEADER"),
        (b"PK\x03\x04 a spreadsheet", "FACTORS_NOT_TEXT"),
        (b"\x89PNG\x00\x01", "FACTORS_NOT_TEXT"),
        (COMPACT.encode() + b'"' + b"a quotation without end" * 10_000, "FACTORS_NOT_TEXT"),
        (COMPACT.splitlines()[0].encode(), "FACTORS_NO_ROWS"),
        (COMPACT.replace("6.5", "much").encode(), "FACTORS_TOO_MANY_BAD"),
        (COMPACT.replace("99001", "16400").encode(), "FACTORS_TOO_MANY_BAD"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_a_sentence(
    data_store: Settings, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    error = refusal(data_store, path)
    assert error.code == code
    assert error.message.endswith(".")


def test_lines_may_end_as_on_any_machine(data_store: Settings, tmp_path: Path) -> None:
    path = tmp_path / "from-an-old-mac.csv"
    path.write_bytes(COMPACT.replace("\n", "\r").encode())
    assert put(data_store, path).added == 3


def test_a_file_that_is_not_there_is_refused(data_store: Settings, tmp_path: Path) -> None:
    assert refusal(data_store, tmp_path / "none.csv").code == "FACTORS_FILE_MISSING"
    assert refusal(data_store, tmp_path).code == "FACTORS_FILE_MISSING"


def test_the_command_imports_and_says_what_it_did(data_store: Settings, table: Path) -> None:
    done = command(data_store, "import", str(table))
    assert (done.returncode, done.stdout.count("3 added")) == (0, 1)
    found = command(data_store, "find", "beurre", "de", "yak")
    assert found.stdout.startswith("agribalyse:99001  Beurre de yak  9.5 kg CO2e/kg")
    wrong = command(data_store, "import", str(ROOT / "LICENSE"))
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("FACTORS_NO_HEADER: No row names the columns")


def command(settings: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-m", "pipeline.receipts.factors", *arguments]
    environment = os.environ | {"COMPTOIR_DATA_DIR": str(settings.data_dir)}
    return subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_published_table_is_imported_whole(data_store: Settings) -> None:
    if not SHARED.is_file():
        pytest.skip(f"The table {SHARED.name} is not on this machine.")
    report = put(data_store, SHARED)
    assert (report.added, report.bad_rows) == (2518, ())
    assert len(book_of(data_store)) > 2518
