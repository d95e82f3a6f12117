"""Every page with what proves that it is drawn, and who sees it how: the cells of the matrix."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from dashboard.access.paths import PAGES
from pipeline.access.principal import ROLES, SCOPES_OF, Role

LANGUAGES = ("en", "fr")
NOT_YOURS = {
    "en": "This page is not for your role",
    "fr": "Cette page n’est pas prévue pour votre rôle",
}
DESKTOP, PHONE = (1440, 900), (390, 844)
# A window of 1440 pixels at 200 % has 720 of them left, each drawn with four dots.
ZOOMED, ZOOM = (720, 450), 2


@dataclass(frozen=True)
class Look:
    """How a page is looked at: the theme, and the window's width and height."""

    theme: str
    size: tuple[int, int]


EVERY_LOOK = tuple(Look(*one) for one in product(("light", "dark"), (DESKTOP, PHONE)))
BRIGHT_DESKTOP, BRIGHT_PHONE, DARK_DESKTOP, DARK_PHONE = EVERY_LOOK


@dataclass(frozen=True)
class Shown:
    """A page at its address (`?` and what follows may be added), its titles, and its content.

    `content` is a selector of what is there once the store was asked. `differs_for` are the roles
    for whom it is another page than for an admin.
    """

    name: str
    titles: tuple[str, str]
    content: str
    address: str = ""
    differs_for: tuple[Role, ...] = ("viewer",)

    @property
    def path(self) -> str:
        """As in the address bar, without the slash; `dashboard.access.paths` knows it too."""
        return "" if self.name == "home" else self.name

    def is_for(self, role: Role) -> bool:
        """Whether that role may see it."""
        return PAGES[self.path] in SCOPES_OF[role]

    def title_in(self, language: str) -> str:
        """The heading in that language."""
        return self.titles[LANGUAGES.index(language)]


SHOWN = (
    Shown("home", ("Home", "Accueil"), ".figure"),
    Shown("inbox", ("Inbox", "Réception"), ".card"),
    Shown("review", ("Review", "Vérification"), '[data-path="merchantName"]'),
    Shown("receipts", ("Receipts", "Tickets"), "tbody tr"),
    Shown("catalog", ("Catalog", "Catalogue"), ".product"),
    Shown("search", ("Search", "Recherche"), ".took", "?like=TS-101"),
    Shown("insights", ("Insights", "Analyses du catalogue"), ".group"),
    Shown("reports", ("Reports", "Rapports"), ".report"),
    Shown("alerts", ("Alerts", "Alertes"), ".st-key-alert-rules", "", ("viewer", "operator")),
    Shown("queues", ("Queues", "Files"), ".card"),
    Shown("system", ("Health", "État"), 'li[data-name="store"]'),
    Shown("settings", ("Settings", "Paramètres"), ".st-key-accounts"),
    Shown("audit", ("Audit", "Audit"), ".deed"),
)


@dataclass(frozen=True)
class Visit:
    """One opening of a page, and all the ways in which it is looked at meanwhile."""

    shown: Shown
    role: Role
    language: str
    looks: tuple[Look, ...]

    def __str__(self) -> str:
        return f"{self.shown.name}-{self.role}-{self.language}"


def every_visit() -> Iterator[Visit]:
    """The whole matrix: 13 pages × 3 roles × 2 languages × 2 themes × 2 widths = 312 cells."""
    for shown, role, language in product(SHOWN, ROLES, LANGUAGES):
        yield Visit(shown, role, language, EVERY_LOOK)


def chosen_visits() -> Iterator[Visit]:
    """104 of them, in which any two values of any two of the five occur together.

    An admin sees each page in both languages, bright on a desktop and dark on a phone; the others
    each in one of the languages, the other way round.
    """
    for number, shown in enumerate(SHOWN):
        for language in LANGUAGES:
            yield Visit(shown, "admin", language, (BRIGHT_DESKTOP, DARK_PHONE))
        yield Visit(shown, "operator", LANGUAGES[number % 2], (BRIGHT_PHONE, DARK_DESKTOP))
        yield Visit(shown, "viewer", LANGUAGES[1 - number % 2], (BRIGHT_PHONE, DARK_DESKTOP))
