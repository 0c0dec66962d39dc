"""The claim skill: an appliance broken by the supply; within the days of the rule, a visit in its hours, no promise.

What is paid, and whether, is decided after the visit (business_rules.md section 1): the bot files the claim and
says what to keep ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from actions.base import Event, FormEnd, ServiceAction, open_form
from actions.errands import unless_down
from actions.form import FormVisit
from actions.handoff import Handoff, hand_over
from actions.questions import (
    AccountQuestion,
    ConfirmQuestion,
    DayQuestion,
    PhoneQuestion,
    QuestionForm,
    TextQuestion,
    phone_given,
)
from actions.questions.base import slots_of
from actions.visit import Visit
from backend.errors import Conflict
from backend.models import ApplianceClaim, ClaimFiling, Outage, OutageHistory
from conversation.reply import Card
from runtime.clock import SHANGHAI

_WORDS = "utter_claim_words"
_INTENTS = frozenset({"claim_appliance_damage", "power_quality_report", "outage_report"})
# Longer ago the books hold nothing that could be checked; what is too late is the utility's to say.
_LOOK_BACK_DAYS = 366


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    day = date.fromisoformat(str(visit.slot("claim_day")))
    words = str(visit.slot("claim_text"))
    return {"tail": str(visit.slot("account_no"))[-4:], "day": visit.wording.day(day), "what": words}


class ClaimAppliance(ServiceAction):
    """Answers what a claim takes, or begins one with what the message tells."""

    title = "action_claim_appliance"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        told = visit.option("claim_broken") or visit.option("claim_appliance")
        asks_for_rule = told and visit.option("claim_rule_asked")
        visit.say(
            "utter_claim_heard_with_rule" if asks_for_rule else "utter_claim_heard" if told else "utter_claim_rule"
        )
        return open_form(visit, "claim_form", claim_text=visit.text if told else None)


class ClaimForm(QuestionForm):
    """Whose home, what broke, on which day, a phone, and a yes."""

    form = "claim_form"
    topic = "claim_appliance_damage"
    intents = _INTENTS
    questions = (
        AccountQuestion(),
        TextQuestion(
            "claim_text", "utter_claim_ask_text", too_short="utter_claim_text_needed", shortest=2, intents=_INTENTS
        ),
        DayQuestion("claim_day", "utter_claim_ask_day", outside="utter_claim_day_outside", past=_LOOK_BACK_DAYS),
        PhoneQuestion("utter_claim_ask_phone"),
        ConfirmQuestion("utter_claim_confirm", _summary),
    )
    slots = slots_of(questions, "claim_at")

    async def read(self, visit: FormVisit) -> None:
        """See base class; the moment is looked up with the day, so that a filing done later says the same."""
        await super().read(visit)
        if visit.entity("date") and visit.requested not in ("claim_day", "confirmed") and not visit.changes:
            visit.fill(claim_day=visit.slot("claim_day"))  # said once more: an answer, and nothing new
        day, number = visit.slot("claim_day"), visit.slot("account_no")
        if day and number and visit.slot("check_code") and (visit.changes or not visit.slot("claim_at")):
            visit.fill(claim_at=(await _happened(visit, str(number), str(day))).isoformat())


class FileClaim(FormEnd):
    """Files the claim, or says why the rule has no place for it and who helps on."""

    title = "action_file_claim"
    deferrable = True
    needs = ClaimForm.slots
    wish = "claim_appliance_damage"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account_no, at = str(visit.slot("account_no")), str(visit.slot("claim_at") or "")
        known = datetime.fromisoformat(at) if at else None
        happened = known or await _happened(visit, account_no, str(visit.slot("claim_day")))
        filing = ClaimFiling(account_no, happened, str(visit.slot("claim_text")), phone_given(visit))
        done = self.done(visit)
        try:
            claim = await visit.backend.file_claim(filing, visit.user, idempotency_key=visit.key(self.title))
        except Conflict as error:
            if not _explain(visit, error):
                raise
            return done
        values = {"claim_no": claim.claim_no, "visit_by": visit.moment(claim.visit_by)}
        visit.show("utter_claim_filed", values, card=_card(visit, claim))
        return done


async def _happened(visit: Visit, account_no: str, said: str) -> datetime:
    """The moment of that day's outage, or when power came back after it; noon, and never later than now."""
    day, now = date.fromisoformat(said), visit.services.clock.now()
    nothing = OutageHistory((), day, (), {}, False)
    history = await unless_down(visit.backend.outage_history(account_no=account_no, days=_LOOK_BACK_DAYS), nothing)
    moment = next((at for outage in history.outages if (at := _moment_on(outage, day))), None)
    return min(moment or datetime.combine(day, time(12), SHANGHAI), now)


def _moment_on(outage: Outage, day: date) -> datetime | None:
    """When power came back, else when it went, if that was on this day."""
    return next((at for at in (outage.restored, outage.started) if at and at.date() == day), None)


def _explain(visit: Visit, error: Conflict) -> bool:
    """Says in words what the utility refused, with the way on; False when this is no refusal of a claim."""
    if error.reason == "claim.already_filed":
        visit.say("utter_claim_known", claim_no=str(error.fields["order_no"]))
    elif error.reason == "claim.too_late":
        visit.say("utter_claim_too_late")
    elif error.reason == "claim.not_residential":
        visit.say("utter_claim_not_home")
        hand_over(visit, Handoff("claim", "complaint"))
    elif error.reason == "claim.not_happened":
        visit.say("utter_claim_not_happened")
    else:
        return False
    return True


def _card(visit: Visit, claim: ApplianceClaim) -> Card:
    words = visit.wording.of(_WORDS)
    rows = [
        (words["what"], claim.text[:40]),
        (words["happened"], visit.moment(claim.happened)),
        (words["visit_by"], visit.moment(claim.visit_by)),
    ]
    if claim.outage_no:
        rows.append((words["outage"], claim.outage_no))
    return Card("order", words["title"].format(claim_no=claim.claim_no), tuple(rows))


ACTIONS: tuple[type[ServiceAction], ...] = (ClaimAppliance, ClaimForm, FileClaim)
