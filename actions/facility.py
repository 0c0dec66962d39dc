"""The facility skill: equipment damaged or untidy, without present danger: what, where, a phone, a number."""

from __future__ import annotations

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.cases import file_or_urge, placed, tell_request
from actions.questions import PhoneQuestion, PlaceQuestion, QuestionForm, TextQuestion, phone_given
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.wording import plain
from backend.models import CaseFiling

_INTENTS = frozenset({"facility_defect_report", "complaint_submit", "danger_report"})
_SHORTEST = 5
_OTHER = "defect"


class ReportFacility(ServiceAction):
    """Begins with what the message tells."""

    title = "action_report_facility"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        text = visit.text if len(plain(visit.text)) >= _SHORTEST else None
        return open_form(visit, "facility_form", facility_text=text)


class FacilityForm(QuestionForm):
    """What it is, where, and a phone."""

    form = "facility_form"
    topic = "facility_defect_report"
    intents = frozenset({"facility_defect_report"})
    questions = (
        TextQuestion(
            "facility_text",
            "utter_facility_ask_text",
            too_short="utter_facility_text_needed",
            shortest=3,
            intents=_INTENTS,
        ),
        PlaceQuestion("utter_facility_ask_address", form_intents=intents),
        PhoneQuestion(),
    )
    slots = slots_of(questions)


class FileFacility(FormEnd):
    """Files it with the department that is answerable."""

    title = "action_file_facility"
    deferrable = True
    needs = FacilityForm.slots
    wish = "facility_defect_report"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        text, place = str(visit.slot("facility_text")), str(visit.slot("address"))
        kind = visit.wording.option("facility_kind", text) or _OTHER
        filing = CaseFiling(
            kind="request",
            type=visit.wording.value(f"facility_{kind}"),
            text=placed(text, place),
            contact_phone=phone_given(visit),
        )
        filed = await file_or_urge(visit, filing, visit.key(self.title))
        tell_request(visit, filed, "utter_facility_filed", "utter_facility_known")
        return self.done(visit)


ACTIONS: tuple[type[ServiceAction], ...] = (FacilityForm, FileFacility, ReportFacility)
