"""A bill that is doubted: the data first, one telling question, then the check of the meter's data, if it is wished."""

from __future__ import annotations

from collections.abc import Mapping

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import remember
from actions.asks import said_alone
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.billing_explained import LAST_YEAR, compared, explain, explained_card, facts, lead, part_of
from actions.form import FormVisit
from actions.periods import months_said
from actions.questions import AccountQuestion, ChoiceQuestion, Question, QuestionForm
from actions.questions.base import slots_of
from actions.request_filed import file_request, one_line
from actions.visit import Services, Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import BillExplanation, BoundAccount
from conversation.offer import Ask

REGISTER, TEST, NONE = "register", "test", "none"
_WORDS = "utter_dispute_words"
# Answers to "was there anything new at home" that lead elsewhere all the same.
_ELSEWHERE = frozenset(
    {"outage_report", "danger_report", "balance_query", "pay_bill", "invoice_request", "points_query", "repair_urge"}
    | {"payment_issue", "complaint_submit", "report_violation", "reconnect_request", "request_human", "cancel_flow"}
    | {"small_talk", "out_of_scope"}
)


class CauseQuestion(Question):
    """Lays the data out and asks the one thing that the books do not tell; any words are an answer."""

    def __init__(self) -> None:
        super().__init__("dispute_cause", "dispute_data")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; `dispute_data` only remembers what was laid out."""
        return None if visit.slot("dispute_cause") else "dispute_cause"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if self.is_asked(visit) and visit.intent not in _ELSEWHERE and plainly_said(visit):
            visit.fill(dispute_cause=one_line(visit.text)[:300])

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        if visit.slot("dispute_data") and "dispute_against" not in visit.changes:
            visit.say("utter_dispute_ask_again")  # the data was laid out before a digression
            return
        number, said = str(visit.slot("account_no")), _months(visit)
        period, against = await _compared(visit, number)
        visit.fill(dispute_after=period, dispute_against=against)
        found = await explain(visit, number, period, against)
        kind = visit.slot("dispute_kind")
        if found is None:
            await self._show_alone(visit, number, period)
            return
        visit.fill(dispute_data=_summed_up(visit, found))
        name = (
            f"utter_dispute_{kind}" if kind else "utter_dispute_more" if found.change > 0 else "utter_dispute_not_more"
        )
        shown = facts(visit, found) | {"lead": lead(visit, said, period)}
        visit.show(name, shown, card=await explained_card(visit, found))

    async def _show_alone(self, visit: FormVisit, number: str, period: str) -> None:
        """One bill without another to compare it with."""
        values = {"tail": number[-4:], "month": visit.wording.month(period)}
        try:
            bill = await visit.backend.bill(number, period, visit.user)
        except NotFound:
            visit.show("utter_dispute_no_bill", values)
            return
        values |= {"kwh": energy(bill.kwh), "total": money(bill.total)}
        visit.fill(dispute_data=visit.wording.of(_WORDS)["data_alone"].format(**values))
        visit.show("utter_dispute_alone", values)


async def _compared(visit: Visit, number: str) -> tuple[str, str]:
    """The bill that is doubted and the one it is compared with, found out once."""
    after, against = visit.slot("dispute_after"), visit.slot("dispute_against")
    return (str(after), str(against)) if after and against else await compared(visit, number, _months(visit))


def _months(visit: Visit) -> list[str]:
    return [month for month in str(visit.slot("dispute_periods") or "").split(",") if month]


def plainly_said(visit: Visit) -> bool:
    """There are words in the message, not only signs or pictures."""
    return any(character.isalnum() for character in visit.text)


def _summed_up(visit: Visit, found: BillExplanation) -> str:
    return visit.wording.of(_WORDS)["data"].format(**facts(visit, found))


class WishQuestion(ChoiceQuestion):
    """Offers the check, after a word on what the answer means for the sum."""

    def __init__(self) -> None:
        super().__init__("dispute_wish", "utter_dispute_ask_wish", yes=REGISTER, no=NONE)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        number = str(visit.slot("account_no"))
        found = await explain(visit, number, *await _compared(visit, number))
        visit.show("utter_dispute_ask_wish", {"reason": _reason(visit, found)})


def _reason(visit: Visit, found: BillExplanation | None) -> str:
    """How much of the change the tiers make, and how much the energy."""
    if found is None or found.change <= 0:
        return ""
    words, tier, usage = visit.wording.of(_WORDS), part_of(found, "tier"), part_of(found, "usage")
    if usage is None or usage.amount <= 0 or usage.kwh is None:
        return ""
    shape = words["reason_tier" if tier and tier.amount > 0 else "reason_usage"]
    tier_amount = money(tier.amount) if tier else ""
    return shape.format(kwh=energy(usage.kwh), amount=money(usage.amount), tier=tier_amount)


class DisputeVisit(FormVisit):
    """A visit in which "register it, and have a person call me" is an answer, not a wish for the queue."""

    @property
    def intent(self) -> str:
        """See base class."""
        meant = super().intent
        registers = self.requested == "dispute_wish" and self.option("dispute_wish") in (REGISTER, TEST)
        return "affirm" if meant == "request_human" and registers else meant


class DisputeForm(QuestionForm):
    """Hears what is doubted, shows the data, asks once, and finds out whether it is to be checked."""

    form = "dispute_form"
    topic = "bill_dispute"
    intents = frozenset({"bill_dispute"})
    questions = (AccountQuestion(), CauseQuestion(), WishQuestion())
    given = ("dispute_periods", "dispute_kind", "dispute_words")
    slots = slots_of(questions, *given, "dispute_call", "dispute_after", "dispute_against")

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> FormVisit:
        """See base class."""
        return DisputeVisit(dispatcher, tracker, services, self)

    async def read(self, visit: FormVisit) -> None:
        """See base class; a wish may come with any answer, a call by a person beside it."""
        if visit.requested in ("dispute_cause", "dispute_wish"):
            if visit.option("dispute_done"):
                visit.fill(dispute_cause=one_line(visit.text)[:300], dispute_wish=NONE)
                return
            if visit.option("compare_with") == LAST_YEAR:
                visit.fill(dispute_against=LAST_YEAR, dispute_cause=None)
                return
            wish = visit.option("dispute_wish")
            if wish and (wish != NONE or visit.requested == "dispute_wish"):
                visit.fill(dispute_wish=wish)
        if visit.option("dispute_call"):
            visit.fill(dispute_call="yes")
        await super().read(visit)


class HearDispute(ServiceAction):
    """Opens the form with what is doubted."""

    title = "action_hear_dispute"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        return open_form(
            visit,
            DisputeForm.form,
            dispute_periods=",".join(months_said(visit)) or None,
            dispute_kind=visit.option("dispute_kind"),
            dispute_words=one_line(visit.text)[:300],
            dispute_call="yes" if visit.option("dispute_call") else None,
            dispute_wish=_wish_said(visit),
        )


def _wish_said(visit: Visit) -> str | None:
    wish = visit.option("dispute_wish")
    return wish if wish in (REGISTER, TEST) else None


class SettleDispute(ServiceAction):
    """Files the check with its number and limit, goes on to the appointment, or leaves it with what to look at."""

    title = "action_settle_dispute"
    deferrable = True
    wish = "bill_dispute"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        bound = {account.account_no: account for account in await visit.bindings()}
        account = bound[str(visit.slot("account_no"))]
        wish, done = visit.slot("dispute_wish"), [remember(account), *forget(*DisputeForm.slots)]
        if wish == TEST:
            words = visit.wording.of(_WORDS)
            visit.say("utter_dispute_test")
            return [*done, *said_alone(visit, _appointment(words["test"], words["test_kind"]))]
        if wish == REGISTER:
            await self._file(visit, account)
        else:
            visit.say("utter_dispute_left", tail=account.tail)
        return [*done, *take_up_paused(visit)]

    async def _file(self, visit: Visit, account: BoundAccount) -> None:
        words = visit.wording.of(_WORDS)
        slots: Mapping[str, str] = {
            name: str(visit.slot(f"dispute_{name}") or "") for name in ("words", "cause", "data")
        }
        call = words["call"] if visit.slot("dispute_call") else ""
        text = words["text"].format(**slots, call=call)
        filed = await file_request(visit, self.title, "request_meter_data", account, text)
        values: dict[str, str | int] = {"number": filed.order_no, "due": filed.due, "tail": account.tail}
        if filed.again:
            visit.show("utter_dispute_filed_again", values)
        else:
            visit.show("utter_dispute_filed", values | {"call": words["call_told"] if call else ""})


def _appointment(text: str, kind: str) -> Ask:
    start = text.index(kind)
    entity = {"entity": "business_type", "value": kind, "start": start, "end": start + len(kind)}
    return Ask("appointment_create", text, (entity,))


ACTIONS: tuple[type[ServiceAction], ...] = (DisputeForm, HearDispute, SettleDispute)
