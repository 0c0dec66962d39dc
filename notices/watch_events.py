"""What an event of the company says of a clock: an order with its limit and its warnings, a call-back. Pure."""

from __future__ import annotations

from datetime import datetime

from handoff.notices.watches import Matter
from notices.audience import CHAT_WAYS
from notices.errors import Unusable
from notices.facts import Happening
from notices.ladders import the_ladders


def order_watch(event: Happening, status: str) -> tuple[Matter | None, str]:
    """Returns the order as it is watched from now on, or the ladder that has ended; neither: it is none of ours."""
    ladders, data = the_ladders(), event.data
    ladder = ladders.order_kinds.get(data.get("kind") or "")
    if ladder and status in ladders.orders_met[ladder]:
        return None, ladder
    if not ladder or data.get("parent_no"):
        return None, ""
    if "due" not in data or not data.get("filed"):
        return None, ""
    due = _moment(data["due"]) if data["due"] else None
    return _matter(ladder, event, _moment(data["filed"]), due, _called(event, ladder)), ""


def _called(event: Happening, ladder: str) -> tuple[str, ...]:
    """The steps that the company's warning calls for; lower ones whose own warning never came are among them."""
    percents = the_ladders().kinds[ladder].percent
    if event.what == "supervised":
        return tuple(step.value for step in percents.values())
    if event.what != "warned":
        return ()
    reached = int(event.data.get("percent") or 0)
    return tuple(step.value for percent, step in percents.items() if percent <= reached)


def callback_watch(event: Happening) -> Matter:
    """Returns a call-back, until the hour that was named, or that of the house's rule."""
    call_by = event.data.get("call_by")
    return _matter("callback", event, event.at, _moment(call_by) if call_by else event.at + the_ladders().callback, ())


def _matter(kind: str, event: Happening, begins: datetime, due: datetime | None, called: tuple[str, ...]) -> Matter:
    channel, user = event.data.get("channel", ""), event.data.get("channel_user", "")
    return Matter(
        kind,
        event.subject,
        begins,
        due,
        conversation_id=f"{channel}:{user}" if channel in CHAT_WAYS and user else "",
        account_no=event.account_no,
        title=str(event.data.get("case_type") or ""),
        called=called,
    )


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Unusable(f"no moment: {value!r}") from error
    if moment.tzinfo is None:
        raise Unusable(f"a moment without a zone: {value!r}")
    return moment
