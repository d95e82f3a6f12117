"""Settings from files: `COMPTOIR_DATABASE_URL_FILE` names a file that holds the address.

That is how container platforms hand over secrets without showing them in the environment.
"""

import os
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

PREFIX = "COMPTOIR_"


class SecretFiles(PydanticBaseSettingsSource):
    """A source for pydantic-settings; values are the files' contents without outer blanks."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the file that this field's `*_FILE` variable names."""
        alias = field.validation_alias
        variable = alias if isinstance(alias, str) else f"{PREFIX}{field_name.upper()}"
        path = os.environ.get(f"{variable}_FILE")
        return (Path(path).read_text().strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting whose `*_FILE` variable is set."""
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                values[key] = self.prepare_field_value(name, field, value, is_complex)
        return values
