"""The violation skill: reports of theft, damage and misconduct; secrecy first, and nobody is sent near the wires.

An anonymous report carries no phone, and the company does not know who filed it: the number is the only way back.
"""

from __future__ import annotations

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.cases import case_card, file_or_urge, limits, placed
from actions.form import FormVisit
from actions.handoff import PRIORITY_COMPLAINT, Handoff, hand_over
from actions.questions import ChoiceQuestion, PhoneQuestion, QuestionForm, TextQuestion, phone_given
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import plain
from backend.models import CaseFiling

# Misconduct of the company's own people goes to a person as well (business_rules.md section 5).
_OWN_PEOPLE = frozenset({"bribe", "gift", "three_fixed", "illegal_fee", "car", "revenge", "conflict"})
_SHORTEST = 8


def matter_of(visit: Visit, text: str) -> str:
    """What is reported, by its words; empty when they do not tell."""
    return visit.wording.option("violation_matter", text) or ""


def _is_signed(visit: FormVisit) -> bool:
    return str(visit.slot("secrecy")) != visit.wording.value("secrecy_anonymous")


class ReportViolation(ServiceAction):
    """Begins a report with what the message tells."""

    title = "action_report_violation"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        text = visit.text if matter_of(visit, visit.text) or len(plain(visit.text)) >= _SHORTEST else None
        secrecy = visit.entity("secrecy") or visit.option("secrecy")
        return open_form(visit, "violation_form", violation_text=text, secrecy=secrecy or None)


# What was seen sounds like anything: who read the meter, what was applied for, where a line hangs.
_INTENTS = frozenset(
    {
        "report_violation",
        "complaint_submit",
        "facility_defect_report",
        "outage_report",
        "power_quality_report",
        "meter_fault_report",
        "appointment_create",
        "apply_meter_service",
        "apply_new_or_capacity",
        "apply_ev_charger",
        "suggestion_or_praise",
        "ask_channel_info",
        "ask_tariff_policy",
        "ask_safety_saving",
        "out_of_scope",
    }
)


class ViolationForm(QuestionForm):
    """Secrecy, what was seen, where, and a phone unless the report is anonymous."""

    form = "violation_form"
    topic = "report_violation"
    intents = _INTENTS
    questions = (
        ChoiceQuestion("secrecy", "utter_violation_ask_secrecy", entity="secrecy"),
        TextQuestion(
            "violation_text",
            "utter_violation_ask_text",
            too_short="utter_violation_text_needed",
            shortest=4,
            intents=_INTENTS,
        ),
        TextQuestion(
            "violation_place",
            "utter_violation_ask_place",
            too_short="utter_violation_place_needed",
            entity="address",
            intents=_INTENTS,
        ),
        PhoneQuestion("utter_violation_ask_phone", wanted=_is_signed),
    )
    slots = slots_of(questions)

    async def read(self, visit: FormVisit) -> None:
        """See base class; what is told beside the place belongs to the report, word for word."""
        told_before = str(visit.slot("violation_text") or "")
        asked = visit.requested
        await super().read(visit)
        if asked == "violation_place" and "violation_place" in visit.changes and told_before:
            said = visit.text.strip()
            if said not in told_before:
                visit.fill(violation_text=f"{told_before} {said}")


class FileViolation(FormEnd):
    """Files the report."""

    title = "action_file_violation"
    deferrable = True
    needs = ViolationForm.slots
    wish = "report_violation"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        text, place = str(visit.slot("violation_text")), str(visit.slot("violation_place"))
        matter = matter_of(visit, text) or "private_wire"
        secrecy = str(visit.slot("secrecy"))
        filing = CaseFiling(
            kind="report",
            type=visit.wording.value(f"violation_{matter}"),
            text=placed(text, place),
            contact_phone=phone_given(visit),
            secrecy=secrecy,
        )
        filed = await file_or_urge(visit, filing, visit.key(self.title))
        done = self.done(visit)
        if filed.taken is None:
            visit.say("utter_violation_known", order_no=filed.order_no)
            return done
        order = filed.taken.order
        anonymous = secrecy == visit.wording.value("secrecy_anonymous")
        values = {"order_no": order.order_no, "limits": limits(visit, order), "secrecy": secrecy}
        response = "utter_violation_filed_anonymous" if anonymous else "utter_violation_filed"
        visit.show(response, values, card=case_card(visit, order))
        if matter in _OWN_PEOPLE and not anonymous:
            hand_over(visit, Handoff("complaint", "complaint", PRIORITY_COMPLAINT, (order.order_no,)))
        return done


ACTIONS: tuple[type[ServiceAction], ...] = (FileViolation, ReportViolation, ViolationForm)
