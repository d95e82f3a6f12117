"""What runs here, for whoever reports a problem: version, store, broker, files, licence."""

import platform
from collections.abc import Mapping

import streamlit as st

from dashboard.language import N_, t
from dashboard.version import read_version
from dashboard.widgets.components import load_component
from dashboard.widgets.store_access import calm
from pipeline.access.resolve import is_guarded
from pipeline.settings import Broker, Settings, get_settings

BROKERS: Mapping[Broker, str] = {
    "sqlite": "SQLite",
    "redis": "Redis / Valkey",
    "postgresql": "PostgreSQL",
}
WORKERS = {
    "embedded": N_("Started by this server"),
    "external": N_("Run beside this server"),
}

_render = load_component("facts", built_of=("fact_list",))


@calm
def show_about() -> None:
    """The facts as pairs; no address, for it may hold a password."""
    settings = get_settings()
    _render(data={"facts": _facts(settings)}, key="about-facts")
    described, well = t("Description of the API"), t("How everything is")
    st.markdown(f"[{described}](/api/v1/docs)  ·  [{well}](/system)")
    st.caption(
        t(
            "The documentation is in the folder {folder} that comes with Comptoir. Comptoir is "
            "free software under the MIT licence; fonts and libraries keep their own.",
            folder="`docs`",
        )
    )


def _facts(settings: Settings) -> list[dict[str, str]]:
    pairs = {
        t("Version"): read_version(),
        t("Python"): platform.python_version(),
        t("Store"): "PostgreSQL" if settings.uses_postgresql else "SQLite",
        t("Broker"): BROKERS[settings.broker_kind],
        t("Files"): t("In S3-compatible storage") if settings.files_url else t("In a folder"),
        t("Vector index"): "Qdrant" if settings.qdrant_url else "Qdrant Edge",
        t("Worker"): t(WORKERS[settings.worker]),
        t("Sign-in"): _say_sign_in(settings),
        t("Data folder"): str(settings.data_dir.resolve()),
    }
    return [{"label": label, "value": value} for label, value in pairs.items()]


def _say_sign_in(settings: Settings) -> str:
    if not is_guarded(settings):
        return t("Nobody signs in yet")
    if settings.uses_oidc:
        return t("With {provider}, or a password", provider=settings.oidc_label)
    return t("With a password")
