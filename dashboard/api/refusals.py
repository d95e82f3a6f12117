"""What any operation may answer instead of what it is for, in an OpenAPI description."""

from collections.abc import Iterator
from typing import Any

from dashboard.api.errors import DESCRIPTIONS

# Every operation reads the store.
EVERYWHERE = (503,)
# Bodies that are no JSON, or too long.
OF_JSON = (400, 413)
# A key that is in use for another request, or whose first request still runs.
OF_IDEMPOTENCY = (409, 422)


def describe_refusals(schema: dict[str, Any]) -> None:
    """Add what middleware and the reading of bodies refuse to every operation that they are for."""
    for _path, method, operation in operations_of(schema):
        add_refusals(operation, *EVERYWHERE)
        if "application/json" in operation.get("requestBody", {}).get("content", {}):
            add_refusals(operation, *OF_JSON)
        if method in ("POST", "PATCH"):
            add_refusals(operation, *OF_IDEMPOTENCY)


def operations_of(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method in capitals and description of each operation."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield path, method.upper(), operation


def add_refusals(operation: dict[str, Any], *statuses: int) -> None:
    """Describe these answers where the operation does not do so itself."""
    envelope = {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}}
    for status in statuses:
        operation["responses"].setdefault(
            str(status),
            {"description": DESCRIPTIONS[status], "content": {"application/json": envelope}},
        )
