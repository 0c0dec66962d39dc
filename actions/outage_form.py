"""The questions of a fault report, as few as can be; what was said is not asked again, an identity never."""

from __future__ import annotations

from actions.base import ServiceAction
from actions.errands import unless_down
from actions.form import FormVisit
from actions.outage import OUTAGE_SLOTS, is_running, open_order_of
from actions.place import PlaceForm
from actions.visit import Visit
from actions.wording import PHONE
from backend.models import BoundAccount

PHONE_ON_FILE, NO_PHONE = "on_file", "none"
# A run of digits this long was meant as a phone number.
_PHONE_LIKE = 5
# How the answer to the self-check is written on the order (words/outage.yml, values).
_BREAKER_VALUES = {"failed": "breaker_failed", "not_tripped": "breaker_not_tripped", "unsure": "breaker_not_seen"}


class OutageForm(PlaceForm):
    """Collects place, scope, neighbours, self-check and phone."""

    form = "outage_form"
    topic = "outage_report"
    slots = OUTAGE_SLOTS
    intents = frozenset({"outage_report", "power_quality_report"})

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        await self.read_place(visit)
        for slot in ("outage_scope", "neighbor_power"):
            _read_choice(visit, slot)
        if visit.entity("fault_symptom"):
            visit.fill(fault_symptom=visit.entity("fault_symptom"))
        if visit.entity("breaker_state"):
            visit.fill(breaker_state=visit.entity("breaker_state"))
        if visit.requested == "self_check":
            _read_self_check(visit)
        await read_phone(visit)
        if not visit.ended:
            await _look_up(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        if not visit.slot("address"):
            return "address"
        if visit.slot("known_outage"):
            return None
        return next((slot for slot in self._questions(visit) if not visit.slot(slot)), None)

    def _questions(self, visit: FormVisit) -> list[str]:
        alone = visit.slot("outage_scope") == visit.wording.value("scope_single_home")
        own_fault_likely = alone and visit.slot("neighbor_power") == visit.wording.value("neighbor_has_power")
        return [
            "outage_scope",
            *(["neighbor_power"] if alone else []),
            *(["self_check"] if own_fault_likely else []),
            "phone",
        ]

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        if slot == "address":
            await self.ask_place(visit)
        elif slot == "phone":
            await ask_phone(visit)
        else:
            visit.say(f"utter_outage_ask_{slot}")


def _read_choice(visit: FormVisit, slot: str) -> None:
    value = visit.entity(slot) or (visit.option(slot) if visit.requested == slot else None)
    if slot == visit.requested == "outage_scope":
        value = _scope_said_loosely(visit) or value
    if value:
        visit.fill(**{slot: value})
    elif visit.requested == "neighbor_power" == slot and (visit.says_yes or visit.says_no):
        visit.fill(neighbor_power=visit.wording.value("neighbor_has_power" if visit.says_yes else "neighbor_has_none"))


def _scope_said_loosely(visit: FormVisit) -> str | None:
    """ "At mine" and "all of us" say how much is dark, once that was asked."""
    if visit.wording.is_exactly("home", visit.text):
        return visit.wording.value("scope_single_home")
    everyone = visit.option("everyone") and not visit.option("outage_scope") and not visit.entity("outage_scope")
    return visit.wording.value("scope_estate") if everyone else None


def _read_self_check(visit: FormVisit) -> None:
    result = visit.option("self_check")
    if result == "restored":
        visit.end("utter_outage_self_check_restored")
    elif result:
        visit.fill(self_check=result)
        if result in _BREAKER_VALUES:
            visit.fill(breaker_state=visit.wording.value(_BREAKER_VALUES[result]))


async def read_phone(visit: FormVisit) -> None:
    """Reads a phone number, or that the one on file will do, or that there is none."""
    said = visit.entity("phone")
    if said:
        visit.fill(phone=said)
    elif visit.requested == "phone":
        await _read_phone_answer(visit)


async def _read_phone_answer(visit: FormVisit) -> None:
    account = await _account_with_phone(visit)
    wish = visit.option("phone")
    runs = visit.digit_runs()
    if runs and max(len(run) for run in runs) >= _PHONE_LIKE:
        number = max(runs, key=len)
        if PHONE.fullmatch(number):
            visit.fill(phone=number)
        else:
            visit.refuse("utter_outage_phone_invalid")
    elif account and (wish == "on_file" or (wish is None and visit.says_yes)):
        visit.fill(phone=PHONE_ON_FILE)
    elif account and (wish == "other" or (wish is None and visit.says_no)):
        visit.fill(phone_other=True)
    elif wish == "none" or visit.says_no:
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
