"""The version of Comptoir that runs here."""

from importlib.metadata import PackageNotFoundError, version


def read_version() -> str:
    """As the package says; a checkout that was never installed has none."""
    try:
        return version("comptoir")
    except PackageNotFoundError:
        return "from source"
