"""What can be wrong with a file of factors, each with a code and a sentence."""

from pipeline.errors import InvalidRequestError


class FactorFileError(InvalidRequestError):
    """The file is no table of factors that we read; nothing was imported."""


def file_missing(name: str) -> FactorFileError:
    return FactorFileError(
        "FACTORS_FILE_MISSING", f"There is no file {name}, or it cannot be read.",
        params={"file": name},
    )  # fmt: skip


def not_text() -> FactorFileError:
    return FactorFileError(
        "FACTORS_NOT_TEXT",
        "This is no text. Of a spreadsheet, save the sheet with the products as CSV.",
    )


def too_large(limit_bytes: int) -> FactorFileError:
    return FactorFileError(
        "FACTORS_TOO_LARGE",
        f"The file is larger than {limit_bytes // 1_000_000} MB; the AGRIBALYSE synthesis has 1.",
        params={"limit": limit_bytes},
    )


def no_header(missing: list[str]) -> FactorFileError:
    return FactorFileError(
        "FACTORS_NO_HEADER",
        f"No row names the columns of AGRIBALYSE's synthesis; not found: {', '.join(missing)}.",
        params={"missing": ", ".join(missing)},
    )


def no_rows() -> FactorFileError:
    return FactorFileError("FACTORS_NO_ROWS", "The table has its header but no product.")


def too_many_bad(bad: int, rows: int, first: str) -> FactorFileError:
    return FactorFileError(
        "FACTORS_TOO_MANY_BAD",
        f"{bad} of {rows} rows cannot be used, so nothing was imported. The first: {first}",
        params={"bad": bad, "rows": rows},
    )
