"""A table of many products with their ZIP of pictures, of which some rows are bad in known ways."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

BOMB_BYTES = 15_000_000

# A bad row is this, given its number; the codes are what it must be rejected with.
Spoil = Callable[[dict[str, str], int], None]


def _say(field: str, value: str) -> Spoil:
    def spoil(row: dict[str, str], _number: int) -> None:
        row[field] = value

    return spoil


def _repeat_id(row: dict[str, str], number: int) -> None:
    row["id"] = f"P{number - 1:05}"


FAULTS: tuple[tuple[str, Spoil], ...] = (
    ("PICTURE_NOT_FOUND", _say("photo", "nowhere.jpg")),
    ("PICTURE_TRUNCATED", _say("photo", "corrupt.jpg")),
    ("PRICE_INVALID", _say("prix", "gratuit")),
    ("ID_TWICE", _repeat_id),
    ("PICTURE_PATH_UNSAFE", _say("photo", "evil.jpg")),
    ("PICTURE_ZIP_BOMB", _say("photo", "bomb.jpg")),
    ("URL_PRIVATE", _say("photo", "https://169.254.169.254/a.jpg")),
    ("NAME_MISSING", _say("nom", "")),
)


@dataclass(frozen=True)
class ManyProducts:
    """Files to import; `bad` maps the row of the table to the code that it is rejected with."""

    table: bytes
    pictures: bytes
    good_ids: frozenset[str]
    bad: dict[int, str]


def make_products(rows: int, bad: int) -> ManyProducts:
    """So many rows, `bad` of them spread evenly and spoiled in turn."""
    every = rows // bad
    lines, codes, good_ids = ["id;nom;rayon;prix;photo"], {}, set()
    for number in range(1, rows + 1):
        row = _good_row(number)
        if number % every == 0 and len(codes) < bad:
            code, spoil = FAULTS[len(codes) % len(FAULTS)]
            spoil(row, number)
            codes[number + 1] = code
        else:
            good_ids.add(row["id"])
        lines.append(";".join(row.values()))
    table = "\n".join(lines).encode("cp1252")
    return ManyProducts(table, _make_zip(rows), frozenset(good_ids), codes)


def _good_row(number: int) -> dict[str, str]:
    return {
        "id": f"P{number:05}",
        "nom": f"Théière numéro {number}",
        "rayon": f"Rayon {number % 7}",
        "prix": f"{number},90 €",
        "photo": f"{number}.jpg",
    }


def _make_zip(rows: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for number in range(1, rows + 1):
            zip_file.writestr(f"photos/{number}.jpg", make_picture(number))
        zip_file.writestr("corrupt.jpg", make_picture(0)[:200])
        zip_file.writestr("../evil.jpg", make_picture(0))
        zip_file.writestr("bomb.jpg", bytes(BOMB_BYTES))
    return target.getvalue()


def make_picture(number: int) -> bytes:
    """A small JPEG that no other number has."""
    picture = Image.new("RGB", (32, 32), (number % 256, number // 256 % 256, 99))
    target = io.BytesIO()
    picture.save(target, "JPEG")
    return target.getvalue()
