"""Heads of tickets of several countries, made up: what the labelled receipts of one country lack.

Names, streets and towns are partly of common words, partly of nonsense syllables, so that weights
lean on how a row is built and not on which words it holds.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from pipeline.receipts.document import PageText, Word
from pipeline.receipts.ocr.rows import make_line

_SYLLABLES = ("ba", "bel", "cor", "dan", "fe", "gar", "ho", "lan", "mar", "mon", "ner", "or", "pal",
              "ri", "ros", "sa", "sel", "ta", "tor", "val", "ver", "vi", "wen", "zo")  # fmt: skip
_CONFUSIONS = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "B": "8", "E": "F", "A": "4",
               ",": ".", "L": "I", "U": "V", "N": "H", "e": "c", "l": "1", "o": "0"}  # fmt: skip

_WITH_COMPANY = 0.35  # a sign has the company or its owner below


@dataclass(frozen=True)
class Country:
    """How one country's tickets introduce themselves; {} takes a name, town, number or street."""

    trades: tuple[str, ...]
    forms: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    extras: tuple[str, ...]
    companies: tuple[str, ...]
    phones: tuple[str, ...]
    numbers: tuple[str, ...]
    greetings: tuple[str, ...]
    sales: tuple[str, ...]


@dataclass(frozen=True)
class DrawnHead:
    """A page of text, and the rows (counted from 0) that are the name and the address."""

    page: PageText
    name_rows: tuple[int, ...]
    address_rows: tuple[int, ...]


COUNTRIES = {
    name: Country(**{key: tuple(texts) for key, texts in patterns.items()})
    for name, patterns in json.loads(
        (Path(__file__).parent / "countries.json").read_text(encoding="utf-8")
    ).items()
}

_FREE_WORDS = ("RED", "LION", "GREEN", "LEAF", "SOLEIL", "MOULIN", "ETOILE", "PONT", "FONTAINE",
               "EGLISE", "VICTOIRE", "REPUBLIQUE", "ROSE", "KING", "PARK", "SCHILLER", "LINDEN",
               "BAHNHOF", "MAYOR", "SOL", "REAL", "ROMA", "GARIBALDI", "MAZZINI", "LIBERDADE",
               "STATION", "CHURCH", "OAK", "MAPLE", "WASHINGTON", "GARE", "MARCHE")  # fmt: skip


def draw_head(seed: int, country: str) -> DrawnHead:
    """The head of one made-up ticket of `country` with its first sales; same seed, same head."""
    rng = random.Random(f"{country} {seed}")  # noqa: S311 - no secret
    return _Draughtsman(rng, COUNTRIES[country]).draw()


