"""Payments that went wrong: not arrived, taken twice, to the wrong account, wanted back; facts come first."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from actions.account import account_number_said, remember
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.form import Call, FormVisit
from actions.handoff import Handoff, hand_over
from actions.payment_facts import double_of, newest_of, on_its_way, status_of_link
from actions.questions import AccountQuestion, ChoiceQuestion, Question, QuestionForm
from actions.questions.base import slots_of
from actions.request_filed import FiledRequest, file_request, one_line
from actions.visit import Visit
from actions.wording import money
from backend.models import BoundAccount, Payment

NOT_CREDITED, WRONG, REFUND = "not_credited", "wrong_account", "refund"
PROCESSING, CREDITED, DOUBLE, CREDIT, NOTHING = "processing", "credited", "double", "credit", "nothing"
_WORDS = "utter_issue_words"
# An order number of a payment channel is at least this long.
_ORDER_DIGITS = 8
_POSTING = timedelta(hours=24)
# Answers to "which payment" sound like many things; these alone lead elsewhere.
_ELSEWHERE = frozenset(
    {"danger_report", "outage_report", "bill_query", "balance_query", "usage_query", "points_query", "invoice_request"}
    | {"small_talk", "out_of_scope", "usage_query", "ask_tariff_policy"}
)


class IssueAccountQuestion(AccountQuestion):
    """The account of the payment; where it went to a wrong one, the number that is named is that one, not ours."""

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if visit.slot("issue_kind") == WRONG and not self.is_asked(visit) and await visit.bindings():
            if visit.call is Call.OPENED:
                await self._take_the_obvious(visit)
            return
        await super().read(visit)


class FoundQuestion(Question):
    """Looks the payment up once the account and the trouble are known; it asks the customer nothing."""

    def __init__(self) -> None:
        super().__init__("issue_found")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; what is found is filled, nothing is ever missing."""
        if not visit.slot("issue_found") or "issue_kind" in visit.changes:
            visit.fill(issue_found=await _look_up(visit))
        return None


async def _look_up(visit: FormVisit) -> str:
    number, kind = str(visit.slot("account_no")), visit.slot("issue_kind")
    payments = await visit.backend.payments(number, visit.user)
    if kind == NOT_CREDITED:
        if on_its_way(payments):
            return PROCESSING
        return CREDITED if _recent(visit, payments) else NOTHING
    if kind == WRONG:
        return NOTHING
    if double_of(payments):
        return DOUBLE
    stand = await visit.backend.money(number, visit.user)
    return CREDIT if stand.days_left is None and stand.balance > 0 else NOTHING


def _recent(visit: Visit, payments: Sequence[Payment]) -> Payment | None:
    """The payment that arrived on the day that was named, of the amount that was named; else of the last three days."""
    day, amount = (visit.slot(f"issue_{name}") or visit.entity(name) for name in ("date", "amount"))
    return newest_of(payments, visit.services.clock.now(), day=str(day or "")[:10], amount=str(amount or ""))


class DetailsQuestion(Question):
    """Fills `issue_details` with what the customer knows of a payment that the books do not show."""

    def __init__(self) -> None:
        super().__init__("issue_details")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        wanted = visit.slot("issue_found") == NOTHING
        return "issue_details" if wanted and not visit.slot("issue_details") else None

    async def read(self, visit: FormVisit) -> None:
        """See base class; an amount or an order number is what tells a payment."""
        asked = self.is_asked(visit)
        tells = visit.entity("amount") or any(len(run) >= _ORDER_DIGITS for run in _runs(visit))
        if asked and visit.option("issue_details") == "unknown":
            visit.fill(issue_details=visit.wording.of(_WORDS)["no_details"])
        elif (tells and self.may_take(visit)) or (asked and visit.intent not in _ELSEWHERE and visit.text.strip()):
            visit.fill(issue_details=one_line(visit.text)[:300])

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        wrong = visit.slot("issue_kind") == WRONG
        visit.say("utter_issue_ask_details_wrong" if wrong else "utter_issue_ask_details")


def _runs(visit: FormVisit) -> list[str]:
    account = account_number_said(visit)
    return [run for run in visit.digit_runs() if run != account]


class KeepQuestion(ChoiceQuestion):
    """Shows what was paid too much and asks whether it stays or a refund is to be asked for."""

    def __init__(self) -> None:
        super().__init__("issue_wish", "utter_issue_ask_wish", yes="refund", no="keep", wanted=_has_too_much)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        number = str(visit.slot("account_no"))
        payments, stand = await asyncio.gather(
            visit.backend.payments(number, visit.user), visit.backend.money(number, visit.user)
        )
        twice = double_of(payments)
        values: dict[str, str | int] = {"tail": number[-4:], "balance": money(stand.balance)}
        if twice:
            first, second = twice
            values |= {
                "amount": money(second.amount),
                "first": visit.moment(first.at),
                "second": visit.moment(second.at),
                "channel": second.channel,
            }
        visit.show("utter_issue_ask_wish_double" if twice else "utter_issue_ask_wish", values)


def _has_too_much(visit: FormVisit) -> bool:
    return visit.slot("issue_found") in (DOUBLE, CREDIT)


