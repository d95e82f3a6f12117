"""The start of a process: its settings, or sentences about what in them cannot be used.

Called by the worker, the dashboard and every command of the terminal.
"""

import difflib
import os
from collections.abc import Mapping

import structlog
from pydantic import ValidationError
from pydantic_settings import SettingsError

from pipeline.jobs.kinds import check_extra_kinds
from pipeline.secret_files import PREFIX, SUFFIX, variable_of
from pipeline.settings import Settings, get_settings

log = structlog.get_logger(__name__)

# What only the tests of this repository read.
OF_TESTS = ("COMPTOIR_TEST_", "COMPTOIR_SCREENSHOTS")


def read_settings_or_exit() -> Settings:
    """The settings; where one cannot be used, end with sentences instead of a traceback."""
    try:
        return get_settings()
    except ValidationError as error:
        raise SystemExit("\n".join(explain_settings_error(error))) from None
    except SettingsError as error:
        raise SystemExit(str(error)) from None


def read_settings_and_kinds_or_exit() -> Settings:
    """The same for a process that runs or submits jobs: every kind of them must be there."""
    settings = read_settings_or_exit()
    broken = check_extra_kinds(settings)
    if broken:
        raise SystemExit("\n".join(broken))
    return settings


def warn_of_unknown_variables() -> None:
    """Log one line where variables look like settings and are none."""
    unknown = find_unknown_variables(os.environ)
    if unknown:
        log.warning("settings_unknown", variables=unknown)


def find_unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables of ours that no setting reads, each with the name that it is closest to."""
    known = _known_variables()
    unknown = sorted(
        name
        for name in environment
        # The case of a variable does not matter to the settings.
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and not name.startswith(OF_TESTS)
    )
    return [_add_closest(name, known) for name in unknown]


def explain_settings_error(error: ValidationError) -> list[str]:
    """One sentence for each setting that cannot be used, naming its variable."""
    sentences = []
    for detail in error.errors():
        message = str(detail["msg"]).removeprefix("Value error, ")
        if detail["loc"]:
            variable = PREFIX + str(detail["loc"][0]).upper().removeprefix(PREFIX)
            value = "…" if _may_be_secret(variable) else detail["input"]
            message = f"{variable}={value} cannot be used: {message}."
        sentences.append(message)
    return sentences


def _may_be_secret(variable: str) -> bool:
    # An address may hold a password, the options of a storage its keys.
    return variable.endswith(("_URL", "_OPTIONS")) or f"{variable}{SUFFIX}" in os.environ


def _known_variables() -> set[str]:
    fields = Settings.model_fields
    variables = {variable_of(name, field) for name, field in fields.items()}
    # pydantic-settings takes a setting with an alias by its own name as well.
    own = {f"{PREFIX}{name.upper()}" for name in fields}
    return variables | own | {f"{variable}{SUFFIX}" for variable in variables}


def _add_closest(name: str, known: set[str]) -> str:
    closest = difflib.get_close_matches(name.upper(), sorted(known), n=1)
    return f"{name} (did you mean {closest[0]}?)" if closest else name
