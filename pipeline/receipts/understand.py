"""From the text of a ticket to all that it says: fields, line items, arithmetic. No I/O."""

from pipeline.receipts.document import PageText, Reading
from pipeline.receipts.fields import extract_fields
from pipeline.receipts.fields.confirm import confirm_fields
from pipeline.receipts.items import find_items


def understand(pages: tuple[PageText, ...]) -> Reading:
    """Fields and items of the pages' text; what is not on the ticket is None or empty."""
    fields = extract_fields(pages)
    items = find_items(pages, fields)
    return Reading(confirm_fields(pages, fields, items), items)