def _is_wrong(visit: FormVisit) -> bool:
    return str(visit.slot("issue_kind")) == WRONG


class PaymentIssueForm(QuestionForm):
    """Finds out what went wrong with which payment."""

    form = "payment_issue_form"
    topic = "payment_issue"
    intents = frozenset({"payment_issue"})
    questions = (
        IssueAccountQuestion(),
        ChoiceQuestion("issue_kind", "utter_issue_ask_kind"),
        FoundQuestion(),
        DetailsQuestion(),
        KeepQuestion(),
        ChoiceQuestion("issue_person", "utter_issue_ask_person", yes="yes", no="no", wanted=_is_wrong),
    )
    given = ("issue_kind", "issue_date", "issue_amount", "issue_words")
    slots = slots_of(questions, *given[1:])


class ReportPaymentIssue(ServiceAction):
    """Tells where the payment of the last link stands, or looks into what went wrong."""

    title = "action_report_payment_issue"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if visit.slot("payment_order") and visit.option("pay_done"):
            await status_of_link(visit, str(visit.slot("payment_order")))
            return take_up_paused(visit)
        return open_form(
            visit,
            PaymentIssueForm.form,
            issue_kind=visit.option("issue_kind"),
            issue_date=visit.entity("date") or None,
            issue_amount=visit.entity("amount") or None,
            issue_words=one_line(visit.text)[:300],
        )


class SettlePaymentIssue(ServiceAction):
    """Answers with the facts, or files a request with its number and limit."""

    title = "action_settle_payment_issue"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        bound = {account.account_no: account for account in await visit.bindings()}
        account, found = bound[str(visit.slot("account_no"))], visit.slot("issue_found")
        if found == PROCESSING:
            await self._tell_processing(visit, account)
        elif found == CREDITED:
            await self._tell_credited(visit, account)
        elif visit.slot("issue_wish") == "keep":
            stand = await visit.backend.money(account.account_no, visit.user)
            visit.say("utter_issue_kept", tail=account.tail, balance=money(stand.balance))
        else:
            await self._file(visit, account)
        return [remember(account), *forget(*PaymentIssueForm.slots), *take_up_paused(visit)]

    async def _tell_processing(self, visit: Visit, account: BoundAccount) -> None:
        payment = on_its_way(await visit.backend.payments(account.account_no, visit.user))
        if payment is None:
            await self._tell_credited(visit, account)
            return
        values = _payment_values(visit, account, payment) | {"until": visit.moment(payment.at + _POSTING)}
        if payment.at + _POSTING >= visit.services.clock.now():
            visit.show("utter_issue_processing", values)
            return
        filed = await self._request(visit, account, visit.wording.of(_WORDS)["late"].format(**values))
        visit.show("utter_issue_processing_late", values | _filed_values(filed))

    async def _tell_credited(self, visit: Visit, account: BoundAccount) -> None:
        number = account.account_no
        payments, stand = await asyncio.gather(
            visit.backend.payments(number, visit.user), visit.backend.money(number, visit.user)
        )
        payment = _recent(visit, payments)
        values = _payment_values(visit, account, payment) if payment else {"tail": account.tail}
        visit.show("utter_issue_credited", values | {"balance": money(stand.balance), "payable": money(stand.payable)})

    async def _file(self, visit: Visit, account: BoundAccount) -> None:
        kind, words = str(visit.slot("issue_kind")), visit.wording.of(_WORDS)
        payments = await visit.backend.payments(account.account_no, visit.user)
        twice = double_of(payments) if visit.slot("issue_wish") == "refund" else None
        details = str(visit.slot("issue_details") or "") or (_described(visit, twice[1]) if twice else "")
        filed = await self._request(
            visit, account, words[f"text_{kind}"].format(details=details, said=visit.slot("issue_words"))
        )
        wants_back = visit.slot("issue_wish") == "refund" or kind == REFUND
        name = "utter_issue_filed_refund" if wants_back else "utter_issue_filed"
        visit.show("utter_issue_filed_again" if filed.again else name, _filed_values(filed) | {"tail": account.tail})
        if visit.slot("issue_person") == "yes":
            visit.say("utter_issue_person")
            known = {"account_no": account.account_no}
            hand_over(visit, Handoff("payment_issue", "billing", orders=(filed.order_no,), known=known))

    async def _request(self, visit: Visit, account: BoundAccount, text: str) -> FiledRequest:
        return await file_request(visit, self.title, "request_payment_error", account, text)


def _filed_values(filed: FiledRequest) -> dict[str, str | int]:
    return {"number": filed.order_no, "due": filed.due}


def _payment_values(visit: Visit, account: BoundAccount, payment: Payment) -> dict[str, str | int]:
    return {
        "tail": account.tail,
        "amount": money(payment.amount),
        "at": visit.moment(payment.at),
        "channel": payment.channel,
    }


def _described(visit: Visit, payment: Payment) -> str:
    shape = visit.wording.of(_WORDS)["payment"]
    return shape.format(
        amount=money(payment.amount), at=visit.moment(payment.at), channel=payment.channel, number=payment.payment_no
    )


ACTIONS: tuple[type[ServiceAction], ...] = (PaymentIssueForm, ReportPaymentIssue, SettlePaymentIssue)
