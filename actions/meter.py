"""The meter skill: dark, stopped, alarming or running too fast; what the books know first, then the crew or a check.

Nobody is told to open the sealed box or to touch the terminals (business_rules.md section 2).
"""

from __future__ import annotations

from collections.abc import Mapping

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.cases import file_or_urge, tell_request
from actions.form import FormVisit
from actions.outage import CheckOutage
from actions.outage_known import running_outage
from actions.power_quality import report_of, tell_filed
from actions.questions import (
    AccountQuestion,
    ChoiceQuestion,
    ConfirmQuestion,
    PhoneQuestion,
    PlaceQuestion,
    QuestionForm,
    phone_given,
)
from actions.questions.base import slots_of
from actions.visit import Visit
from backend.models import BoundAccount, CaseFiling

_INTENTS = frozenset({"meter_fault_report", "outage_report"})
_FAST, _ALARM = "fast", "alarm"


def _which(visit: Visit) -> str:
    said = visit.entity("fault_symptom")
    return (visit.wording.option("meter_symptom", said) if said else None) or visit.option("meter_symptom") or ""


class ReportMeter(ServiceAction):
    """Answers by what the books know: cut off, an outage; a fast meter is checked, a broken one is a fault."""

    title = "action_report_meter"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        symptom, bound = _which(visit), [] if visit.entity("address") else await visit.bindings()
        if symptom == _FAST:
            visit.say("utter_meter_fast")
            return open_form(visit, "meter_check_form")
        cut = next((account for account in bound if account.status == "cut_off"), None)
        if cut:
            visit.say("utter_outage_cut_off", tail=cut.tail)
            return []
        known = await running_outage(visit, bound)
        if known:
            visit.say("utter_meter_outage", tail=known[0].tail)
            return await CheckOutage(self._services).serve(visit)
        if symptom == _ALARM:
            visit.say("utter_meter_alarm")
        return open_form(visit, "meter_form", meter_symptom=symptom or None)


class MeterForm(QuestionForm):
    """What the meter does, where it hangs, and a phone."""

    form = "meter_form"
    topic = "meter_fault_report"
    intents = _INTENTS
    questions = (
        ChoiceQuestion("meter_symptom", "utter_meter_ask_symptom"),
        PlaceQuestion("utter_meter_ask_address", form_intents=_INTENTS),
        PhoneQuestion(),
    )
    slots = slots_of(questions)

    async def read(self, visit: FormVisit) -> None:
        """See base class; the entity says the symptom in the taxonomy's words."""
        await super().read(visit)
        symptom = _which(visit)
        if symptom and not visit.slot("meter_symptom"):
            visit.fill(meter_symptom=symptom)


class FileMeter(FormEnd):
    """Files a fault of the meter."""

    title = "action_file_meter"
    deferrable = True
    needs = MeterForm.slots
    wish = "meter_fault_report"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        symptom = visit.wording.value(f"meter_{visit.slot('meter_symptom')}")
        order = await visit.backend.report_fault(
            report_of(visit, symptom=symptom), idempotency_key=visit.key(self.title)
        )
        await tell_filed(visit, order)
        return self.done(visit)


def _has_home(account: BoundAccount) -> bool:
    return account.status != "closed"


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    return {"tail": str(visit.slot("account_no"))[-4:]}


class MeterCheckForm(QuestionForm):
    """Whose meter is to be checked, a phone, and a yes."""

    form = "meter_check_form"
    topic = "meter_fault_report"
    intents = _INTENTS | {"bill_dispute", "apply_meter_service"}
    questions = (
        AccountQuestion(fits=_has_home),
        PhoneQuestion(),
        ConfirmQuestion("utter_meter_check_confirm", _summary),
    )
    slots = slots_of(questions)


class FileMeterCheck(FormEnd):
    """Asks the company to check the meter's data."""

    title = "action_file_meter_check"
    deferrable = True
    needs = MeterCheckForm.slots
    wish = "meter_fault_report"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        filing = CaseFiling(
            kind="request",
            type=visit.wording.value("meter_check_case"),
            text=visit.wording.of("utter_meter_words")["check_text"],
            account_no=str(visit.slot("account_no")),
            contact_phone=phone_given(visit),
        )
        filed = await file_or_urge(visit, filing, visit.key(self.title))
        tell_request(visit, filed, "utter_meter_check_filed", "utter_meter_check_known")
        return self.done(visit)


ACTIONS: tuple[type[ServiceAction], ...] = (FileMeter, FileMeterCheck, MeterCheckForm, MeterForm, ReportMeter)
