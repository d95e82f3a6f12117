"""The dashboard and the rules that we hand out name only what a real `/metrics` tells."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from pipeline.settings import Settings
from tests.support.migrated import migrate_copy
from tests.support.server import start_server
from tests.support.small_catalog import put
from tests.support.worker import ROOT, wait_until

FOLDER = ROOT / "docs" / "monitoring"
ROWS = ["Overview", "Queues", "Durations", "Failures", "Workers", "Catalog"]
# What Prometheus itself knows of whoever it asks, and adds to every series.
OF_PROMETHEUS = {"up": set[str]()}
ADDED_LABELS = {"job", "instance"}
LETTERED = re.compile(r"\{\{\s*\$?(?:labels\.)?(\w+)\s*\}\}")

Names = dict[str, set[str]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Every series of a server with an open index and a worker, with the names of its labels."""
    folder = tmp_path_factory.mktemp("monitored") / "data"
    settings = Settings(data_dir=folder)
    migrate_copy(settings)
    put(settings, "SH-1", "Runner", looks="shoe red")
    with start_server(folder) as server, server.client() as client:
        client.post("/api/v1/search", json={"productId": "SH-1"})

        def read() -> Names | None:
            names = _read(client.get("/metrics").text)
            return names if {"worker_memory_bytes", "index_points"} <= names.keys() else None

        return wait_until(read)


def _read(text: str) -> Names:
    names: Names = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            names.setdefault(sample.name, set()).update(sample.labels)
    return names


def dashboard() -> Any:
    return json.loads((FOLDER / "grafana-dashboard.json").read_text())


def rules() -> list[Any]:
    [group] = yaml.safe_load((FOLDER / "prometheus-rules.yml").read_text())["groups"]
    return list(group["rules"])


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression with what it is for, its variables filled in as Grafana does."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            filled = target["expr"].replace("$__rate_interval", "5m")
            yield panel["title"], re.sub(r"\$(\w+)", r"\1", filled)


def selectors(expression: str) -> list[Any]:
    found: list[Any] = []

    def visit(node: Any) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        return True

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


@pytest.mark.parametrize(("name", "expression"), list(expressions()))
def test_every_expression_asks_for_what_is_told(told: Names, name: str, expression: str) -> None:
    asked = selectors(expression)

    assert asked, name
    known = told | OF_PROMETHEUS
    for one in asked:
        assert one.name in known, f"{name}: {one.name}"
        labels = {matcher.name for matcher in one.matchers.matchers}
        assert labels <= known[one.name] | ADDED_LABELS, f"{name}: {labels}"
    grouped = set(re.split(r"[,\s]+", " ".join(re.findall(r"(?:by|on) ?\(([^)]*)\)", expression))))
    everything = set().union(*(known[one.name] for one in asked)) | ADDED_LABELS
    assert grouped - {""} <= everything, name


def test_every_rule_says_for_how_long_how_bad_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))
    for rule in rules():
        promql_parser.parse_duration(rule["for"])
        assert rule["labels"]["severity"] in ("critical", "warning", "info")
        assert rule["annotations"]["summary"] and rule["annotations"]["description"]
        for used in LETTERED.findall(rule["annotations"]["summary"]):
            assert used in rule["expr"] or used in (*ADDED_LABELS, "value"), rule["alert"]


def test_the_dashboard_can_be_imported_and_keeps_its_data_source_open() -> None:
    whole = dashboard()
    panels = whole["panels"]

    assert (whole["id"], whole["uid"]) == (None, "comptoir")
    assert [one["title"] for one in panels if one["type"] == "row"] == ROWS
    ids = [panel["id"] for panel in panels]
    assert len(ids) == len(set(ids))
    variables = {one["name"]: one["type"] for one in whole["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query", "queue": "query"}
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"


def test_the_guide_tells_of_every_metric_of_ours(told: Names) -> None:
    guide = Path(ROOT / "docs" / "monitoring.md").read_text()
    written = set(re.findall(r"`([a-z_]+)`", guide))
    for name in told:
        base = re.sub(r"_(bucket|count|sum|created)$", "", name)
        if not base.startswith(("process_", "report_jobs")):
            assert base in written, name
