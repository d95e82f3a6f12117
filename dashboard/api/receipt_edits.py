"""`/receipts/{requestId}`: corrections and their audit, duplicates, line rules, reading again."""

from fastapi import APIRouter, Request
from sqlmodel import Session

from dashboard.api.envelope import (
    Envelope,
    JsonResponse,
    language_of,
    new_exchange_id,
    success_response,
)
from dashboard.api.errors import describe
from dashboard.api.receipt_answers import ReceiptResult, receipt_result
from dashboard.api.receipt_edit_answers import (
    AppliedRule,
    ChangeList,
    CorrectedReceipt,
    CorrectionBody,
    DuplicateBody,
    ReextractAnswer,
    ReextractBody,
    RuleEffect,
    applied_rule,
    change_item,
    reextract_answer,
)
from dashboard.api.receipts import find_receipt_job
from dashboard.api.scopes import actor_of
from dashboard.runtime import runtime_of
from pipeline.clock import utc_now
from pipeline.errors import ConflictError
from pipeline.models import Job, Receipt
from pipeline.receipts.reextract import submit_reextract
from pipeline.receipts.review.apply_rule import affected_by, carry_rule
from pipeline.receipts.review.corrections import apply_edits, list_changes
from pipeline.receipts.review.line_rules import find_rule
from pipeline.store import read_session, write_session

router = APIRouter(prefix="/receipts", tags=["corrections"])


@router.patch(
    "/{request_id}",
    summary="Correct a receipt",
    response_model=Envelope[CorrectedReceipt],
    responses=describe(400, 404, 409, 413, 422, 503),
)
def correct(request: Request, request_id: str, body: CorrectionBody) -> JsonResponse:
    """All of it or nothing. Sums, footprint and reasons for review follow; OCR does not run."""
    settings = runtime_of(request).settings
    edits = body.to_edits()
    with write_session(settings) as session:
        job = find_read_job(session, request_id)
        receipt = apply_edits(
            session,
            request_id,
            edits,
            actor=actor_of(request),
            now=utc_now(),
            settings=settings,
            revision=body.revision,
        )
        said = [item.id for item in body.items if item.id and (item.factor_id or item.category)]
        rules = [_effect(session, request_id, item_id) for item_id in said]
        result = receipt_result(job, receipt, language_of(request))
    shown = {name: getattr(result, name) for name in result.model_fields_set}
    return success_response(request, CorrectedReceipt(**shown, rules=rules), request_id)


@router.get(
    "/{request_id}/changes",
    summary="Who changed what on a receipt",
    response_model=Envelope[ChangeList],
    responses=describe(404, 503),
)
def show_changes(request: Request, request_id: str) -> JsonResponse:
    """Every correction and decision, newest first."""
    with read_session(runtime_of(request).settings) as session:
        find_receipt_job(session, request_id)
        items = [change_item(change) for change in list_changes(session, request_id)]
    return success_response(request, ChangeList(total=len(items), page=1, items=items), request_id)


@router.post(
    "/{request_id}/duplicate",
    summary="Keep or discard a possible duplicate",
    response_model=Envelope[ReceiptResult],
    responses=describe(400, 404, 409, 413, 422, 503),
)
def decide_duplicate(request: Request, request_id: str, body: DuplicateBody) -> JsonResponse:
    """A discarded receipt leaves lists, figures and exports; it is kept, and can come back."""
    settings = runtime_of(request).settings
    with write_session(settings) as session:
        job = find_read_job(session, request_id)
        receipt = apply_edits(
            session,
            request_id,
            [body.to_edit()],
            actor=actor_of(request),
            now=utc_now(),
            settings=settings,
        )
        result = receipt_result(job, receipt, language_of(request))
    return success_response(request, result, request_id)


@router.post(
    "/{request_id}/items/{item_id}/apply-rule",
    summary="Carry what was said of a line to the merchant's other receipts",
    response_model=Envelope[AppliedRule],
    responses=describe(404, 409, 503),
)
def apply_rule(request: Request, request_id: str, item_id: str) -> JsonResponse:
    """Some are changed at once; many become a job."""
    runtime = runtime_of(request)
    with read_session(runtime.settings) as session:
        find_read_job(session, request_id)
    applied = carry_rule(runtime.settings, runtime.doorbell, request_id, item_id, actor_of(request))
    return success_response(request, applied_rule(applied), request_id)


@router.post(
    "/reextract",
    status_code=202,
    summary="Understand many receipts anew",
    response_model=Envelope[ReextractAnswer],
    responses=describe(400, 413, 422, 503),
)
def reextract_many(request: Request, body: ReextractBody) -> JsonResponse:
    """From the text that was read, without OCR; what persons corrected stays."""
    runtime = runtime_of(request)
    with read_session(runtime.settings) as session:
        ids, total = body.find_ids(session)
    done = submit_reextract(runtime.settings, runtime.doorbell, ids, actor_of(request))
    answer = reextract_answer(done, total - len(done))
    return success_response(request, answer, new_exchange_id(), 202)


@router.post(
    "/{request_id}/reextract",
    status_code=202,
    summary="Understand a receipt anew",
    response_model=Envelope[ReextractAnswer],
    responses=describe(404, 409, 503),
)
def reextract(request: Request, request_id: str) -> JsonResponse:
    """From the text that was read, without OCR; what persons corrected stays."""
    runtime = runtime_of(request)
    with read_session(runtime.settings) as session:
        find_read_job(session, request_id)
    done = submit_reextract(runtime.settings, runtime.doorbell, [request_id], actor_of(request))
    return success_response(request, reextract_answer(done, 0), request_id, 202)


def find_read_job(session: Session, request_id: str) -> Job:
    """The job of a receipt that was read.

    Raises NotFoundError JOB_UNKNOWN, or ConflictError RECEIPT_NOT_READ.
    """
    job = find_receipt_job(session, request_id)
    if session.get(Receipt, request_id) is None:
        raise ConflictError("RECEIPT_NOT_READ", "This receipt is not read yet. Wait until it is.")
    return job


def _effect(session: Session, request_id: str, item_id: str) -> RuleEffect:
    rule = find_rule(session, request_id, item_id)
    others = affected_by(session, rule) if rule else []
    return RuleEffect(item_id=item_id, other_receipts=len(others))
