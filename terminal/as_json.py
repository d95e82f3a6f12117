"""Answers as JSON for scripts, in the words of the HTTP API: camelCase, UTC times, whole ids."""

import json
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlmodel import SQLModel


def print_json(answer: object) -> None:
    """Print one document; indented, as it is read by people too."""
    json.dump(to_json(answer), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def to_json(value: object) -> Any:
    """Dataclasses and rows as objects, whose keys that are data stay as they are."""
    if isinstance(value, SQLModel):
        columns = type(value).model_fields
        return _to_object({name: getattr(value, name) for name in columns})
    if is_dataclass(value) and not isinstance(value, type):
        return _to_object({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def _to_object(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_to_camel(name): to_json(value) for name, value in values.items()}


def _to_camel(name: str) -> str:
    # A unit keeps its underscore's meaning: oldest_due_s becomes oldestDueS.
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
