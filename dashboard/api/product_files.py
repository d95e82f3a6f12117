"""The picture of a product and its thumbnail; never anything but a picture."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import FileResponse, Response

from dashboard.api.errors import describe
from dashboard.api.product_answers import VERSION_LENGTH
from dashboard.api.products import show
from dashboard.runtime import runtime_of
from pipeline.catalog.products.find import get_product
from pipeline.errors import NotFoundError
from pipeline.files import open_files
from pipeline.models import Product
from pipeline.store import read_session

router = APIRouter(prefix="/products/{product_id:path}", tags=["products"])

PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/*": {}}, "description": "The picture."},
    304: {"description": "The caller has this picture already."},
}
Version = Annotated[str, Query(alias="v", description="As the addresses in answers have it.")]
IfNoneMatch = Annotated[str, Header(alias="If-None-Match", include_in_schema=False)]

THUMBNAIL_TYPE = "image/jpeg"
# Whatever else lies in the store is not shown inside a browser.
SHOWN_TYPES = frozenset(
    f"image/{name}" for name in ("jpeg", "png", "webp", "gif", "bmp", "tiff", "heic", "avif")
)


@router.get(
    "/picture",
    summary="The picture of a product",
    response_class=Response,
    responses={**PICTURE, **describe(404, 503)},
)
def show_picture(
    request: Request, product_id: str, v: Version = "", if_none_match: IfNoneMatch = ""
) -> Response:
    """As it was handed over."""
    if _is_part_of_id(request, "picture"):
        return show(request, f"{product_id}/picture")
    product = _find(request, product_id)
    is_shown = product.picture_type in SHOWN_TYPES
    sha256 = product.picture_sha256 if is_shown else None
    return _answer(request, sha256, str(product.picture_type), v, if_none_match)


@router.get(
    "/thumbnail",
    summary="The picture of a product, small",
    response_class=Response,
    responses={**PICTURE, **describe(404, 503)},
)
def show_thumbnail(
    request: Request, product_id: str, v: Version = "", if_none_match: IfNoneMatch = ""
) -> Response:
    """A JPEG for lists."""
    if _is_part_of_id(request, "thumbnail"):
        return show(request, f"{product_id}/thumbnail")
    sha256 = _find(request, product_id).thumbnail_sha256
    return _answer(request, sha256, THUMBNAIL_TYPE, v, if_none_match)


def _is_part_of_id(request: Request, name: str) -> bool:
    # A product may be called "a/picture": then the slash came as %2F.
    raw: bytes = request.scope.get("raw_path") or b""
    return raw.split(b"?")[0].lower().endswith(f"%2f{name}".encode())


def _find(request: Request, product_id: str) -> Product:
    with read_session(runtime_of(request).settings) as session:
        return get_product(session, product_id)


def _answer(
    request: Request, sha256: str | None, media_type: str, version: str, if_none_match: str
) -> Response:
    if sha256 is None:
        raise NotFoundError("NO_PICTURE", "This product has no picture.")
    is_this = version == sha256[:VERSION_LENGTH]
    lasts = "private, max-age=31536000, immutable" if is_this else "private, no-cache"
    headers = {
        "ETag": f'"{sha256}"',
        "Cache-Control": lasts,
        "Content-Disposition": "inline",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    if f'"{sha256}"' in if_none_match:
        return Response(status_code=304, headers=headers)
    path = open_files(runtime_of(request).settings).require(sha256)
    return FileResponse(path, media_type=media_type, headers=headers)
