"""Outage questions: what runs, is planned, or was, at a bound account or a place; reports and promises nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.errands import unless_down
from actions.outage import planned_values, talk_of
from actions.outage_after import file_wish, wish_heard
from actions.outage_known import is_running, outage_values
from actions.place import PLACE_SLOTS, PlaceForm, the_place
from actions.visit import Visit
from backend.models import Outage, OutageHistory

_SHOWN = 2
_HISTORY_DAYS = 60
_PAST_SHOWN = 4


class OutageInfoForm(PlaceForm):
    """Asks where, and nothing else."""

    form = "outage_info_form"
    topic = "outage_info_query"
    slots = PLACE_SLOTS
    intents = frozenset({"outage_info_query"})
    question = "utter_outage_info_ask_address"


@dataclass(frozen=True)
class _Spot:
    """A place whose outages are asked about; one of the two keys says which."""

    name: str
    account_no: str = ""
    area_id: str = ""


class ShowOutages(ServiceAction):
    """Tells the outages of the place named, of the bound accounts, or asks where."""

    title = "action_show_outages"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.slot("address") and visit.slot("form_outcome") == "complete" and not visit.tracker.active_loop_name:
            events = await self._tell_asked_place(visit)
            return [*forget(*PLACE_SLOTS), *events, *take_up_paused(visit)]
        named = visit.entity("address")
        if named:
            place = await the_place(visit, named)
            if place is None:
                return open_form(visit, "outage_info_form")
            return await _tell(visit, [_Spot(place.estate, area_id=place.area_id)])
        bound = await visit.bindings()
        if not bound:
            return open_form(visit, "outage_info_form")
        return await _tell(visit, [_Spot(home.address_masked, account_no=home.account_no) for home in bound])

    async def _tell_asked_place(self, visit: Visit) -> list[Event]:
        account_no, area_id = str(visit.slot("place_account") or ""), str(visit.slot("area_id") or "")
        place = str(visit.slot("estate") or visit.slot("address"))
        if not account_no and not area_id:
            # The form takes any words while the company is down; only the company can say that it knows no such place.
            found = await the_place(visit, place)
            area_id, place = (found.area_id, found.estate) if found else ("", place)
        if not account_no and not area_id:
            visit.say("utter_outage_info_place_unknown", place=place)
            return []
        return await _tell(visit, [_Spot(place, account_no, "" if account_no else area_id)])


async def _tell(visit: Visit, spots: Sequence[_Spot]) -> list[Event]:
    """What is asked of these places: what was, or what runs and is planned, on the day asked about."""
    day = _day_asked(visit)
    today = visit.services.clock.now().date()
    if visit.option("outage_past") or (day and day < today):
        return await _tell_past(visit, spots, day)
    found: dict[str, tuple[_Spot, Outage]] = {}
    asked = (visit.backend.outages(account_no=spot.account_no, area_id=spot.area_id) for spot in spots)
    for spot, outages in zip(spots, await asyncio.gather(*asked), strict=True):
        for outage in outages:
            found.setdefault(outage.outage_no, (spot, outage))
    if visit.notice_subject in found:  # they answer the word of one outage: that one is asked about
        found = {visit.notice_subject: found[visit.notice_subject]}
    on_day = [one for one in found.values() if day is None or _is_on(one[1], day)]
    names = visit.wording.of("utter_account_words")["separator"].join(spot.name for spot in spots)
    if not found:
        visit.say(
            "utter_outage_info_none_text" if visit.option("outage_text") else "utter_outage_info_none", place=names
        )
        return []
    if day and not on_day:
        visit.say("utter_outage_info_none_on", place=names, day=visit.wording.day(day))
    shown = (on_day or list(found.values()))[:_SHOWN]
    for spot, outage in shown:
        await _tell_one(visit, spot, outage)
    spot, outage = shown[0]
    events = talk_of(visit, outage, place=spot.name, account_no=spot.account_no, area_id=spot.area_id)
    return [*events, *await _wished(visit, outage, events)]


def _day_asked(visit: Visit) -> date | None:
    said = visit.entity("date")[:10]
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def _is_on(outage: Outage, day: date) -> bool:
    start, end = outage.started or outage.planned_from, outage.restored or outage.planned_to or outage.eta
    if start is None:
        return False
    return start.date() <= day <= (end or start + timedelta(days=1)).date()


async def _tell_one(visit: Visit, spot: _Spot, outage: Outage) -> None:
    if is_running(outage):
        number = await _number_on(visit, spot, outage)
        values = {"place": spot.name, "order_no": number, **outage_values(visit, outage)}
        visit.show("utter_outage_info_running_yours" if number else "utter_outage_info_running", values)
    elif outage.planned_from and outage.planned_to:
        response = "utter_outage_info_planned_text" if visit.option("outage_text") else "utter_outage_info_planned"
        visit.show(response, planned_values(visit, outage, spot.name))


async def _number_on(visit: Visit, spot: _Spot, outage: Outage) -> str:
    """The number this customer has on a running outage already."""
    if not spot.account_no:
        return ""
    orders = await unless_down(visit.backend.open_fault_orders(visit.user, [spot.account_no]), [])
    return next((order.order_no for order in orders if order.outage_no == outage.outage_no), "")


async def _wished(visit: Visit, outage: Outage, told: list[Event]) -> list[Event]:
    """What the same message wishes of a planned outage: no promise, and the way the wish goes."""
    if is_running(outage) or not outage.planned_to:
        return []
    if visit.option("planned_file"):
        visit.tracker.slots["outage_told"] = told[0]["value"]
        return await file_wish(visit, visit.text)
    if not visit.option("planned_wish"):
        return []
    visit.say("utter_outage_planned_no_promise")
    return wish_heard(visit)


async def _tell_past(visit: Visit, spots: Sequence[_Spot], day: date | None) -> list[Event]:
    """What was: the outage of the day asked about, or how many there were and the last ones."""
    asked = (
        visit.backend.outage_history(account_no=spot.account_no, area_id=spot.area_id, days=_HISTORY_DAYS)
        for spot in spots
    )
    for spot, history in zip(spots, await asyncio.gather(*asked), strict=True):
        over = [one for one in history.outages if one.restored and one.started and (day is None or _is_on(one, day))]
        if not over:
            when = visit.wording.day(day) if day else visit.wording.day(history.since)
            visit.say("utter_outage_past_none" if day else "utter_outage_past_none_since", place=spot.name, day=when)
        elif day or len(over) == 1:
            visit.show("utter_outage_past_one", _past_values(visit, spot, over[0]))
        else:
            _tell_list(visit, spot, history, over)
    return []


def _past_values(visit: Visit, spot: _Spot, outage: Outage) -> dict[str, str | int]:
    start, end = outage.started, outage.restored
    told = {"start": visit.moment(start) if start else "", "end": visit.moment(end) if end else ""}
    return {"place": spot.name, "cause": outage.cause, **told}


def _tell_list(visit: Visit, spot: _Spot, history: OutageHistory, over: Sequence[Outage]) -> None:
    words = visit.wording.of("utter_outage_words")
    lines = "\n".join(words["past_line"].format(**_past_values(visit, spot, one)) for one in over[:_PAST_SHOWN])
    since = visit.wording.day(history.since)
    visit.say("utter_outage_past_list", place=spot.name, count=len(over), since=since, lines=lines)


ACTIONS: tuple[type[ServiceAction], ...] = (OutageInfoForm, ShowOutages)
