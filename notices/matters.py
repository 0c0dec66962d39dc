"""What an event of one account's own matter means: bills, arrears, power cut and back, visits, orders, applications."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from notices import unsaid
from notices.errors import Unusable
from notices.facts import Fact, Happening, Past, Reading
from notices.kinds import Book
from notices.watch_events import callback_watch, order_watch

_DAY = timedelta(days=1)
_STEPS = {
    "low": ("balance_low", 2 * _DAY),
    "reminded": ("arrears_reminded", 3 * _DAY),
    "letter": ("arrears_letter", 3 * _DAY),
    "final": ("arrears_final", timedelta(minutes=30)),
}
_STORY_ENDS = frozenset({"settled", "withdrawn"})


def read_matter(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    """Returns what comes of an event of these families; None: customers need not hear of it.

    Raises:
        Unusable: it lacks what its words need.
    """
    reader = _READERS.get(event.family)
    return reader(event, past, book, now) if reader else None


def _bill(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    data = event.data
    given = {"month": data["period"], "kwh": data["kwh"], "total": data["total"], "due": data["due"]}
    given["year"] = data.get("year", [])
    kind = "bill_corrected" if event.what == "corrected" else "bill_issued"
    key = f"bill/{event.account_no}/{data['period']}/{event.what}" + (f"/{event.number}" if past.known else "")
    story = f"bill/{event.account_no}/{data['period']}"
    return Reading({"total": data["total"]}, (_own(event, key, kind, story, now, 7 * _DAY, given),))


def _supply(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    story = f"supply/{event.account_no}"
    drops = (f"{story}/*",)
    if event.what == "reconnected":
        return Reading({"step": "back"}, (_own(event, _key(event), "supply_back", story, now, _DAY, {}),), drops)
    if event.what == "cut":
        given = {"amount": event.data["amount"]}
        return Reading({"step": "cut"}, (_own(event, _key(event), "supply_cut", story, now, _DAY, given),), drops)
    step = event.data.get("step", "")
    if event.what != "notice" or step in _STORY_ENDS:
        return Reading({"step": step}, (), drops if step in _STORY_ENDS else ())
    if step not in _STEPS:
        return None
    kind, worth = _STEPS[step]
    given = {name: event.data.get(name) for name in ("amount", "balance", "cut_on")}
    return Reading({"step": step}, (_own(event, _key(event), kind, story, now, worth, given),))


def _appointment(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    kind = {"reminded": "appointment_eve", "postponed": "appointment_postponed"}.get(event.what)
    story = f"appointment/{event.subject}"
    over = event.what in ("cancelled", "visited")
    if kind is None:
        return Reading({"status": event.what}, (), (f"{story}/*",), over=over)
    given = {"day": event.data["day"], "period": _period(book, event.data["period"]), "subject": event.subject}
    starts = _moment(event.data["starts"])
    fact = Fact(_key(event), kind, story, now, max(starts, now), given, account_no=event.account_no)
    return Reading({"status": event.what}, (fact,))


def _order(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    """Steps go to who asked; a fault's own steps are told to its reporter only, its outage to everybody concerned."""
    status = "closed" if event.what == "closed" else event.data.get("status", "")
    known = {"status": status}
    watch, over = order_watch(event, status)
    facts = unsaid.filed(event, now)
    if status in book.order_states and status != past.known.get("status"):
        given = {"subject": event.subject, "status": book.order_states[status]}
        fact = _to_asker(event, f"order/{event.subject}/{status}/{event.number}", "order_step", now, given)
        facts = (*facts, fact) if fact else facts
    elif not (watch or over) and event.what not in ("advanced", "closed", "replied", "opened"):
        return None
    return Reading(known, facts, watch=watch, watch_over=over)


def _callback(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    """Nothing is told of a call-back as such: it is watched until somebody has called."""
    if event.what == "asked":
        return Reading({"state": "open"}, watch=callback_watch(event))
    return Reading({"state": event.what}, over=True, watch_over="callback")


def _application(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    data, over = event.data, event.what in ("archived", "withdrawn", "terminated")
    known = {"status": data["status"]}
    if event.what in ("submitted", "withdrawn") or data["status"] == past.known.get("status"):
        return Reading(known, over=over)  # they did it themselves just now
    kind, given = "application_stage", {"subject": event.subject, "status": data["status_name"]}
    if event.what == "returned":
        names = [str(paper.get("name", "")) if isinstance(paper, dict) else str(paper) for paper in data["missing"]]
        kind, given = "application_returned", {"subject": event.subject, "missing": ", ".join(filter(None, names))}
    fact = _to_asker(event, f"application/{event.subject}/{event.number}", kind, now, given)
    return Reading(known, (fact,) if fact else (), over=over)


def _to_asker(event: Happening, key: str, kind: str, now: datetime, given: dict[str, Any]) -> Fact | None:
    """Who asked by a channel is told there; who did not, as the account's own people; nobody known: nobody."""
    channel, user = event.data.get("channel", ""), event.data.get("channel_user", "")
    person = f"{channel}:{user}" if channel and user else ""
    if not (person or event.account_no):
        return None
    story = f"{event.family}/{event.subject}"
    return Fact(key, kind, story, now, event.at + 3 * _DAY, given, account_no=event.account_no, person=person)


def _own(
    event: Happening, key: str, kind: str, story: str, now: datetime, worth: timedelta, given: dict[str, Any]
) -> Fact:
    if not event.account_no:
        raise Unusable(f"{event.type} names no account")
    return Fact(key, kind, story, now, event.at + worth, given, account_no=event.account_no)


def _key(event: Happening) -> str:
    subject = event.account_no if event.family == "supply" else event.subject
    return f"{event.family}/{subject}/{event.what}/{event.number}"


def _period(book: Book, period: str) -> str:
    return book.periods.get(period, period)


def _moment(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Unusable(f"no moment: {value!r}") from error


def _points(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    if event.what != "expiring":
        return None
    given = {"points": event.data["points"], "expires": event.data["expires_on"]}
    story = f"points/{event.account_no}"
    fact = _own(event, f"points/{event.subject}/expiring", "points_expiring", story, now, 20 * _DAY, given)
    return Reading({"points": event.data["points"]}, (fact,))


def _usage(event: Happening, past: Past, book: Book, now: datetime) -> Reading | None:
    if event.what != "noted":
        return None
    given = {name: event.data[name] for name in ("since", "until", "kwh")}
    fact = _own(event, f"usage/{event.subject}", "usage_ten_days", f"usage/{event.account_no}", now, 3 * _DAY, given)
    return Reading({}, (fact,))


_READERS: dict[str, Callable[[Happening, Past, Book, datetime], Reading | None]] = {
    "bill": _bill,
    "supply": _supply,
    "appointment": _appointment,
    "order": _order,
    "application": _application,
    "callback": _callback,
    "points": _points,
    "usage": _usage,
}