class _Draughtsman:
    """Fills a country's patterns and puts the rows on paper."""

    def __init__(self, rng: random.Random, country: Country) -> None:
        self.rng, self.country = rng, country
        self.style = rng.choice(("upper", "upper", "mixed"))

    def draw(self) -> DrawnHead:
        rows: list[tuple[str, str]] = []
        if self.rng.random() < 0.12:
            rows.append((self._noise(), "other"))
        if self.rng.random() < 0.15:
            rows.append((self._fill(self.rng.choice(self.country.greetings)), "other"))
        rows += [(part, "name") for part in self._name()]
        if self.rng.random() < _WITH_COMPANY:
            rows.append((self._fill(self.rng.choice(self.country.companies)), "other"))
        if self.rng.random() < 0.25:
            rows.append((self._fill(self.rng.choice(self.country.greetings)), "other"))
        rows += self._particulars()
        sales = self.rng.sample(self.country.sales, self.rng.randint(2, 4))
        rows += [(self._fill(sale), "other") for sale in sales]
        for _ in range(self.rng.randint(2, 5)):
            price = f"{self.rng.randint(0, 30)}.{self.rng.randint(0, 99):02d}"
            rows.append((f"{self._word().upper()} {self._word().upper()}   {price}", "other"))
        return self._print(rows)

    def _particulars(self) -> list[tuple[str, str]]:
        """Address, telephone and registration in one of the usual orders."""
        number = [(self._fill(self.rng.choice(self.country.numbers)), "other")
                  for _ in range(self.rng.choice((0, 1, 1, 2)))]  # fmt: skip
        phone = [(self._fill(self.rng.choice(self.country.phones)), "other")]
        phone = phone if self.rng.random() < 0.7 else []
        address = [(row, "address") for row in self._address()]
        if self.rng.random() < 0.12:
            address = []
        if self.rng.random() < 0.2:
            return [*number, *address, *phone]
        return (
            [*address, *phone, *number] if self.rng.random() < 0.7 else [*address, *number, *phone]
        )

    def _name(self) -> list[str]:
        trade = self.rng.choice(self.country.trades) + self.rng.choice(self.country.forms)
        name = self._fill(trade)
        words = name.split()
        if len(words) > 2 and self.rng.random() < 0.2:
            cut = self.rng.randint(1, len(words) - 1)
            return [" ".join(words[:cut]), " ".join(words[cut:])]
        return [name]

    def _address(self) -> list[str]:
        street = self._fill(self.rng.choice(self.country.streets))
        town = self._fill(self.rng.choice(self.country.towns))
        rows = [street, town]
        if self.rng.random() < 0.2:
            at = self.rng.choice((0, 1, 2))
            rows.insert(at, self._fill(self.rng.choice(self.country.extras)))
        comma = self.rng.random()
        if comma < 0.25:
            rows = [row + "," for row in rows[:-1]] + rows[-1:]
        if comma > 0.85:
            rows = [(", " if self.rng.random() < 0.6 else " - ").join(rows)]
        return rows

    def _word(self) -> str:
        if self.rng.random() < 0.5:
            return self.rng.choice(_FREE_WORDS).capitalize()
        return "".join(
            self.rng.choice(_SYLLABLES) for _ in range(self.rng.randint(2, 3))
        ).capitalize()

    def _noise(self) -> str:
        return "".join(self.rng.choice("0123456789.-~|aiRN") for _ in range(self.rng.randint(1, 7)))

    def _digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def _fill(self, pattern: str) -> str:
        rng, word = self.rng, self._word
        values = {
            "n": str(rng.randint(1, 280)), "n2": str(rng.randint(10, 99)), "n3": self._digits(3),
            "p": " ".join(word() for _ in range(rng.choice((1, 1, 2)))), "t": word(), "t2": word(),
            "c4": str(rng.randint(1000, 9990)), "c5": f"{rng.randint(1000, 98999):05d}",
            "d5": self._digits(5), "d8": self._digits(8), "d9": self._digits(9),
            "ph": self._phone(), "w": word().lower(), "a": rng.choice("ABC"),
            "pr": rng.choice(("RM", "MI", "TO", "FI")), "st": rng.choice(("TX", "NY", "CA", "OH")),
            "uk": self._british_postcode(),
            "d": f"{rng.randint(1, 28):02d}", "m": f"{rng.randint(1, 12):02d}",
        }  # fmt: skip
        while "{}" in pattern:
            pattern = pattern.replace("{}", word(), 1)
        text = pattern.format(**values)
        return text.upper() if self.style == "upper" else text

    def _british_postcode(self) -> str:
        area = self.rng.choice("LBMSE") + self.rng.choice("SNEH")
        ward = self.rng.choice("ABDEH") + self.rng.choice("LNPQR")
        return f"{area}{self.rng.randint(1, 19)} {self.rng.randint(1, 9)}{ward}"

    def _phone(self) -> str:
        gap = self.rng.choice((" ", ".", "", "-"))
        return "0" + gap.join(self._digits(2) for _ in range(5))[1:]

    def _misread(self, text: str) -> str:
        rate = 0.015
        return "".join(
            _CONFUSIONS.get(char, char) if self.rng.random() < rate else char for char in text
        )

    def _print(self, rows: list[tuple[str, str]]) -> DrawnHead:
        """Rows on a paper of 42 letters of 12 by 20 pixels, the name often larger."""
        size = self.rng.choice((1.0, 1.0, 1.3, 1.6, 2.0))
        centred = self.rng.random() < 0.8
        lines, top = [], 0.0
        for text, kind in rows:
            scale = (size if kind == "name" else 1.0) * self.rng.uniform(0.93, 1.07)
            letter, height = 12 * scale, 20 * scale
            left = max(0.0, (504 - len(text) * letter) / 2) if centred else 0.0
            words, at = [], 0
            for token in self._misread(text).split():
                start = left + at * letter
                box = (start, top, start + len(token) * letter, top + height)
                words.append(Word(token, box, self.rng.uniform(0.9, 1.0)))
                at += len(token) + 1
            if words:
                lines.append(make_line(words))
            top += height + 8
        kinds = [kind for text, kind in rows if text.split()]
        page = PageText(1, 504, round(top), "drawn", tuple(lines))
        return DrawnHead(
            page,
            tuple(at for at, kind in enumerate(kinds) if kind == "name"),
            tuple(at for at, kind in enumerate(kinds) if kind == "address"),
        )
