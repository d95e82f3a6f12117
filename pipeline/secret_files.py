"""Settings from files: `COMPTOIR_DATABASE_URL_FILE` names a file that holds the address.

That is how container platforms hand over secrets without showing them in the environment.
"""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource, SettingsError

PREFIX = "COMPTOIR_"
SUFFIX = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """A source for pydantic-settings; values are the files' contents without outer blanks."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the file that this field's `*_FILE` variable names.

        Raises SettingsError with a sentence where it cannot be read.
        """
        variable = f"{variable_of(field_name, field)}{SUFFIX}"
        path = os.environ.get(variable)
        return (_read(variable, path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting whose `*_FILE` variable is set."""
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                values[key] = self.prepare_field_value(name, field, value, is_complex)
        return values


def variable_of(name: str, field: FieldInfo) -> str:
    """The variable that this field is read from."""
    alias = field.validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{name.upper()}"


def _read(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        cause = error.strerror or str(error)
    except UnicodeDecodeError:
        cause = "It is no text in UTF-8"
    raise SettingsError(f"{variable}={path} cannot be read: {cause}.")
