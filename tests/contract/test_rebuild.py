"""Building the index anew: by itself, or by the dashboard that has it."""

from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.index.owner import IndexOwner
from pipeline.catalog.index.rebuild import ASKED, NOTHING, rebuild
from pipeline.settings import Settings
from tests.support.ledger import START
from tests.support.small_catalog import ENCODER, put

ALL = ProductFilter()


def test_nothing_is_built_of_nothing(settings: Settings) -> None:
    assert rebuild(settings) == NOTHING


def test_it_is_built_anew_where_nobody_has_it(settings: Settings) -> None:
    put(settings, "A", "red shoe")
    put(settings, "B", "red boot")
    owner = IndexOwner(settings)
    owner.current(ENCODER).apply([], [1], 2)
    owner.close()

    said = rebuild(settings)

    assert "2 products" in said
    again = IndexOwner(settings)
    assert again.current(ENCODER).count(ALL) == 2
    again.close()


def test_whoever_has_it_builds_it_anew_when_asked(settings: Settings) -> None:
    put(settings, "A", "red shoe", at=START)
    owner = IndexOwner(settings)
    index = owner.current(ENCODER)
    index.apply([], [1], index.last_seq())
    assert index.count(ALL) == 0

    assert rebuild(settings) == ASKED
    owner.look_after()

    assert owner.current(ENCODER).count(ALL) == 1
    owner.close()
