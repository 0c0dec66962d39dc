"""What a visit needs to know: what for, which phone, who opens the door; each may be changed at the summary."""

from __future__ import annotations

from actions.appointment_told import visit_name_said, visit_type_said
from actions.form import FormVisit
from actions.questions import PhoneQuestion
from actions.questions.base import SUMMARY, Question
from actions.questions.phone import ON_FILE
from actions.visit import Visit
from actions.wording import PHONE
from backend.models import BoundAccount

INTENTS = frozenset({"appointment_create", "appointment_manage", "apply_meter_service"})
_PHONE_LIKE = 5


class VisitTypeQuestion(Question):
    """What the visit is for."""

    def __init__(self) -> None:
        """Fills `visit_type`."""
        super().__init__("visit_type")

    async def read(self, visit: FormVisit) -> None:
        """See base class; a business named in a message of this skill replaces the one before."""
        said = visit_type_said(visit)
        if said and (self.may_take(visit) or visit.intent in INTENTS):
            visit.fill(visit_type=said)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_appointment_ask_type")


class VisitPhoneQuestion(PhoneQuestion):
    """The phone on file is taken without a question; another one may be named at any time."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        account = await account_of(visit)
        on_file = account is not None and account.phone_masked and not visit.slot("phone_other")
        return None if on_file else await super().missing(visit)

    async def read(self, visit: FormVisit) -> None:
        """See base class; a number with a digit too few is said at once."""
        await super().read(visit)
        if self.is_asked(visit) or visit.requested != SUMMARY or visit.entity("phone"):
            return
        if visit.option("phone") == "on_file" and visit.option("visit_phone"):
            visit.fill(phone=ON_FILE, phone_other=None)
            return
        number = max(visit.digit_runs(), key=len, default="")
        if len(number) >= _PHONE_LIKE and visit.option("visit_phone") and not PHONE.fullmatch(number):
            visit.refuse("utter_phone_invalid")
        elif not number and (visit.option("phone") == "other" or changes_phone(visit)):
            visit.fill(phone=None, phone_other=True)


def changes_phone(visit: Visit) -> bool:
    """The message wants another phone to be called; it is no call for a person."""
    on_file = visit.option("phone") == "on_file" and visit.option("visit_phone")
    return bool(on_file) or visit.option("visit_phone_change") is not None


class AppointmentVisit(FormVisit):
    """A visit in which "another phone" corrects the phone."""

    @property
    def intent(self) -> str:
        """See base class."""
        meant = super().intent
        others = {"request_human", "account_manage"}
        return "correct_info" if meant in others and changes_phone(self) else meant


class NoteQuestion(Question):
    """Who opens the door, the place and the hour in the customer's words: taken when said, never asked."""

    def __init__(self) -> None:
        """Fills `visit_name`, `visit_place`, `visit_hour`."""
        super().__init__("visit_name", "visit_place", "visit_hour")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        name, place = visit_name_said(visit), visit.entity("address")
        hour = visit.wording.patterns["clock"].search(visit.text)
        ours = visit.intent in INTENTS | {"correct_info", "affirm", "nlu_fallback"}
        if name and ours:
            visit.fill(visit_name=name)
        if place and ours and not visit.option("hall"):
            visit.fill(visit_place=place)
        if hour and ours:
            visit.fill(visit_hour=hour.group())

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return None

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""


async def account_of(visit: Visit) -> BoundAccount | None:
    """The bound account that the form is about."""
    return next((one for one in await visit.bindings() if one.account_no == visit.slot("account_no")), None)
