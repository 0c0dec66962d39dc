"""The power-quality skill: low, high or flickering voltage, and supply that trips; safety and the own switch first.

Tripping that ends with a plug pulled out is the customer's own appliance; everything else is filed with its symptom, so
that the crew measures at the meter (business_rules.md sections 2 and 5).
"""

from __future__ import annotations

from typing import Any

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.form import FormVisit
from actions.outage import tell_joined, tell_reported
from actions.outage_after import appliance_in
from actions.outage_known import is_running, outage_values, running_outage
from actions.questions import ChoiceQuestion, PhoneQuestion, PlaceQuestion, QuestionForm, phone_given
from actions.questions.base import slots_of
from actions.visit import Visit
from backend.models import FaultOrder, FaultReport

_INTENTS = frozenset({"power_quality_report", "outage_report", "meter_fault_report"})


def _trips(visit: FormVisit) -> bool:
    return str(visit.slot("fault_symptom")) == visit.wording.value("symptom_trips")


def _may_be_supply(visit: FormVisit) -> bool:
    """What is not ended by pulling a plug."""
    return not _trips(visit) or visit.slot("trip_check") != "appliance"


class ReportQuality(ServiceAction):
    """Tells a running outage first; else asks for what is missing and files it."""

    title = "action_report_quality"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        bound = [] if visit.entity("address") else await visit.bindings()
        known = await running_outage(visit, bound)
        if known:
            visit.show("utter_quality_known", outage_values(visit, known[1]))
            return []
        symptom = visit.entity("fault_symptom") or visit.option("quality_symptom")
        if symptom == visit.wording.value("symptom_high"):
            visit.say("utter_quality_high_safety")
        return open_form(visit, "quality_form", fault_symptom=symptom or None)


class QualityForm(QuestionForm):
    """What it does, whether a plug ends it, where, how far, and a phone."""

    form = "quality_form"
    topic = "power_quality_report"
    intents = _INTENTS
    questions = (
        ChoiceQuestion("fault_symptom", "utter_quality_ask_symptom", options="quality_symptom", entity="fault_symptom"),
        ChoiceQuestion("trip_check", "utter_quality_ask_trip_check", wanted=_trips),
        PlaceQuestion("utter_quality_ask_address", form_intents=_INTENTS, wanted=_may_be_supply),
        ChoiceQuestion("outage_scope", "utter_quality_ask_scope", entity="outage_scope", wanted=_may_be_supply),
        PhoneQuestion(wanted=_may_be_supply),
    )
    slots = slots_of(questions)

    async def read(self, visit: FormVisit) -> None:
        """See base class; a plug that ends the tripping ends the report."""
        await super().read(visit)
        if visit.changes.get("trip_check") == "appliance":
            visit.end("utter_quality_own_appliance", appliance=appliance_in(visit))


class FileQuality(FormEnd):
    """Files the report with its symptom."""

    title = "action_file_quality"
    deferrable = True
    needs = QualityForm.slots
    wish = "power_quality_report"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        order = await visit.backend.report_fault(report_of(visit), idempotency_key=visit.key(self.title))
        await tell_filed(visit, order)
        return self.done(visit)


def report_of(visit: Visit, **more: Any) -> FaultReport:
    """What the slots of a place, a symptom and a phone tell of a fault."""
    account_no = str(visit.slot("place_account") or "")
    told = {
        "address": "" if account_no else str(visit.slot("address") or ""),
        "account_no": account_no,
        "area_id": str(visit.slot("area_id") or ""),
        "scope": str(visit.slot("outage_scope") or ""),
        "symptom": str(visit.slot("fault_symptom") or ""),
        "phone": phone_given(visit),
    }
    return FaultReport(channel=visit.user.channel.value, channel_user=visit.user.user_id, **(told | more))


async def tell_filed(visit: Visit, order: FaultOrder) -> None:
    """Tells a filed fault: with the outage it joined, or with its own promise."""
    if order.outage_no:
        detail = await visit.backend.outage(order.outage_no)
        if is_running(detail.outage):
            tell_joined(visit, detail.outage, order)
            return
    tell_reported(visit, order)


ACTIONS: tuple[type[ServiceAction], ...] = (FileQuality, QualityForm, ReportQuality)
