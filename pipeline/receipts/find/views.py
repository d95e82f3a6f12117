"""Saved views: the filters of a list under a name that is used once on its page."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from pipeline.audit import write
from pipeline.errors import ConflictError, InvalidRequestError, NotFoundError
from pipeline.models import SavedView

RECEIPTS_PAGE = "receipts"
MAX_NAME_LENGTH = 60
MAX_QUERY_LENGTH = 2_000
MAX_VIEWS = 200


def list_views(session: Session, page: str = RECEIPTS_PAGE) -> list[SavedView]:
    """The views of a page by their names."""
    by_name = func.lower(SavedView.name)
    return list(session.exec(select(SavedView).where(SavedView.page == page).order_by(by_name)))


def save_view(
    session: Session,
    name: str,
    query: str,
    *,
    actor: str,
    now: datetime,
    page: str = RECEIPTS_PAGE,
) -> SavedView:
    """Keep `query`, the query string of an address, under a new name.

    Raises InvalidRequestError VIEW_NAME_BAD, VIEW_QUERY_LONG or VIEWS_FULL, ConflictError
    VIEW_NAME_TAKEN.
    """
    name = _check_name(name)
    if len(query) > MAX_QUERY_LENGTH:
        raise InvalidRequestError("VIEW_QUERY_LONG", "These filters are too long to be saved.")
    known = list_views(session, page)
    if len(known) >= MAX_VIEWS:
        raise InvalidRequestError(
            "VIEWS_FULL",
            f"There are {MAX_VIEWS} saved views already. Delete one that nobody needs.",
            params={"most": MAX_VIEWS},
        )
    _require_free(known, name)
    view = SavedView(page=page, name=name, query=query.lstrip("?"), actor=actor, created_at=now)
    _write(session, view, name)
    _audit(session, "save", view, actor, now)
    return view


def rename_view(
    session: Session, view_id: str, name: str, *, actor: str, now: datetime
) -> SavedView:
    """Give a view another name. Raises NotFoundError VIEW_UNKNOWN, and as `save_view` does."""
    view = _get_view(session, view_id)
    name = _check_name(name)
    _require_free([one for one in list_views(session, view.page) if one.id != view_id], name)
    before, view.name = view.name, name
    _write(session, view, name)
    _audit(session, "rename", view, actor, now, before=before)
    return view


def delete_view(session: Session, view_id: str, *, actor: str, now: datetime) -> None:
    """Forget a view; the receipts that it showed stay. Raises NotFoundError VIEW_UNKNOWN."""
    view = _get_view(session, view_id)
    _audit(session, "delete", view, actor, now)
    session.delete(view)


def _audit(
    session: Session, verb: str, view: SavedView, actor: str, now: datetime, **more: str
) -> None:
    write(
        session,
        actor=actor,
        action=f"view.{verb}",
        target_type="view",
        target_id=view.id,
        detail={"name": view.name, "query": view.query, **more},
        now=now,
    )


def _get_view(session: Session, view_id: str) -> SavedView:
    view = session.exec(select(SavedView).where(col(SavedView.id) == view_id)).first()
    if view is None:
        raise NotFoundError("VIEW_UNKNOWN", "There is no saved view with this id.")
    return view


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME_LENGTH:
        raise InvalidRequestError(
            "VIEW_NAME_BAD",
            f"A saved view needs a name of 1 to {MAX_NAME_LENGTH} characters.",
            params={"most": MAX_NAME_LENGTH},
        )
    return name


def _require_free(known: list[SavedView], name: str) -> None:
    if any(view.name.casefold() == name.casefold() for view in known):
        raise _taken(name)


def _write(session: Session, view: SavedView, name: str) -> None:
    session.add(view)
    try:
        session.flush()
    except IntegrityError as error:
        # Somebody took the name since we looked.
        raise _taken(name) from error


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "VIEW_NAME_TAKEN",
        f"There is a saved view “{name}” already. Choose another name or rename that one.",
        params={"name": name},
    )
