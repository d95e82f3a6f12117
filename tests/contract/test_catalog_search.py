"""Searching the catalog: what is found, in which order, and what is said where nothing is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from pipeline.catalog.catalog import Catalog
from pipeline.catalog.filters import ProductFilter
from pipeline.catalog.products.find import find_products, get_product
from pipeline.catalog.search.question import Answer, Example, Question
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.models import ProductVector
from pipeline.settings import Settings
from pipeline.store import write_session
from tests.support.ledger import START
from tests.support.small_catalog import ConceptModel, put

EURO = {"currency": "EUR"}


@pytest.fixture
def model() -> ConceptModel:
    return ConceptModel()


@pytest.fixture
def catalog(settings: Settings, model: ConceptModel) -> Iterator[Catalog]:
    """Two shoes, a boot, a bag without a picture, a lamp; a day apart."""
    shelf = {
        "SH-1": ("Runner", "shoe red", {"category": "shoes", "price_cents": 5000, **EURO}),
        "SH-2": ("Loafer", "shoe blue", {"category": "shoes", "price_cents": 9000, **EURO}),
        "BO-1": ("Hiker", "boot red", {"category": "boots", "attributes": {"size": 42}}),
        "BA-1": ("Bag", None, {"category": "bags", "price_cents": 2000, **EURO}),
        "LA-1": ("Light", "lamp", {"attributes": {"size": 42, "is_new": True}}),
    }
    for day, (product_id, (name, looks, said)) in enumerate(shelf.items()):
        put(settings, product_id, name, looks=looks, at=START + timedelta(days=day), said=said)
    catalog = Catalog(settings, model)
    yield catalog
    catalog.close()


def copy_picture(settings: Settings, source: str, target: str) -> None:
    with write_session(settings) as session:
        one, other = find_products(session, [source, target]).values()
        one.picture_sha256 = other.picture_sha256
        session.add(one)


def forget_vectors(settings: Settings, product_id: str) -> None:
    with write_session(settings) as session:
        product = get_product(session, product_id)
        of_product = select(ProductVector).where(ProductVector.product_ref == product.id)
        for vector in session.exec(of_product):
            session.delete(vector)


def ids(answer: Answer) -> list[str]:
    return [found.product.product_id for found in answer.found]


def test_words_find_pictures(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="blue shoe"))

    assert ids(answer)[0] == "SH-2"
    assert answer.found[0].found_by == ("picture",)
    assert not answer.no_good_match


def test_words_find_a_product_without_a_picture(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="bag"))

    assert ids(answer)[0] == "BA-1"
    assert answer.found[0].found_by == ("name", "meaning")


def test_a_picture_finds_what_looks_so(catalog: Catalog) -> None:
    assert ids(catalog.search(Question(picture=b"boot red")))[0] == "BO-1"


def test_an_id_comes_first_whatever_else_is_like_it(catalog: Catalog, settings: Settings) -> None:
    put(settings, "SHOE", "Something else", looks="lamp")

    answer = catalog.search(Question(text="shoe"))

    assert ids(answer)[:3] == ["SHOE", "SH-1", "SH-2"]
    assert answer.found[0].score == 1.0
    assert answer.found[0].found_by == ("id",)


def test_the_beginning_of_an_id_is_enough(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="la-"))

    assert ids(answer) == ["LA-1"]
    assert answer.found[0].found_by == ("id",)


def test_more_like_a_product_leaves_out_itself_and_the_same_picture(
    catalog: Catalog, settings: Settings
) -> None:
    put(settings, "SH-1b", "Runner again", looks="shoe red")
    before = ids(catalog.search(Question(product_id="SH-1")))
    copy_picture(settings, "SH-1", "SH-1b")

    after = ids(catalog.search(Question(product_id="SH-1")))

    assert before[0] == "SH-1b"
    assert "SH-1b" not in after
    assert "SH-1" not in after


def test_what_is_like_a_counter_example_goes_down(catalog: Catalog) -> None:
    shoes = ids(catalog.search(Question(text="shoe")))
    without_red = catalog.search(Question(text="shoe", negative=(Example("SH-1"),)))

    assert shoes[:2] == ["SH-1", "SH-2"]
    assert ids(without_red)[0] == "SH-2"
    assert "SH-1" not in ids(without_red)


def test_heavier_examples_pull_more(catalog: Catalog) -> None:
    def leaning(red: float, lamp: float) -> str:
        examples = (Example("BO-1", red), Example("LA-1", lamp))
        answer = catalog.search(Question(positive=examples, keep_below=True))
        return ids(answer)[0]

    assert leaning(red=5, lamp=1) == "SH-1"


def test_text_and_picture_are_combined(catalog: Catalog) -> None:
    by_picture = catalog.search(Question(picture=b"shoe"))
    with_words = catalog.search(Question(text="blue shoe", picture=b"shoe"))

    assert ids(by_picture)[:2] == ["SH-1", "SH-2"]
    assert ids(with_words)[0] == "SH-2"


def test_filters_narrow_to_what_has_all_of_it(catalog: Catalog) -> None:
    cheap = ProductFilter(categories=("shoes", "bags"), max_price_cents=5000)
    large = ProductFilter(attributes={"size": ("42", 42)})

    found = [
        ids(catalog.search(Question(text="red shoe bag", wanted=wanted, min_score=0.0)))
        for wanted in (cheap, large)
    ]

    assert [set(one) for one in found] == [{"SH-1", "BA-1"}, {"BO-1", "LA-1"}]


def test_facets_count_what_was_found_and_what_another_choice_would_find(catalog: Catalog) -> None:
    shoes = ProductFilter(categories=("shoes",))
    question = Question(
        text="red shoe boot", wanted=shoes, facets=("category", "size"), min_score=0.0
    )

    facets = catalog.search(question).facets

    assert dict(facets["category"]) == {"shoes": 2, "bags": 1, "boots": 1}
    assert facets["size"] == ()


def test_facets_keep_numbers_and_truths_apart(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="lamp", facets=("size", "is_new")))

    assert answer.facets == {"size": ((42, 1),), "is_new": ((True, 1),)}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", ["BA-1", "SH-2", "SH-1"]),
        ("oldest", ["SH-1", "SH-2", "BA-1"]),
        ("cheapest", ["BA-1", "SH-1", "SH-2"]),
        ("dearest", ["SH-2", "SH-1", "BA-1"]),
    ],
)
def test_good_results_come_in_the_order_that_is_asked(
    catalog: Catalog, order: str, expected: list[str]
) -> None:
    wanted = ProductFilter(categories=("shoes", "bags"))
    question = Question(text="shoe bag", wanted=wanted, order=order, min_score=0.0)  # type: ignore[arg-type]

    assert ids(catalog.search(question)) == expected


def test_products_without_a_price_come_last_by_price(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="red", order="dearest", min_score=0.0))

    assert ids(answer)[:3] == ["SH-2", "SH-1", "BA-1"]
    assert set(ids(answer)[3:]) == {"BO-1", "LA-1"}


def test_where_nothing_is_good_the_nearest_are_offered_as_such(catalog: Catalog) -> None:
    answer = catalog.search(Question(text="chandelier"))

    assert answer.no_good_match
    assert answer.total == 0
    assert len(answer.found) == 5
    assert all(found.score < answer.cut_off for found in answer.found)


def test_what_is_below_the_cut_off_is_left_out_unless_it_is_wanted(catalog: Catalog) -> None:
    good = catalog.search(Question(text="lamp"))
    everything = catalog.search(Question(text="lamp", keep_below=True))

    assert ids(good) == ["LA-1"]
    assert len(everything.found) == 5
    assert everything.total == good.total == 1


def test_pages_follow_each_other(catalog: Catalog) -> None:
    whole = ids(catalog.search(Question(text="shoe", min_score=0.0)))
    pages = [
        ids(catalog.search(Question(text="shoe", min_score=0.0, limit=2, offset=offset)))
        for offset in (0, 2, 4)
    ]

    assert [one for page in pages for one in page] == whole


def test_a_product_is_found_as_soon_as_it_is_written_and_no_longer_once_it_changed(
    catalog: Catalog, settings: Settings
) -> None:
    put(settings, "LA-2", "Desk light", looks="lamp red")
    first = ids(catalog.search(Question(picture=b"lamp red")))
    put(settings, "LA-2", "Desk light", looks="bag blue", at=START + timedelta(days=9))
    then = ids(catalog.search(Question(picture=b"lamp red")))

    assert first[0] == "LA-2"
    assert then[0] != "LA-2"


def test_an_empty_catalog_has_no_good_match(settings: Settings, model: ConceptModel) -> None:
    answer = Catalog(settings, model).search(Question(text="shoe"))

    assert (answer.found, answer.total, answer.no_good_match) == ((), 0, True)
    assert model.asked == []


def test_what_needs_no_model_is_answered_while_it_loads(
    catalog: Catalog, model: ConceptModel
) -> None:
    model.is_loaded = False

    named = catalog.search(Question(text="runner"), model="if loaded")
    alike = catalog.search(Question(product_id="SH-1"), model="if loaded")

    assert ids(named) == ["SH-1"]
    assert named.is_partial
    assert not alike.is_partial
    assert model.warmed == 1
    assert model.asked == []


def test_a_model_that_does_not_answer_can_be_done_without(
    catalog: Catalog, model: ConceptModel
) -> None:
    answer = catalog.search(Question(text="runner"), model="never")

    assert ids(answer) == ["SH-1"]
    assert answer.is_partial
    assert model.asked == []


def test_what_was_asked_lately_needs_no_model(catalog: Catalog, model: ConceptModel) -> None:
    first = catalog.search(Question(text="blue shoe"))
    model.is_loaded = False

    again = catalog.search(Question(text="blue shoe"), model="if loaded")

    assert ids(again) == ids(first)
    assert model.asked == ["blue shoe"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question(), "NOTHING_ASKED"),
        (Question(text="  "), "NOTHING_ASKED"),
        (Question(negative=(Example("SH-1"),)), "ONLY_COUNTER_EXAMPLES"),
        (Question(positive=(Example("SH-1", 0.0),)), "WEIGHT_OUT_OF_RANGE"),
        (Question(positive=(Example("SH-1", float("nan")),)), "WEIGHT_OUT_OF_RANGE"),
        (Question(positive=(Example("SH-1"),) * 21), "TOO_MANY_EXAMPLES"),
        (Question(product_id="SH-1", negative=(Example("SH-1"),)), "EXAMPLE_CONTRADICTS"),
        (Question(text="shoe" * 300), "QUESTION_TOO_LONG"),
        (Question(text="shoe", offset=1000), "TOO_FAR_DOWN"),
        (Question(text="shoe", facets=("colour",)), "FIELD_UNKNOWN"),
        (
            Question(text="shoe", wanted=ProductFilter(attributes={"colour": ("red",)})),
            "FIELD_UNKNOWN",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(
    catalog: Catalog, question: Question, code: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        catalog.search(question)

    assert refused.value.code == code


def test_products_that_there_are_not_are_named(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError) as product:
        catalog.search(Question(product_id="NO-1"))
    with pytest.raises(NotFoundError) as example:
        catalog.search(Question(text="shoe", negative=(Example("NO-2"),)))

    assert product.value.code == "PRODUCT_UNKNOWN"
    assert (example.value.code, example.value.params) == ("EXAMPLE_UNKNOWN", {"product_id": "NO-2"})


def test_a_product_that_is_not_encoded_yet_cannot_be_compared(
    catalog: Catalog, settings: Settings
) -> None:
    forget_vectors(settings, "SH-1")

    with pytest.raises(ConflictError) as refused:
        catalog.search(Question(product_id="SH-1"))

    assert refused.value.code == "PRODUCT_NOT_ENCODED"
