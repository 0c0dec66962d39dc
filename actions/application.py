"""The application skill: told, checked, started with the customer's word; papers never in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rasa_sdk.events import SlotSet

from actions.application_estimate import persons_said, tell_comparison
from actions.application_form import APPLICATION_SLOTS, ApplicationForm, guide_of, question_in
from actions.application_kinds import (
    FACT,
    FACT_SLOTS,
    is_high_voltage,
    kind_said,
    kinds_named,
    kinds_said,
    size_said,
    start_of,
)
from actions.application_manage import ManageApplication, open_of_kind
from actions.application_told import (
    answer_words,
    any_guide,
    refused_findings,
    tell_findings,
    tell_started,
    tell_submitted,
)
from actions.appointment import StartAppointment
from actions.appointment_told import tell_halls
from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.handoff import PRIORITY_KEY_ACCOUNT, Handoff, hand_over
from actions.papers import tell_upload
from actions.progress import ShowTicket, UrgeTicket
from actions.visit import Visit
from actions.who import who_holds
from backend.errors import BackendRefused, Conflict
from backend.models import Application, ApplicationStart
from runtime.privacy import mask_phone

_WORDS = "utter_application_words"
# What another application has left.
_ANEW = ("apply_told", "apply_asks", "apply_sure", "apply_warned", "apply_class", "phone", "confirmed")
_ELSEWHERE: Mapping[str, type[ServiceAction]] = {"urge": UrgeTicket, "show": ShowTicket}


class Apply(ServiceAction):
    """Looks first: an application that is open, a question about the business, or a visit, before the form."""

    title = "action_apply"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.option("application_wish"):
            return await ManageApplication(self._services).serve(visit)
        elsewhere = visit.option("told_by_progress")
        if elsewhere:
            return await _ELSEWHERE[elsewhere](self._services).serve(visit)
        if visit.option("prepaid_meter"):
            visit.say("utter_application_prepaid")
            return []
        kinds = kinds_said(visit)
        if {visit.wording.value("kind_multi"), visit.wording.value("kind_tou")} <= set(kinds):
            return await tell_comparison(visit, ApplicationForm.form)
        count = persons_said(visit)
        kind = kind_said(visit) or (str(visit.slot("apply_suggest") or "") if count else "")
        if kind == visit.wording.value("kind_multi") and count and count < int(visit.wording.value("multi_least")):
            visit.say("utter_application_too_few", count=count, least=visit.wording.value("multi_least"))
            return [SlotSet("apply_suggest", kind)]
        if kind == visit.wording.value("kind_meter_test"):
            return await StartAppointment(self._services).serve(visit)
        topic = question_in(visit)
        if topic == "limit" and kind and await open_of_kind(visit, kind):
            return await ShowTicket(self._services).serve(visit)
        if topic and kind and not _wants_it(visit, topic):
            await answer_words(visit, topic, await any_guide(visit, kind))
            return []
        if await self._is_key_account(visit):
            return []
        return open_form(visit, ApplicationForm.form, **_opening(visit, kind))

    async def _is_key_account(self, visit: Visit) -> bool:
        """A large customer's own manager comes first."""
        bound = await visit.bindings()
        if len(bound) != 1 or not who_holds(visit, bound).key_account:
            return False
        profile = await visit.backend.profile(bound[0].account_no, visit.user)
        if profile.manager is None:
            return False
        manager = profile.manager
        visit.say("utter_application_own_manager", name=manager.name, phone=manager.phone, hours=manager.hours)
        hand_over(visit, Handoff("key_account", "application", PRIORITY_KEY_ACCOUNT))
        return True


def _wants_it(visit: Visit, topic: str) -> bool:
    """A transformer of one's own is for the manager, whatever is asked of its price."""
    return is_high_voltage(visit) or topic in visit.wording.options["questions_in_form"]["form"]


