"""Writing: from what the sections found to sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.messages import translate
from pipeline.reports.analysis.findings import Finding, Findings, sort_by_weight
from pipeline.reports.analysis.plan import Refusal
from pipeline.reports.analysis.wording import Wording
from pipeline.reports.analysis.written import Written, WrittenSection
from pipeline.reports.order import ReportOrder
from pipeline.reports.texts import Texts

LEAST_HEADLINES, MOST_HEADLINES = 3, 6
# Of no section more than so many in the summary, so that it tells of all of them.
MOST_OF_SECTION = 1
OPENING = "trends"


@dataclass(frozen=True)
class Failed:
    """A section that could not be made: code and message of its job."""

    code: str
    message: str


Answer = Findings | Refusal | Failed


def write_analysis(order: ReportOrder, answers: Mapping[str, Answer]) -> Written:
    """The whole text, deterministic: the same findings give the same sentences."""
    assert order.period is not None
    texts = Texts(order.language)
    wording = Wording(texts)
    sections = tuple(_write_section(wording, name, answers[name]) for name in answers)
    return Written(
        language=order.language,
        title=order.title or texts.say("kind.analysis"),
        period=texts.period(order.period),
        summary=tuple(_summarise(wording, answers, sections)),
        sections=sections,
        notes=(),
    )


def _write_section(wording: Wording, name: str, answer: Answer) -> WrittenSection:
    empty = WrittenSection(name, wording.say(f"title.{name}"))
    if isinstance(answer, Failed):
        why = translate(answer.code, wording.texts.language, fallback=answer.message)
        why = why.rstrip(".")
        return replace(empty, failed=wording.say("failed", why=why, code=answer.code))
    if isinstance(answer, Refusal):
        return replace(empty, limits=(wording.sentence("reason", answer.as_finding()),))
    found = answer.found
    return replace(
        empty,
        sentences=tuple(wording.sentence(name, finding) for finding in found),
        limits=tuple(wording.sentence(name, finding) for finding in answer.limits),
        method=_describe_method(wording, name, found),
        charts=answer.charts,
        tables=answer.tables,
    )


def _describe_method(wording: Wording, name: str, found: Sequence[Finding]) -> str:
    method = wording.say(f"method.{name}")
    tests = [said for finding in found if (said := wording.test(finding))]
    if not tests:
        return method
    told = "; " if wording.texts.language == "en" else "\u202f; "
    return f"{method} " + wording.say("tests", tests=told.join(dict.fromkeys(tests)))


def _summarise(
    wording: Wording, answers: Mapping[str, Answer], sections: Sequence[WrittenSection]
) -> list[str]:
    """Sums and their change first, then the weightiest of the other sections."""
    opening = answers.get(OPENING)
    told = [] if not isinstance(opening, Findings) else _open(wording, opening)
    rest = [pair for name in answers for pair in _headlines(wording, answers[name])]
    rest.sort(key=lambda pair: -pair[0].weight)
    failed = [section.title for section in sections if section.failed]
    room = MOST_HEADLINES - bool(failed)
    told += [said for _, said in rest if said not in told][: room - len(told)]
    # Where little stands out, what the sections begin with is what there is to say.
    leads = [section.sentences[0] for section in sections if section.sentences]
    told += [lead for lead in leads if lead not in told][: max(LEAST_HEADLINES - len(told), 0)]
    if failed:
        told.append(wording.say("failed_summary", sections=", ".join(failed)))
    return told or [wording.say("no_data")]


def _open(wording: Wording, findings: Findings) -> list[str]:
    return [
        wording.sentence(findings.section, finding)
        for finding in findings.found
        if finding.kind.startswith(("spent", "change"))
    ]


def _headlines(wording: Wording, answer: Answer) -> list[tuple[Finding, str]]:
    if not isinstance(answer, Findings):
        return []
    said = [
        (finding, headline)
        for finding in sort_by_weight(answer.found)
        if (headline := wording.headline(answer.section, finding))
    ]
    return said[:MOST_OF_SECTION]
