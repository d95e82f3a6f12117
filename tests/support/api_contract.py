"""Holds each answer of a running server against its OpenAPI description; requests are invented."""

from dataclasses import dataclass, field

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Requests that follow the description, and requests that do not.
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
CALM = [*HealthCheck]


@dataclass
class Findings:
    """What did not agree, by operation, and the statuses that came."""

    broken: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, set[int]] = field(default_factory=dict)


def hold_against_contract(
    base_url: str, key: str | None, *, reader: str | None, examples: int, first: int = 0
) -> Findings:
    """Ask every operation `examples` times in each mode with this key, the same ones each time.

    `reader` is the key with which the description is read. Of a guarded server a key of None is
    to get nothing but refusals.
    """
    schema = schemathesis.openapi.from_url(
        f"{base_url}/api/v1/openapi.json", headers=_headers(reader)
    )
    headers, found = _headers(key), Findings()
    for result in schema.get_all_operations():
        for mode in MODES:
            _ask(result.ok(), mode, headers, examples, first, found)
    return found


def _headers(key: str | None) -> dict[str, str]:
    return {"X-API-Key": key} if key else {}


def _ask(
    operation: APIOperation,
    mode: GenerationMode,
    headers: dict[str, str],
    examples: int,
    first: int,
    found: Findings,
) -> None:
    name = operation.label

    @seed(first)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=CALM,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        answer = case.call(headers=headers, timeout=60)
        found.statuses.setdefault(name, set()).add(answer.status_code)
        try:
            case.validate_response(answer, checks=CHECKS)
        except (FailureGroup, Failure) as failure:
            problems = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
            found.broken.setdefault(name, "\n".join(f"{one.title}: {one}" for one in problems))

    try:
        ask()
    except Exception as error:  # noqa: BLE001  what cannot be invented is told with the rest
        found.broken.setdefault(name, f"{type(error).__name__}: {error}")
