"""How events look on the wire, in a list and in a webhook."""

from __future__ import annotations

from datetime import datetime

from backend.models import CompanyEvent, EventPage, EventSubscriber
from backend.wire.reading import Json


def event(content: Json) -> CompanyEvent:
    """Reads an event."""
    return CompanyEvent(
        event_id=content["event_id"],
        type=content["type"],
        at=datetime.fromisoformat(content["at"]),
        subject=content["subject"],
        account_no=content["account_no"] or "",
        area_ids=tuple(content["area_ids"]),
        data=dict(content["data"]),
    )


def event_page(content: Json) -> EventPage:
    """Reads a page of events."""
    return EventPage(tuple(event(row) for row in content["events"]), content["next_cursor"])


def subscriber(content: Json) -> EventSubscriber:
    """Reads a subscriber; only a new one has its secret."""
    texts = (content["subscriber_id"], content["url"], tuple(content["types"]), content.get("secret", ""))
    return EventSubscriber(*texts, batch=content["batch"])
