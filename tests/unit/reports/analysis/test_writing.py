"""What is found is said in whole sentences, in either language, and only what is found."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.reports.analysis.findings import (
    Finding,
    Findings,
    counted,
    money,
    names,
    price,
    share,
)
from pipeline.reports.analysis.plan import plan_sections, read_refusal
from pipeline.reports.analysis.research import RESEARCH
from pipeline.reports.analysis.wording import Wording, describe
from pipeline.reports.analysis.write import Answer, Failed, write_analysis
from pipeline.reports.analysis.written import read_written
from pipeline.reports.order import SECTIONS, ReportOrder
from pipeline.reports.snapshot.job import Snapshots
from pipeline.reports.texts import Texts
from tests.support.analysis_data import YEAR, Bought, bought, make_snapshots
from tests.unit.reports.analysis.worlds import FIRST, analyse, draw_noise

EN, FR = Wording(Texts("en")), Wording(Texts("fr"))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def worlds(folder: Path) -> list[Snapshots]:
    before = draw_noise(1, first=YEAR.before().first)
    busy = draw_noise(2, a_day=lambda day: 9 if day.weekday() == 5 else 2)
    wild = [
        bought(FIRST + timedelta(days=40), 990_000, "Shop 1"),
        bought(FIRST, None, "Shop 1", currency="USD"),
        *[bought(FIRST + timedelta(days=50), 4_321, "Twin") for _ in range(3)],
    ]
    rising = draw_noise(3, size=lambda day: 1 + (day - FIRST).days / 90)
    shrinking = draw_noise(4, a_day=lambda day: 5 - (day - FIRST).days / 90)
    one_shop = [bought(FIRST + timedelta(days=at), 900 + at, "Only") for at in range(30)]
    some: list[list[Bought]] = [[*busy, *wild], rising, shrinking, one_shop, [], draw_noise(9)[:7]]
    return [make_snapshots(folder, rows, before) for rows in some]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_kind_of_year_becomes_whole_sentences(language: str, tmp_path: Path) -> None:
    for made in worlds(tmp_path):
        text = analyse(made, language)
        said = [*text.summary]
        for section in text.sections:
            said += [*section.sentences, *section.limits]
            assert section.title
            assert section.sentences or section.limits
            for chart in section.charts:
                said.append(describe(Wording(Texts(language)), chart) + ".")
        assert 1 <= len(text.summary) <= 6
        for sentence in map(plain, said):
            assert re.fullmatch(r"[^a-z{}].*[.…]+", sentence), sentence
            assert not re.search(r"[{}]|None|nan|  | \.", sentence), sentence
        assert read_written(text.to_json()) == text


def test_the_same_findings_give_the_same_words(tmp_path: Path) -> None:
    made = make_snapshots(tmp_path, draw_noise(5), draw_noise(6, first=YEAR.before().first))
    assert analyse(made) == analyse(made)


def test_the_summary_begins_with_the_sum_and_says_nothing_twice(tmp_path: Path) -> None:
    made = make_snapshots(tmp_path, draw_noise(5), draw_noise(6, first=YEAR.before().first))
    summary = analyse(made).summary
    said = r"€[\d,.]+ was spent on [\d,]+ receipts with a total, from 12 merchants"
    assert re.match(said, summary[0])
    assert "than in the period before" in summary[1]
    assert 3 <= len(summary) == len(set(summary))


def test_a_single_section_without_news_is_summed_up_by_its_first_sentence(tmp_path: Path) -> None:
    made = make_snapshots(tmp_path, draw_noise(5))
    order = ReportOrder("analysis", YEAR, sections=("prices",))
    text = write_analysis(order, {"prices": RESEARCH["prices"](made)})
    assert text.summary == text.sections[0].sentences[:1]


def test_a_section_that_failed_is_named_with_its_reason(tmp_path: Path) -> None:
    order = ReportOrder("analysis", YEAR, language="fr", sections=("trends", "prices"))
    made = make_snapshots(tmp_path, draw_noise(5))
    answers: dict[str, Answer] = {
        "trends": RESEARCH["trends"](made),
        "prices": Failed("FILE_GONE", "The file is no longer kept."),
    }
    text = write_analysis(order, answers)
    assert "FILE_GONE" in text.sections[1].failed
    assert "n’est plus conservé" in text.sections[1].failed
    assert "Prix" in text.summary[-1]


def test_what_the_data_do_not_carry_is_refused_with_its_figures(tmp_path: Path) -> None:
    few = make_snapshots(tmp_path, [bought(FIRST, 900, f"Shop {at}") for at in range(6)])
    refused = {
        name: refusal and read_refusal(refusal.to_json()).code
        for name, refusal in plan_sections(few, SECTIONS["analysis"]).items()
    }
    assert refused == {
        "trends": None,
        "anomalies": "TOO_FEW_RECEIPTS",
        "seasonality": "TOO_FEW_WEEKS",
        "prices": "NO_REPEATED_PRODUCT",
        "suppliers": None,
        "footprint": "NO_WEIGHED_LINES",
        "data_quality": None,
    }
    text = analyse(few, "en")
    assert text.sections[1].limits == ("Too few receipts: 6 receipts, and 20 receipts are needed.",)
    assert text.sections[1].method == ""


def test_plurals_money_and_prices_are_written_as_the_language_does() -> None:
    one = Finding(
        "followed",
        {
            "products": counted("products", 1),
            "rises": counted("rises", 0),
            "falls": counted("falls", 2),
        },
    )
    assert "0 a augmenté et 2 ont baissé" in plain(FR.sentence("prices", one))
    assert "1 product bought" in EN.sentence("prices", one)
    assert [EN.value(price(mills, "EUR")) for mills in (1_090, 1_849)] == ["€1.09", "€1.849"]
    assert plain(FR.value(price(1_849, "EUR"))) == "1,849 €"
    assert EN.value(names(["A", "B", "C"])) == "A, B and C"
    assert plain(FR.value(money(-1234_56, "EUR"))) == "-1 234,56 €"
    assert [EN.value(share(part)) for part in (0.034, 0.12, 0)] == ["3.4%", "12%", "0%"]


def test_how_sure_a_finding_is_stands_with_the_method() -> None:
    found = Finding("no_weekday", test="kruskal_wallis", p_value=0.2)
    sure = Finding("weekday", test="kruskal_wallis", p_value=1e-9)
    assert EN.test(found) == "Kruskal–Wallis, p = 0.20"
    assert EN.test(sure) == "Kruskal–Wallis, p < 0.001"
    assert EN.test(Finding("spent")) is None
    assert Findings("trends").found == ()