def _opening(visit: Visit, kind: str) -> dict[str, Any]:
    """What the message tells; a name or a phone of another form is not this one's."""
    fresh: dict[str, Any] = dict.fromkeys((*FACT_SLOTS, *_ANEW))
    direction = visit.option(FACT + "tou") if kind == visit.wording.value("kind_tou") else None
    high = is_high_voltage(visit) and (not kind or kind in visit.wording.options["kinds_high"]["high"])
    kind = kind or (visit.wording.value("kind_new") if high else "")
    extra = {"apply_type": kind or None, "apply_manager": "yes" if high else None, "apply_voltage": _voltage(visit)}
    extra["apply_intent"] = visit.intent
    extra["apply_sure"] = "yes" if kind in kinds_named(visit) else None
    extra["apply_size"] = size_said(visit) or None
    return {**fresh, **extra, FACT + "tou": direction}


def _voltage(visit: Visit) -> str | None:
    return visit.entity("voltage_level") or None


class StartApplication(FormEnd):
    """Does what the form agreed on: a draft, the entrance, or the account manager."""

    title = "action_start_application"
    needs = APPLICATION_SLOTS

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.slot("apply_manager"):
            await self._hand_to_manager(visit)
        elif visit.slot("apply_entry"):
            await self._tell_entry(visit)
        else:
            await self._start(visit)
        return self.done(visit)

    async def _start(self, visit: Visit) -> None:
        try:
            made = await visit.backend.start_application(
                start_of(visit), visit.user, idempotency_key=visit.key(self.title)
            )
        except Conflict as error:
            await _refused(visit, error)
            return
        if any(not paper.later for paper in made.missing):
            tell_started(visit, made)
            await tell_upload(visit, made)
            return
        key = visit.key(f"{self.title}/submit")
        submitted = await visit.backend.submit_application(made.application_no, visit.user, idempotency_key=key)
        tell_submitted(visit, submitted)
        await tell_upload(visit, submitted)

    async def _tell_entry(self, visit: Visit) -> None:
        bound = await visit.bindings()
        guide = await guide_of(visit)
        strong = guide is not None and guide.identity == "strong"
        response = "utter_application_entry_strong" if strong else "utter_application_entry_form"
        visit.say(response, type=str(visit.slot("apply_type")), form=visit.wording.of(_WORDS)["form"])
        await tell_halls(visit, bound[0].region if bound else "")

    async def _hand_to_manager(self, visit: Visit) -> None:
        phone = str(visit.slot("apply_contact"))
        made = await self._draft_for_manager(visit, phone)
        known = {"phone": phone, "address": str(visit.slot(FACT + "place") or "")}
        orders = (made.application_no,) if made else ()
        response = "utter_application_manager_number" if made else "utter_application_manager_told"
        number = made.application_no if made else ""
        visit.say(response, phone=mask_phone(phone), number=number)
        hand_over(visit, Handoff("key_account", "application", PRIORITY_KEY_ACCOUNT, orders, known))

    async def _draft_for_manager(self, visit: Visit, phone: str) -> Application | None:
        """A draft with a number to refer to, where enough is known; the manager fills in the rest."""
        size = str(visit.slot("apply_size") or "")
        if not size or Decimal(size) <= 0 or visit.slot("apply_type") != visit.wording.value("kind_new"):
            return None
        words = visit.wording.of(_WORDS)
        place = str(visit.slot(FACT + "place") or words["place_open"])
        name = str(visit.slot(FACT + "holder_name") or words["name_open"])
        start = ApplicationStart(
            business_type=visit.wording.value("kind_new"),
            customer_class=visit.wording.value("class_large"),
            voltage_level=visit.wording.value("voltage_high"),
            address=place,
            contact_phone=phone,
            facts={"capacity_kw": size, "place": place, "holder_name": name},
        )
        try:
            return await visit.backend.start_application(start, visit.user, idempotency_key=visit.key(self.title))
        except BackendRefused:
            return None  # the manager is told all the same


async def _refused(visit: Visit, error: Conflict) -> None:
    if error.reason == "order.already_open":
        visit.say("utter_application_already", number=str(error.fields.get("order_no", "")))
        return
    if error.reason != "application.precondition":
        raise error
    tell_findings(visit, refused_findings(error.fields), str(visit.slot("apply_type")))


ACTIONS: tuple[type[ServiceAction], ...] = (ApplicationForm, Apply, StartApplication)
