"""What an event of an outage means: pure, no clock but the moment it is given, no store.

The company's events carry the whole outage as it stands; the newest one is the truth. An estimate is told from the one
before, never twice the same, never one that has passed; restored stays restored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from notices.errors import Unusable
from notices.facts import Fact, Happening, Past, Reading, Values
from notices.kinds import Rules
from notices.late import with_warning
from notices.outage_places import newly_dark
from notices.outage_times import evening_before, months_before, soonest

_SCHEDULED = frozenset({"planned", "temporary", "rotating"})
_RESTORED_WORTH = timedelta(hours=24)
_FAULT_WORTH = timedelta(hours=24)
# What is true no more once power is back everywhere; that it is back somewhere, who has not heard it still hears.
_NOT_ANY_MORE = ("fault", "eta/", "progress/", "window/", "late/", "overdue/", "changed/")


def read_outage(event: Happening, past: Past, rules: Rules, now: datetime) -> Reading:
    """Returns what comes of an event.

    Raises:
        Unusable: it names no place, or its times cannot be read.
    """
    if not event.area_ids and not event.data.get("area_ids"):
        raise Unusable("the outage names no area")
    known, note = _merged(event, past.known, now)
    reading = _READERS.get(event.what, _nothing)(event, past, known, rules, now)
    reading = Reading(reading.known, reading.facts, reading.drops, reading.over, note)
    return with_warning(event, past.known, reading, rules, now)


def _merged(event: Happening, before: Values, now: datetime) -> tuple[dict[str, Any], str]:
    """Lays the event over what was known; an estimate that is older or has passed leaves the known one."""
    data, note = event.data, ""
    known = {**before, **{name: data.get(name) for name in ("kind", "status", "cause", "planned_from", "planned_to")}}
    known["restored"] = data.get("restored") or before.get("restored")
    known["area_ids"] = list(data.get("area_ids") or event.area_ids)
    known["buildings"] = list(data.get("buildings") or ())
    known["started"] = data.get("started") or before.get("started")
    known.setdefault("eta", None)
    eta, said = _time(data, "eta"), _time(data, "eta_said_at") or event.at
    older = before.get("eta_said_at") and said < datetime.fromisoformat(before["eta_said_at"])
    if eta is not None and not older:
        if eta <= min(event.at, now) and not known["restored"]:
            note = f"the estimate {eta.isoformat()} had passed when it was given"
            known["eta"] = before.get("eta")
        else:
            known["eta"], known["eta_said_at"] = eta.isoformat(), said.isoformat()
    for name in ("planned_from", "planned_to", "started", "restored"):
        _time(known, name)
    return known, note


def _announced(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    return Reading(known, _window_facts(event, known, rules, now))


def _window_facts(event: Happening, known: Values, rules: Rules, now: datetime) -> tuple[Fact, ...]:
    """The facts of an announced window: ahead, the evening before, and shortly before for those in need."""
    start = _needed(known, "planned_from")
    window = f"outage/{event.subject}/window/{start.isoformat()}"
    if known["kind"] == "rotating":
        due = soonest(now, start - rules.rotating_lead)
        return (
            _fact(event, known, f"{window}/told", "outage_rotating", now, start),
            _fact(event, known, f"{window}/soon", "outage_rotating", due, start),
        )[: 2 if due > now + rules.rotating_lead else 1]
    ahead, eve = soonest(now, start - rules.ahead), evening_before(start, rules.evening)
    facts = [_fact(event, known, f"{window}/told", "outage_planned", ahead, start)]
    if eve > ahead + timedelta(hours=2):
        facts.append(_fact(event, known, f"{window}/eve", "outage_planned_eve", eve, start))
    soon = start - rules.soon
    if soon > now:
        facts.append(_fact(event, known, f"{window}/care", "outage_planned_soon", soon, start, care_only=True))
    return tuple(facts)


def _consulting(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    """Key accounts are asked a month ahead, or at once when that has passed; nobody behind the day of the answer."""
    start, by = _needed(known, "planned_from"), _needed(event.data, "answer_by")
    ahead = min(months_before(start, rules.consult_months, rules.consult_at), by)
    given = {"answer_by": by.isoformat()}
    key = f"outage/{event.subject}/window/{start.isoformat()}/consult/{event.number}"
    kind = "outage_consult_peak" if known["kind"] == "rotating" else "outage_consult"
    fact = _fact(event, known, key, kind, soonest(now, ahead), by, given=given, care_only=True)
    return Reading(known, (fact,))


def _postponed(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    old = _window_key(event, past.known)
    drops = (f"{old}/*",) if old else ()
    fresh = _window_facts(event, known, rules, now)
    was_told = bool(old) and f"{old}/told" in past.told
    if not was_told:
        return Reading(known, fresh, drops)
    start = _needed(known, "planned_from")
    given = {"old_start": past.known["planned_from"], "old_end": past.known["planned_to"]}
    key = f"outage/{event.subject}/changed/{event.number}"
    changed = _fact(event, known, key, "outage_changed", now, start, given=given)
    return Reading(known, (changed, *(fact for fact in fresh if not fact.key.endswith("/told"))), drops)


def _cancelled(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    drops: tuple[str, ...] = (f"outage/{event.subject}/*",)
    facts: tuple[Fact, ...] = ()
    told = any(key.startswith(f"outage/{event.subject}/") for key in past.told)
    if told and known["kind"] in _SCHEDULED:
        end = _needed(known, "planned_to")
        given = {"old_start": known["planned_from"], "old_end": known["planned_to"]}
        key = f"outage/{event.subject}/cancelled"
        facts = (_fact(event, known, key, "outage_cancelled", now, max(end, now), given=given),)
    elif told:
        key = f"outage/{event.subject}/false"
        facts = (_fact(event, known, key, "outage_false", now, event.at + _FAULT_WORTH),)
    return Reading(known, facts, drops, over=True)


def _raised(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    key = f"outage/{event.subject}/fault"
    told = _fact(event, known, key, "outage_fault", now, event.at + _FAULT_WORTH)
    return Reading(known, (told, _progress(event, known, rules, now)))


def _progress(event: Happening, known: Values, rules: Rules, now: datetime) -> Fact:
    started = datetime.fromisoformat(known.get("started") or event.at.isoformat())
    due = started + rules.progress_after
    while due < now:
        due += rules.progress_every
    key = f"outage/{event.subject}/progress/{due.isoformat()}"
    return _fact(event, known, key, "outage_progress", due, due + rules.progress_every)


def _updated(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    if not past.known and known["kind"] not in _SCHEDULED:
        return _raised(event, past, known, rules, now)  # its beginning was missed: they hear of it as it is now
    old, new = past.known.get("eta"), known["eta"]
    if known["kind"] in _SCHEDULED or new is None or old == new:
        return Reading(known)
    key = f"outage/{event.subject}/eta/{event.number}"
    kind, given = ("outage_eta_changed", {"old_eta": old, "eta": new}) if old else ("outage_eta", {"eta": new})
    until = min(event.at + _FAULT_WORTH, datetime.fromisoformat(new))  # an estimate that has passed is told to nobody
    return Reading(known, (_fact(event, known, key, kind, now, until, given=given),))


def _widened(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    """Whoever is dark since now hears what the others heard; the others hear nothing new."""
    fresh, besides = newly_dark(past.known, known)
    if not fresh:
        return _updated(event, past, known, rules, now)
    if known["kind"] in _SCHEDULED:
        start = _needed(known, "planned_from")
        key = f"outage/{event.subject}/window/{start.isoformat()}/wider/{event.number}"
        due = soonest(now, start - rules.ahead)
        fact = _fact(event, known, key, "outage_planned", due, start, given=besides, areas=fresh)
    else:
        key = f"outage/{event.subject}/fault/wider/{event.number}"
        until = event.at + _FAULT_WORTH
        fact = _fact(event, known, key, "outage_fault", now, until, given=besides, areas=fresh)
    return Reading(known, (fact,))


def _late(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    if known["kind"] not in _SCHEDULED:
        old = past.known.get("eta")
    else:
        old = past.known.get("late_told") or past.known.get("planned_to") or known.get("planned_to")
    new = known["eta"]
    if old is None or new is None or datetime.fromisoformat(new) <= datetime.fromisoformat(old):
        return Reading(known)
    known["late_told"] = new
    key = f"outage/{event.subject}/late/{event.number}"
    given = {"old_end": old, "end": new}
    return Reading(known, (_fact(event, known, key, "outage_late", now, event.at + _FAULT_WORTH, given=given),))


def _partly(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    return _back(event, past, known, event.area_ids, over=False, now=now)


def _restored(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    reading = _back(event, past, known, tuple(known["area_ids"]), over=True, now=now)
    if known["kind"] != "fault":
        return reading
    key = f"outage/{event.subject}/frequent"
    due, whole = now + rules.frequent_after, tuple(known["area_ids"])
    sorry = _fact(event, known, key, "outage_frequent", due, event.at + _RESTORED_WORTH, areas=whole)
    return Reading(reading.known, (*reading.facts, sorry), reading.drops, over=True)


def _back(
    event: Happening, past: Past, known: dict[str, Any], areas: tuple[str, ...], *, over: bool, now: datetime
) -> Reading:
    already = set(past.known.get("back", ()))
    fresh = tuple(area for area in (areas or tuple(known["area_ids"])) if area not in already)
    known["back"] = sorted(already | set(fresh))
    drops = tuple(f"outage/{event.subject}/{part}*" for part in _NOT_ANY_MORE) if over else ()
    if not fresh:
        return Reading(known, (), drops, over=over)
    key = f"outage/{event.subject}/restored/{event.number}"
    given = {"restored": known.get("restored") or event.at.isoformat()}
    fact = _fact(event, known, key, "outage_restored", now, event.at + _RESTORED_WORTH, given=given, areas=fresh)
    return Reading(known, (fact,), drops, over=over)


def _merged_away(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    return Reading(known, (), (f"outage/{event.subject}/*",), over=True)


def _nothing(event: Happening, past: Past, known: dict[str, Any], rules: Rules, now: datetime) -> Reading:
    return Reading(known)


def _window_key(event: Happening, known: Values) -> str:
    start = known.get("planned_from")
    return f"outage/{event.subject}/window/{datetime.fromisoformat(start).isoformat()}" if start else ""


def _fact(
    event: Happening,
    known: Values,
    key: str,
    kind: str,
    due: datetime,
    until: datetime,
    *,
    given: Mapping[str, Any] | None = None,
    areas: tuple[str, ...] = (),
    care_only: bool = False,
) -> Fact:
    named = areas or tuple(area for area in known["area_ids"] if area not in known.get("back", ()))
    dark = tuple(place for place in known["buildings"] if place["area_id"] in named)
    return Fact(
        key,
        kind,
        f"outage/{event.subject}",
        due,
        until,
        given or {},
        area_ids=named,
        buildings=dark,
        care_only=care_only,
    )


def _needed(known: Values, name: str) -> datetime:
    found = _time(known, name)
    if found is None:
        raise Unusable(f"the outage has no {name}")
    return found


def _time(values: Values, name: str) -> datetime | None:
    value = values.get(name)
    if value in (None, ""):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Unusable(f"{name} is no moment: {value!r}") from error
    if moment.tzinfo is None:
        raise Unusable(f"{name} has no zone: {value!r}")
    return moment


_READERS = {
    "announced": _announced,
    "consulting": _consulting,
    "postponed": _postponed,
    "cancelled": _cancelled,
    "raised": _raised,
    "updated": _updated,
    "widened": _widened,
    "late": _late,
    "partly_restored": _partly,
    "restored": _restored,
    "merged": _merged_away,
    "started": _nothing,
    "word_overdue": _nothing,
}
