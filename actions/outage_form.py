"""The questions of a fault report, as few as can be; what was said is not asked again, an identity never."""

from __future__ import annotations

from actions.base import Event, ServiceAction
from actions.errands import unless_down
from actions.follow_ups import await_follow_ups
from actions.form import Call, FormVisit
from actions.outage import OUTAGE_SLOTS, open_order_of
from actions.outage_known import is_running
from actions.outage_triage import BREAKER_VALUES, Beside, Dark, Told
from actions.place import PlaceForm
from actions.questions.phone import NO_PHONE, ON_FILE, declines_phone, read_phone_number, take_phone_on_file
from actions.visit import Visit
from actions.who import who_holds
from backend.models import BoundAccount


class OutageForm(PlaceForm):
    """Collects place, scope, neighbours, self-check and phone."""

    form = "outage_form"
    topic = "outage_report"
    slots = OUTAGE_SLOTS
    intents = frozenset({"outage_report", "power_quality_report"})

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if _is_back(visit):
            visit.end("utter_outage_back_by_itself")
            return
        await self.read_place(visit)
        _leave_place(visit)
        for slot in ("outage_scope", "neighbor_power"):
            _read_choice(visit, slot)
        for slot in ("fault_symptom", "breaker_state"):
            if visit.entity(slot):
                visit.fill(**{slot: visit.entity(slot)})
        if visit.entity("vulnerable_sign") and not visit.slot("care_note"):
            visit.fill(care_note=visit.entity("vulnerable_sign"))
        if visit.requested == "self_check":
            _read_self_check(visit)
        await read_phone(visit)
        await _spare_questions(visit)
        if not visit.ended:
            await _look_up(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; the customer's own switch comes before the place: it may end the report."""
        told = _told(visit)
        if told.own_switch_likely and not told.checked and not visit.slot("known_outage"):
            return "self_check"
        if not visit.slot("address"):
            return "address"
        if visit.slot("known_outage"):
            return None
        return next((slot for slot in told.questions() if not visit.slot(slot)), None)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class; the place that was taken for granted is named, and so is what was understood."""
        taken_for_granted = visit.call is Call.OPENED and visit.slot("place_account") and not visit.entity("account_no")
        if slot == "address" and slot == visit.asked and visit.changes.get("outage_scope"):
            visit.say("utter_outage_ask_address_still")
        elif slot == "address":
            await self.ask_place(visit)
        elif slot == "phone":
            await ask_phone(visit)
        elif slot == "outage_scope" and taken_for_granted:
            visit.say("utter_outage_ask_outage_scope_here", place=str(visit.slot("address")))
        else:
            visit.say(f"utter_outage_ask_{slot}")

    def reopen(self, visit: FormVisit, slot: str) -> None:
        """See base class; a place that was wrong is not the bound home either."""
        super().reopen(visit, slot)
        if slot == "address":
            visit.fill(place_account=None, area_id=None, estate=None, place_elsewhere=True, known_outage=None)

    def leave(self, visit: FormVisit) -> list[Event]:
        """See base class; a breaker that holds may fall again at the next plug."""
        events = super().leave(visit)
        held = visit.ended and visit.slot("self_check") == "restored"
        return [*events, await_follow_ups(visit, "own_fault")] if held else events


def _told(visit: FormVisit) -> Told:
    scope, beside = visit.slot("outage_scope"), visit.slot("neighbor_power")
    single, light = visit.wording.value("scope_single_home"), visit.wording.value("neighbor_has_power")
    dark = Dark.UNTOLD if not scope else Dark.ONE_HOME if scope == single else Dark.MORE
    neighbours = Beside.UNTOLD if not beside else Beside.LIGHT if beside == light else Beside.DARK_OR_UNKNOWN
    return Told(dark, neighbours, str(visit.slot("self_check") or ""))


def _is_back(visit: FormVisit) -> bool:
    """Power has come back by itself while the report was being taken."""
    said = visit.intent == "repair_update" and visit.option("repair_update") == "restored"
    return said and visit.requested not in ("self_check", "neighbor_power")


def _leave_place(visit: FormVisit) -> None:
    """ "Not here": the home that was taken for granted is let go, and where it is is asked."""
    asked_elsewhere = visit.call is Call.ANSWERED and visit.requested != "address"
    if asked_elsewhere and visit.slot("place_account") and visit.option("address") == "elsewhere":
        visit.fill(address=None, place_account=None, area_id=None, place_elsewhere=True, known_outage=None)


def _read_choice(visit: FormVisit, slot: str) -> None:
    value = visit.entity(slot) or (visit.option(slot) if visit.requested == slot else None)
    if slot == "outage_scope":
        value = _scope_said_loosely(visit) or value or visit.option("outage_scope_said")
    if value:
        visit.fill(**{slot: value})
    elif visit.requested == "neighbor_power" == slot and (visit.says_yes or visit.says_no):
        visit.fill(neighbor_power=visit.wording.value("neighbor_has_power" if visit.says_yes else "neighbor_has_none"))


def _scope_said_loosely(visit: FormVisit) -> str | None:
    """ "At mine" and "all of us" say how much is dark, once that was asked."""
    if visit.requested != "outage_scope":
        return None
    if visit.wording.is_exactly("home", visit.text):
        return visit.wording.value("scope_single_home")
    everyone = visit.option("everyone") and not visit.option("outage_scope") and not visit.entity("outage_scope")
    return visit.wording.value("scope_estate") if everyone else None


def _read_self_check(visit: FormVisit) -> None:
    """What was seen at the breaker; half an answer is met with the next half of the instruction."""
    result = visit.option("self_check")
    if result == "restored":
        visit.fill(self_check=result)
        visit.end("utter_outage_self_check_restored")
    elif result == "down":
        visit.fill(self_check=None, breaker_state=visit.wording.value("breaker_tripped"))
        visit.refuse("utter_outage_self_check_push")
    elif result == "dry":
        visit.fill(self_check=None)
        visit.refuse("utter_outage_self_check_look")
    elif result:
        visit.fill(self_check=result, breaker_state=visit.wording.value(BREAKER_VALUES[result]))
    if result == "unsafe":
        visit.say("utter_outage_self_check_unsafe")


async def _spare_questions(visit: FormVisit) -> None:
    """Who finds all this hard is asked for the place alone, who speaks of somebody frail for a phone too: the crew
    looks at the rest."""
    hard = visit.call is Call.ANSWERED and visit.option("finds_it_hard")
    frail = "care_note" in visit.changes and who_holds(visit, []).gentle
    if not hard and not frail:
        return
    visit.say("utter_outage_gentle" if hard else "utter_outage_gentle_home")
    unknown = {
        "outage_scope": visit.wording.value("scope_unknown"),
        "neighbor_power": visit.wording.value("scope_unknown"),
        "self_check": "unsure",
    }
    if hard:
        unknown["phone"] = ON_FILE if await _account_with_phone(visit) else NO_PHONE
    visit.fill(**{name: value for name, value in unknown.items() if not visit.slot(name)})


async def read_phone(visit: FormVisit) -> None:
    """Reads a phone number, or that the one on file will do, or that there is none."""
    said = visit.entity("phone")
    if said:
        visit.fill(phone=said)
    elif visit.requested == "phone":
        await _read_phone_answer(visit)
    elif visit.option("no_phone_said") and not visit.slot("phone"):
        visit.fill(phone=NO_PHONE)


async def _read_phone_answer(visit: FormVisit) -> None:
    if read_phone_number(visit, "utter_outage_phone_invalid"):
        return
    if take_phone_on_file(visit, await _account_with_phone(visit)):
        return
    if declines_phone(visit) or visit.option("no_phone_said"):
        visit.fill(phone=NO_PHONE)


async def ask_phone(visit: FormVisit) -> None:
    """Offers the phone on file by its mask, or asks for one."""
    account = await _account_with_phone(visit)
    if account:
        visit.say("utter_outage_ask_phone_on_file", phone=account.phone_masked)
    else:
        visit.say("utter_outage_ask_phone")


async def _account_with_phone(visit: FormVisit) -> BoundAccount | None:
    if visit.slot("phone_other"):
        return None
    account = await bound_place(visit)
    if account is None and visit.topic == "danger_report":
        # Wherever the danger is, the person who tells of it has a phone on file.
        bound = await unless_down(visit.bindings(), [])
        account = bound[0] if len(bound) == 1 else None
    return account if account and account.phone_masked else None


async def bound_place(visit: Visit) -> BoundAccount | None:
    """The bound account that is the place of the fault, if it is one."""
    bound = await unless_down(visit.bindings(), [])
    return next((account for account in bound if account.account_no == visit.slot("place_account")), None)


async def _look_up(visit: FormVisit) -> None:
    """As soon as the place is known: cut off, an order already open, or an outage already known."""
    if "address" not in visit.changes and "place_account" not in visit.changes:
        return
    account = await bound_place(visit)
    if account and account.status == "cut_off":
        visit.end("utter_outage_cut_off", tail=account.tail)
        return
    order = await unless_down(open_order_of(visit, account), None) if account else None
    if order:
        visit.ended = True
        return
    visit.fill(known_outage=await _running_here(visit))


async def _running_here(visit: FormVisit) -> str | None:
    account_no, area_id = str(visit.slot("place_account") or ""), str(visit.slot("area_id") or "")
    if not account_no and not area_id:
        return None
    asked = visit.backend.outages(account_no=account_no, area_id="" if account_no else area_id)
    outages = await unless_down(asked, [])
    return next((outage.outage_no for outage in outages if is_running(outage)), None)


ACTIONS: tuple[type[ServiceAction], ...] = (OutageForm,)
