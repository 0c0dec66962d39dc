"""Pictures waiting for the order they belong to: kept while a business goes on, added to its order when it is filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from rasa_sdk.events import SlotSet

from actions.visit import Visit
from backend.errors import BackendError
from backend.models import Picture
from conversation.message import Attachment

Event = dict[str, Any]
MOST_KEPT = 9
# A picture of yesterday does not belong to today's order.
_FRESH = timedelta(hours=12)
# What is neither a picture nor a voice and has a sentence of its own.
OTHER_KINDS = frozenset({"video", "sticker"})


def pending(visit: Visit) -> list[dict[str, Any]]:
    """The pictures that wait for an order, oldest first."""
    since = visit.services.clock.now() - _FRESH
    return [one for one in visit.slot("pending_pictures") or [] if datetime.fromisoformat(one["at"]) >= since]


def with_picture(visit: Visit, picture: Attachment) -> list[dict[str, Any]]:
    """What waits when this picture waits as well; the newest nine."""
    one = {**picture.to_wire(), "at": visit.services.clock.now().isoformat()}
    others = [kept for kept in pending(visit) if kept["media_id"] != picture.media_id]
    return [*others, one][-MOST_KEPT:]


async def attach_pending(visit: Visit, order_no: str) -> list[Event]:
    """Adds the pictures that wait to an order just filed and says so; to be called by every skill that files one.

    An order that stands is worth more than its pictures: when they cannot be added the customer is told, and no more.
    """
    waiting = pending(visit)
    if not waiting or not order_no:
        return []
    added = await attach(visit, order_no, [Attachment.from_wire(one) for one in waiting])
    if added:
        visit.say("utter_media_attached", count=len(waiting), order_no=order_no)
        return [SlotSet("pending_pictures", None)]
    visit.say("utter_media_not_attached", order_no=order_no)
    return []


async def attach(visit: Visit, order_no: str, pictures: Sequence[Attachment]) -> bool:
    """Adds pictures to an order of this customer; returns whether the company took them all."""
    try:
        for one in pictures:
            picture = Picture(one.media_id, one.name, one.mime, one.size)
            key = visit.key(f"attach/{one.media_id}")
            await visit.backend.attach(order_no, picture, user=visit.user, idempotency_key=key)
    except BackendError as error:
        structlog.get_logger().error("actions.media.not_attached", order_no=order_no, error_code=error.code)
        return False
    return True


async def receive_in_form(visit: Visit) -> dict[str, Any]:
    """Takes what a form's question is not answered by: says that it came, keeps a picture; returns slots to fill."""
    picture = visit.attachment
    if picture is None:
        visit.say("utter_media_place_not_now")
    elif picture.kind != "image":
        say_kind(visit, picture.kind)
    elif not await _added_to_danger(visit, picture):
        visit.say("utter_media_kept")
        return {"pending_pictures": with_picture(visit, picture)}
    return {}


async def _added_to_danger(visit: Visit, picture: Attachment) -> bool:
    """The urgent order is there before its form ends, and its crew looks at once."""
    order_no = str(visit.slot("danger_order") or "") if visit.topic == "danger_report" else ""
    added = bool(order_no) and await attach(visit, order_no, [picture])
    if added:
        visit.say("utter_media_added", order_no=order_no)
    return added


def say_kind(visit: Visit, kind: str) -> None:
    """Answers what cannot be looked at kindly, with the way that works."""
    named = kind if kind in OTHER_KINDS or kind == "voice" else "file"
    visit.say(f"utter_media_{named}")
