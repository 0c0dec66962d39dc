"""Halls and managers as an answer names them: of the place spoken of, on the day spoken of, as they stand now."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date, timedelta

from actions.place import the_place
from actions.visit import Visit
from actions.wording import Labels
from backend.errors import NotFound
from backend.models import Hall, HallDay, Manager, ManagerContact

_WORDS = "utter_knowledge_words"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SATURDAY, _SUNDAY, _DAYS_SHOWN = 5, 6, 4
# So many characters of a hall's address in a row name it; a hall's own name begins with its place.
_NAMING, _STEM = 3, 2
_ALWAYS = "24h"


async def hall_facts(visit: Visit) -> dict[str, str]:
    """Everything an answer may say of halls: hours, the days asked for, where, telephone, services, machines."""
    words, halls = visit.wording.of(_WORDS), await _halls_meant(visit)
    asked = _days_asked(visit)
    today = visit.services.clock.now().date()
    weekend = [today + timedelta(days=ahead) for ahead in range(7)]
    usual = [day for day in weekend if day.weekday() in {_SATURDAY, _SUNDAY}]
    return {
        "halls.hours": await _hours(visit, halls, asked or [today]),
        "halls.days": await _hours(visit, halls, asked or usual),
        "halls.where": _each(words, halls, "hall_where"),
        "halls.phones": _each(words, halls, "hall_phone"),
        "halls.services": _each(words, halls, "hall_services"),
        "halls.machines": _list(words, [_machine(words, hall) for hall in halls]),
    }


async def _halls_meant(visit: Visit) -> Sequence[Hall]:
    """The halls of the place named, of the bound homes, or all of them."""
    said = " ".join((visit.text, visit.entity("address"))).strip()
    every = await visit.backend.halls()
    named = [hall for hall in every if hall.name[:_STEM] in said or _street_of(hall) & _runs(said)]
    found = named or await visit.backend.halls(text=said)
    if found:
        return found
    regions = {account.region for account in await visit.bindings()}
    return [hall for hall in every if hall.region in regions] or every


def _street_of(hall: Hall) -> set[str]:
    return _runs(hall.address.removeprefix(hall.region))


def _runs(text: str) -> set[str]:
    return {text[start : start + _NAMING] for start in range(len(text) - _NAMING + 1)}


def _days_asked(visit: Visit) -> list[date]:
    """The days the message names, by its date or by its words; none when it names none."""
    today = visit.services.clock.now().date()
    dates = [date.fromisoformat(found) for found in _DATE.findall(visit.entity("date"))]
    if dates and dates[-1] >= today:
        first = max(dates[0], today)
        return [first + timedelta(days=ahead) for ahead in range(min((dates[-1] - first).days + 1, _DAYS_SHOWN))]
    kind = visit.option("hall_day")
    if kind in {"today", "tomorrow"}:
        return [today + timedelta(days=int(kind == "tomorrow"))]
    wanted = {"saturday": {_SATURDAY}, "sunday": {_SUNDAY}, "weekend": {_SATURDAY, _SUNDAY}}.get(kind or "", set())
    week = (today + timedelta(days=ahead) for ahead in range(7))
    return [day for day in week if day.weekday() in wanted]


async def _hours(visit: Visit, halls: Sequence[Hall], days: Sequence[date]) -> str:
    words = visit.wording.of(_WORDS)
    lines: list[str] = []
    span = (days[-1] - days[0]).days + 1
    asked = (visit.backend.hall_days(hall.hall_id, first=days[0], days=span) for hall in halls)
    for hall, open_days in zip(halls, await asyncio.gather(*asked), strict=True):
        known = {day.day: day for day in open_days}
        told = (_line(visit, hall, known[day]) for day in days if day in known)
        lines.append(words["hall_days"].format(hall=hall.name, days=words["comma"].join(told)))
    return _list(words, lines)


def _line(visit: Visit, hall: Hall, day: HallDay) -> str:
    words, now = visit.wording.of(_WORDS), visit.services.clock.now()
    is_today = day.day == now.date()
    values = {"day": _day_name(visit, day.day), "hours": day.hours.replace("-", "—")}
    if not day.hours:
        line = words["hall_closed"].format(**values)
        if is_today and hall.opens_next:
            line += words["hall_opens_next"].format(moment=visit.moment(hall.opens_next))
        return line
    if not is_today:
        return words["hall_open"].format(**values)
    return words["hall_open_now" if hall.open_now else "hall_opens_later"].format(**values)


def _day_name(visit: Visit, day: date) -> str:
    words, ahead = visit.wording.of(_WORDS), (day - visit.services.clock.now().date()).days
    parts = {"date": visit.wording.day(day), "weekday": words[f"weekday_{day.weekday()}"]}
    name = {0: "today", 1: "tomorrow"}.get(ahead)
    return words["day_named"].format(name=words[name], **parts) if name else words["day_plain"].format(**parts)


def _each(words: Labels, halls: Sequence[Hall], shape: str) -> str:
    return _list(
        words,
        [
            words[shape].format(
                hall=hall.name, address=hall.address, phone=hall.phone, services=words["separator"].join(hall.services)
            )
            for hall in halls
        ],
    )


def _machine(words: Labels, hall: Hall) -> str:
    shape = "hall_machine" if hall.self_service == _ALWAYS else "hall_no_machine"
    return words[shape].format(hall=hall.name, address=hall.address)


def _list(words: Labels, lines: Sequence[str]) -> str:
    return words["stop"].join(lines) + words["full_stop"]


async def manager_facts(visit: Visit) -> dict[str, str]:
    """Who looks after the place or the bound account spoken of, or how to find out."""
    return {"manager.text": await _manager_text(visit)}


async def _manager_text(visit: Visit) -> str:
    words, named = visit.wording.of(_WORDS), visit.entity("address")
    bound = await visit.bindings()
    place = await the_place(visit, named or visit.text)
    if place is not None:
        try:
            contact = await visit.backend.grid_manager(place.area_id)
        except NotFound:
            return words["manager_unknown"]
        return _contact(words, "manager_grid", contact, place=place.estate)
    if named or not bound:
        return words["manager_unknown"]
    texts = []
    for account in bound[:2]:
        team = await visit.backend.service_team(account.account_no, visit.user)
        if team.key_account_manager:
            texts.append(_contact(words, "manager_key", team.key_account_manager))
        elif team.grid_manager:
            texts.append(_contact(words, "manager_grid", team.grid_manager, place=account.address_masked.rstrip("*")))
    return "".join(dict.fromkeys(texts)) or words["manager_unknown"]


def _contact(words: Labels, shape: str, contact: ManagerContact, **values: str) -> str:
    manager = contact.manager
    text = words[shape].format(**values, **_named(manager))
    if manager.on_duty:
        return text
    if contact.deputy and contact.reach == contact.deputy.manager_id:
        return text + words["manager_deputy"].format(**_named(contact.deputy))
    return text + words["manager_off"]


def _named(manager: Manager) -> dict[str, str]:
    return {"name": manager.name, "phone": manager.phone, "hours": manager.hours}
