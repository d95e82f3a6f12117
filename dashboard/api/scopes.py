"""Which scope each route of the API needs, and who asks: checked before anything is done."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.types import Scope as AsgiScope

from dashboard.api.refusals import add_refusals, operations_of
from pipeline.access.principal import OPEN_API, OPEN_PAGES, Principal, Scope, missing_scope
from pipeline.access.resolve import is_guarded
from pipeline.errors import UnauthorizedError
from pipeline.settings import get_settings

# Our own pages say that they are: on an open server this is all that the audit can name.
PAGE_HEADER = "X-Comptoir-Page"
SCHEMES: Mapping[str, Mapping[str, str]] = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Bearer": {"type": "http", "scheme": "bearer", "description": "The same key."},
}
# Methods and paths as they are declared. What is not listed is open to nobody.
ROUTES: Mapping[Scope, tuple[str, ...]] = {
    "read": (
        "GET /alerts",
        "GET /alerts/events",
        "GET /catalogs",
        "GET /catalogs/{request_id}",
        "GET /catalogs/{request_id}/rejected",
        "GET /docs",
        "GET /factors",
        "GET /failures",
        "GET /jobs",
        "GET /jobs/{job_id}",
        "GET /products",
        "GET /products/analyses/{kind}",
        "GET /products/export",
        "GET /products/{product_id:path}",
        "GET /products/{product_id:path}/picture",
        "GET /products/{product_id:path}/thumbnail",
        "GET /queues",
        "GET /queues/{name}",
        "GET /receipts",
        "GET /receipts/export",
        "GET /receipts/stats",
        "GET /receipts/views",
        "GET /receipts/{request_id}/changes",
        "GET /receipts/{request_id}/file",
        "GET /receipts/{request_id}/pages/{number}",
        "GET /receipts/{request_id}/result",
        "GET /receipts/{request_id}/status",
        "GET /receipts/{request_id}/thumbnail",
        "GET /reports",
        "GET /reports/jobs/{request_id}",
        "GET /reports/schedules",
        "GET /reports/schedules/{schedule_id}",
        "GET /reports/{request_id}",
        "GET /reports/{request_id}/compare",
        "GET /reports/{request_id}/file",
        "GET /reports/{request_id}/preview/{number}",
        "POST /search",
        "POST /search/pictures",
        "GET /search/pictures/{picture_id}",
        "GET /workers",
    ),
    "submit": (
        "POST /catalogs",
        "POST /catalogs/files",
        "POST /catalogs/{request_id}/import",
        "POST /index-product",
        "POST /index-product-with-image",
        "POST /jobs/{request_id}/cancel",
        "POST /jobs/{request_id}/retry",
        "POST /products/analyses/{kind}",
        "POST /products/keep-both",
        "POST /products/merge",
        "DELETE /products/{product_id:path}",
        "PATCH /products/{product_id:path}",
        "POST /receipts/analyze",
        "POST /receipts/reextract",
        "POST /receipts/views",
        "DELETE /receipts/views/{view_id}",
        "PATCH /receipts/views/{view_id}",
        "PATCH /receipts/{request_id}",
        "POST /receipts/{request_id}/duplicate",
        "POST /receipts/{request_id}/items/{item_id}/apply-rule",
        "POST /receipts/{request_id}/reextract",
        "POST /reports/dummy",
        "POST /reports/heavy",
        "POST /reports/schedules",
        "DELETE /reports/schedules/{schedule_id}",
        "PUT /reports/schedules/{schedule_id}",
        "POST /reports/schedules/{schedule_id}/pause",
        "POST /reports/schedules/{schedule_id}/resume",
        "POST /reports/schedules/{schedule_id}/test",
        "DELETE /reports/{request_id}",
        "POST /reports/{request_id}/regenerate",
    ),
    "admin": (
        "POST /alerts/rules",
        "DELETE /alerts/rules/{rule_id}",
        "PATCH /alerts/rules/{rule_id}",
        "POST /alerts/rules/{rule_id}/test",
        "GET /audit",
        "GET /audit/export",
        "POST /jobs/cancel",
        "POST /jobs/retry",
        "GET /keys",
        "POST /keys",
        "DELETE /keys/{key_id}",
        "POST /queues/{name}/pause",
        "POST /queues/{name}/resume",
    ),
}
NEEDED: Mapping[str, Scope] = {route: scope for scope, routes in ROUTES.items() for route in routes}


def check_scope(request: Request) -> None:
    """Let nobody do what their scopes do not allow; a dependency of every route.

    Raises UnauthorizedError, or ForbiddenError SCOPE_MISSING.
    """
    needed = NEEDED.get(f"{request.method} {path_of_route(request.scope)}")
    if needed is None or not principal_of(request.scope).may(needed):
        raise missing_scope(needed or "none")


def path_of_route(scope: AsgiScope) -> str:
    """The path as the route declares it, below the root of the API."""
    path: str = scope["route"].path
    return path


def principal_of(scope: AsgiScope) -> Principal:
    """Who the gate let in. Raises UnauthorizedError where nobody was asked but should have been."""
    principal: Principal | None = scope.get("principal")
    if principal is not None:
        return principal
    if is_guarded(get_settings()):
        raise UnauthorizedError("KEY_MISSING", "This needs a key: send it as X-API-Key.")
    return OPEN_API


def actor_of(request: Request) -> str:
    """Who is written down for a change: a person, "key:" and a name, "api" or "dashboard"."""
    principal = principal_of(request.scope)
    if principal.kind == "open":
        return (OPEN_PAGES if PAGE_HEADER in request.headers else OPEN_API).name
    return principal.name


def describe_security(schema: dict[str, Any]) -> None:
    """Say at every address of an OpenAPI description what it needs, and how it refuses."""
    schema["components"]["securitySchemes"] = {name: dict(one) for name, one in SCHEMES.items()}
    for path, method, operation in operations_of(schema):
        scope = NEEDED.get(f"{method} {path}")
        operation["security"] = [{name: []} for name in SCHEMES]
        said = operation.get("description", "")
        operation["description"] = f"{said}\n\nNeeds the scope `{scope}`.".strip()
        add_refusals(operation, 401, 403)
