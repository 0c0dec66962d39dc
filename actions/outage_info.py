"""Outage questions: what runs or is planned at a bound account or a place; reports and promises nothing."""

from __future__ import annotations

from collections.abc import Sequence

from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.form import FormVisit
from actions.outage import is_running, outage_values
from actions.place import PLACE_SLOTS, PlaceForm, the_place
from actions.visit import Visit
from backend.models import Outage

_SHOWN = 2


class OutageInfoForm(PlaceForm):
    """Asks where, and nothing else."""

    form = "outage_info_form"
    topic = "outage_info_query"
    slots = PLACE_SLOTS
    intents = frozenset({"outage_info_query"})
    question = "utter_outage_info_ask_address"
    needs_place = True

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        await self.read_place(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return None if visit.slot("address") else "address"

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        await self.ask_place(visit)


class ShowOutages(ServiceAction):
    """Tells the outages of the place named, of the bound accounts, or asks where."""

    title = "action_show_outages"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.slot("address") and visit.slot("form_outcome") == "complete" and not visit.tracker.active_loop_name:
            await _tell_asked_place(visit)
            return [*forget(*PLACE_SLOTS), *take_up_paused(visit)]
        named = visit.entity("address")
        if named:
            place = await the_place(visit, named)
            if place is None:
                return open_form(visit, "outage_info_form")
            _tell(visit, await visit.backend.outages(area_id=place.area_id), place.estate)
            return []
        return await self._tell_bound(visit)

    async def _tell_bound(self, visit: Visit) -> list[Event]:
        bound = await visit.bindings()
        if not bound:
            return open_form(visit, "outage_info_form")
        outages: dict[str, Outage] = {}
        for account in bound:
            found = await visit.backend.outages(account_no=account.account_no)
            outages |= {outage.outage_no: outage for outage in found}
        separator = visit.wording.of("utter_account_words")["separator"]
        _tell(visit, list(outages.values()), separator.join(account.address_masked for account in bound))
        return []


async def _tell_asked_place(visit: Visit) -> None:
    account_no, area_id = str(visit.slot("place_account") or ""), str(visit.slot("area_id") or "")
    place = str(visit.slot("estate") or visit.slot("address"))
    if not account_no and not area_id:
        visit.say("utter_outage_info_place_unknown", place=place)
        return
    outages = await visit.backend.outages(account_no=account_no, area_id="" if account_no else area_id)
    _tell(visit, outages, place)


def _tell(visit: Visit, outages: Sequence[Outage], place: str) -> None:
    if not outages:
        visit.say("utter_outage_info_none", place=place)
    for outage in outages[:_SHOWN]:
        if is_running(outage):
            visit.show("utter_outage_info_running", {"place": place, **outage_values(visit, outage)})
        elif outage.planned_from and outage.planned_to:
            visit.say(
                "utter_outage_info_planned",
                place=place,
                start=visit.moment(outage.planned_from),
                end=outage.planned_to.strftime("%H:%M"),
                cause=outage.cause,
            )


ACTIONS: tuple[type[ServiceAction], ...] = (OutageInfoForm, ShowOutages)
