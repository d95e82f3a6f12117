"""Inbox in a real browser: drop, watch, come back, cancel, retry."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

from babel.dates import format_date
from playwright.sync_api import BrowserContext, Locator, Page, expect
from rapidfuzz.fuzz import partial_ratio
from sqlmodel import select

from pipeline.models import Job, JobStatus, Receipt
from pipeline.store import write_session
from tests.e2e.conftest import SAMPLES, settle, take_screenshot
from tests.support.server import Server, start_server
from tests.support.uploads import draw_receipt

PICTURES = sorted(SAMPLES.glob("*.jpg"))
ENDED = re.compile("^(done|needs-me)$")
# As many as app_pages/inbox.py shows; importing a page would draw it.
SHOWN_CARDS = 24
READ_ALL_MS = 120_000
SAME_RATIO = 90.0
# Seven of eight leave room for the picture that is blurred on purpose.
LEAST_RIGHT = 7


def test_dropped_receipts_show_every_field_live(server: Server, page: Page) -> None:
    page.goto(f"{server.base_url}/inbox")
    drop(page, *PICTURES)

    expect(page.locator(".card")).to_have_count(len(PICTURES))
    expect(page.locator('.card[data-state="running"] .bar').first).to_be_visible()
    for picture in PICTURES:
        card = card_of(page, picture.name)
        expect(card).to_have_attribute("data-state", ENDED, timeout=READ_ALL_MS)
        expect(card.locator(".frame img")).not_to_have_js_property("naturalWidth", 0)
        for part in (".title-text", ".day", ".total", ".confidence"):
            expect(card.locator(part)).not_to_be_empty()
    expect(page.get_by_text("Everything is read")).to_be_visible()
    take_screenshot(page, "inbox")

    shown = [read_card(card_of(page, picture.name)) for picture in PICTURES]
    truth = [read_truth(picture) for picture in PICTURES]
    for part in ("merchant", "day", "total"):
        right = sum(
            resemble(one[part], other[part]) for one, other in zip(shown, truth, strict=True)
        )
        assert right >= LEAST_RIGHT, (part, shown, truth)


def test_a_batch_is_still_there_when_the_tab_was_closed_in_the_middle(
    server: Server, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(f"{server.base_url}/inbox")
    drop(tab, *PICTURES[:3])
    expect(tab.locator(".card")).to_have_count(3)
    tab.close()

    again = context.new_page()
    again.goto(f"{server.base_url}/inbox")
    for picture in PICTURES[:3]:
        expect(card_of(again, picture.name)).to_have_attribute(
            "data-state", ENDED, timeout=READ_ALL_MS
        )
    expect(again.locator(".card")).to_have_count(3)


def test_samples_fill_an_empty_inbox(tmp_path: Path, page: Page) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as waiting_server:
        page.goto(f"{waiting_server.base_url}/inbox")
        expect(page.get_by_text("Drop receipts here")).to_be_visible()
        expect(page.get_by_role("button", name="Choose files")).to_be_visible()
        page.get_by_role("button", name="Try with sample receipts").click()
        expect(page.locator('.card[data-state="waiting"]')).to_have_count(len(PICTURES))


def test_a_refused_file_shows_its_sentence_and_the_others_go_on(
    quiet_server: Server, page: Page, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.jpg"
    letter.write_text("Dear reader, this is no picture.")
    empty = tmp_path / "empty.png"
    empty.touch()
    good = draw(tmp_path, "good-one.jpg")
    page.goto(f"{quiet_server.base_url}/inbox")
    drop(page, letter, good, empty)

    refused = page.locator(".st-key-refused")
    expect(refused).to_contain_text("2 files were not taken")
    expect(refused).to_contain_text("letter.jpg")
    expect(refused).to_contain_text("This file is not a picture or a PDF.")
    expect(refused).to_contain_text("The file is empty.")
    expect(card_of(page, good.name)).to_have_attribute("data-state", "waiting")
    refused.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("files were not taken")).to_have_count(0)


def test_a_disk_without_room_is_named_beside_every_dropped_file(tmp_path: Path, page: Page) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as full_server:
        page.goto(f"{full_server.base_url}/inbox")
        expect(page.get_by_text("Drop receipts here")).to_be_visible()
        # No file finds room in a folder that is none.
        shutil.rmtree(full_server.settings.incoming_dir, ignore_errors=True)
        full_server.settings.incoming_dir.touch()
        drop(page, draw(tmp_path, "first.jpg"), draw(tmp_path, "second.jpg"))
        refused = page.locator(".st-key-refused")
        expect(refused).to_contain_text("2 files were not taken")
        expect(refused.get_by_text("There is no room to keep this file.")).to_have_count(2)


def test_the_headline_counts_beyond_the_cards(tmp_path: Path, page: Page) -> None:
    with start_server(tmp_path / "data", COMPTOIR_WORKER="external") as waiting_server:
        hand_over(waiting_server, SHOWN_CARDS + 2)
        end_as_unsure(waiting_server)
        page.goto(f"{waiting_server.base_url}/inbox")
        expect(page.locator(".card")).to_have_count(SHOWN_CARDS)
        expect(page.get_by_text(f"{SHOWN_CARDS + 2} to look at")).to_be_visible()


def test_each_dropped_file_is_submitted_once(
    quiet_server: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{quiet_server.base_url}/inbox")
    drop(page, draw(tmp_path, "once-first.jpg"))
    expect(card_of(page, "once-first.jpg")).to_be_visible()
    drop(page, draw(tmp_path, "once-second.jpg"))
    expect(card_of(page, "once-second.jpg")).to_be_visible()
    page.reload()
    expect(card_of(page, "once-second.jpg")).to_have_count(1)
    expect(card_of(page, "once-first.jpg")).to_have_count(1)


def test_a_file_that_is_there_already_leads_to_its_receipt(
    quiet_server: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{quiet_server.base_url}/inbox")
    drop(page, draw(tmp_path, "known-before.jpg"))
    expect(card_of(page, "known-before.jpg")).to_be_visible()
    drop(page, draw(tmp_path, "known-before.jpg"))
    known = page.locator(".st-key-known")
    expect(known).to_contain_text("1 file was here already")
    expect(card_of(page, "known-before.jpg")).to_have_count(1)
    known.get_by_role("link", name="Open the receipt").click()
    expect(page.get_by_role("heading", name="known-before.jpg")).to_be_visible()


def test_a_waiting_receipt_is_cancelled_and_run_again(
    quiet_server: Server, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{quiet_server.base_url}/inbox")
    drop(page, draw(tmp_path, "change-of-mind.jpg"))
    card = card_of(page, "change-of-mind.jpg")
    card.get_by_role("button", name="Cancel change-of-mind.jpg").click()
    expect(card.locator(".badge")).to_have_text("Cancelled")
    card.get_by_role("button", name="Retry change-of-mind.jpg").click()
    expect(card.locator(".badge")).to_have_text("Waiting")


def drop(page: Page, *files: Path) -> None:
    """Hand files to the drop zone as a drop does."""
    # The box is replaced once it was emptied: what is dropped on the old one is lost.
    settle(page)
    page.locator("input[type=file]").set_input_files(files)


def draw(folder: Path, name: str) -> Path:
    """A small receipt of its own."""
    file = folder / name
    file.write_bytes(draw_receipt(name))
    return file


def hand_over(server: Server, count: int) -> None:
    """That many receipts by HTTP."""
    with server.client() as client:
        for number in range(count):
            picture = ("many.jpg", draw_receipt(f"NUMBER {number}"))
            client.post("/api/v1/receipts/analyze", files={"image": picture}).raise_for_status()


def end_as_unsure(server: Server) -> None:
    """Write down every receipt as read and in need of a look, as a worker would."""
    with write_session(server.settings) as session:
        for job in session.exec(select(Job)).all():
            job.status, job.started_at = JobStatus.COMPLETED, job.created_at
            job.finished_at = job.created_at
            session.add(
                Receipt(
                    job_id=job.id,
                    upload_id=job.upload_id,
                    confidence=0.4,
                    needs_review=True,
                    review_reasons=["NO_TOTAL"],
                    fields={},
                    pages=[],
                    ocr_engine="rapidocr",
                    ocr_confidence=0.4,
                    processing_time_s=1.0,
                    created_at=job.created_at,
                )
            )


def card_of(page: Page, file_name: str) -> Locator:
    """The card that names this file, as title or beside the date."""
    return page.locator(".card").filter(has_text=file_name)


def read_card(card: Locator) -> dict[str, str]:
    """What a card shows, in the form of `read_truth`."""
    return {
        "merchant": squeeze(card.locator(".title-text").inner_text()),
        "day": card.locator(".day").inner_text(),
        "total": re.sub(r"[^\d.]", "", card.locator(".total").inner_text()),
    }


def read_truth(picture: Path) -> dict[str, str]:
    """What a sample says, from the JSON beside it."""
    truth = json.loads(picture.with_suffix(".json").read_text())
    return {
        "merchant": squeeze(truth["merchant"]),
        "day": format_date(date.fromisoformat(truth["date"]), "d MMM y", locale="en_GB"),
        "total": truth["total"],
    }


def resemble(shown: str, truth: str) -> bool:
    """Whether a text is the other or a part of it, give or take a letter that was misread."""
    return partial_ratio(shown, truth) >= SAME_RATIO


def squeeze(name: str) -> str:
    """A name without case, spaces and signs, which engines read this way or that."""
    return re.sub(r"\W", "", name).casefold()


def test_a_paused_queue_says_so_and_goes_on_when_it_is_resumed(server: Server, page: Page) -> None:
    with server.client() as client:
        paused = {"reason": "the scanner is cleaned"}
        assert client.post("/api/v1/queues/documents/pause", json=paused).status_code == 200
    page.goto(f"{server.base_url}/inbox")
    drop(page, PICTURES[0])

    expect(page.get_by_text("Paused by a program: the scanner is cleaned")).to_be_visible()
    expect(page.get_by_text("Waiting: 1 receipt")).to_be_visible()
    expect(page.locator(".card")).to_have_attribute("data-state", "waiting")
    with server.client() as client:
        assert client.post("/api/v1/queues/documents/resume", json={}).status_code == 200

    expect(page.locator(".card")).to_have_attribute("data-state", ENDED, timeout=READ_ALL_MS)
    expect(page.get_by_text("Reading is paused.")).to_be_hidden(timeout=15_000)
