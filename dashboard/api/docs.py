"""The OpenAPI page at /docs, with assets from an installed package instead of a CDN."""

from importlib import resources

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

ASSETS = "/docs/assets"


def install(api: FastAPI) -> None:
    """Add the page and its assets."""
    folder = resources.files("fastapi_swagger") / "resources"
    api.mount(ASSETS, StaticFiles(directory=str(folder)), name="docs-assets")

    @api.get("/docs", include_in_schema=False)
    async def show_docs(request: Request) -> HTMLResponse:
        root = request.scope["root_path"]
        return get_swagger_ui_html(
            openapi_url=f"{root}{api.openapi_url}",
            title="Comptoir API",
            swagger_js_url=f"{root}{ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{root}{ASSETS}/favicon-32x32.png",
            # Null, or the page would show a badge from a validator on the internet.
            swagger_ui_parameters={"validatorUrl": None},
        )
