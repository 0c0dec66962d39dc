"""Power back after arrears: what to pay, the registration, the meter's button; a person where life hangs on it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from actions.account import AccountForm
from actions.account_asked import AskedOfAccount, account_in_view
from actions.balance_warning import set_limit
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.form import FormVisit
from actions.handoff import PRIORITY_LIFE_SUPPORT, Handoff, hand_over
from actions.payment_facts import newest_of, on_its_way
from actions.payment_form import OVERDUE, PayForm
from actions.questions import ChoiceQuestion, Question, QuestionForm
from actions.questions.base import slots_of
from actions.visit import Visit
from actions.who import is_gentle, who_holds
from actions.wording import money
from backend.models import BoundAccount, Money, Reconnect, Supply

READY, ON = "ready", "on"
LIT, UNLIT, UNSURE = "lit", "unlit", "unsure"


class ReconnectForm(AccountForm):
    """Finds out whose power, and proves the right to see what it owes."""

    form = "reconnect_form"
    topic = "reconnect_request"
    intents = frozenset({"reconnect_request", "account_manage"})


class AskReconnect(AskedOfAccount):
    """Says what brings the power back, registers it when all is paid, or calls a person where life depends on it."""

    title = "action_ask_reconnect"
    form = "reconnect_form"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class; danger to life comes before any identity."""
        if who_holds(visit, await visit.bindings()).life_support:
            return self._life_support(visit)
        return await super().serve(visit)

    def _life_support(self, visit: Visit) -> list[Event]:
        visit.say("utter_reconnect_life_support")
        hand_over(visit, Handoff("life_support", "billing", PRIORITY_LIFE_SUPPORT))
        return []

    async def in_view(self, visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
        """See base class; of several homes the one that is cut off is meant, or whose power has just come back."""
        named = account_in_view(visit, bound) if visit.digit_runs() or visit.slot("account_no") else None
        cut = [account for account in bound if account.status == "cut_off"]
        if not named and not cut and len(bound) > 1:
            back = await asyncio.gather(*(_has_come_back(visit, account) for account in bound))
            cut = [account for account, is_back in zip(bound, back, strict=True) if is_back]
        return named or (cut[0] if len(cut) == 1 else account_in_view(visit, bound))

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """See base class."""
        number = account.account_no
        supply, stand = await asyncio.gather(
            visit.backend.supply(number, visit.user), visit.backend.money(number, visit.user)
        )
        values = {
            "tail": account.tail,
            "reconnect": money(stand.reconnect),
            "overdue": money(stand.overdue),
            "damages": money(stand.damages),
            "payable": money(stand.payable),
            "balance": money(stand.balance),
        }
        if supply.status != "cut_off":
            values["arrived"] = await _arrived_text(visit, account)
            return self._not_cut(visit, account, supply, values)
        if _owes(stand):
            return await self._tell_owed(visit, account, stand, values)
        return await self._register(visit, account, supply, values)

    def _not_cut(self, visit: Visit, account: BoundAccount, supply: Supply, values: dict[str, str]) -> list[Event]:
        """The company lets power in; a meter that waits for its button is walked through all the same."""
        if visit.option("closing_shows") == READY:
            return _to_the_meter(visit, account)
        done = supply.reconnect is not None and supply.reconnect.done_at is not None
        visit.show("utter_reconnect_is_on" if done else "utter_reconnect_not_cut", values)
        return []

    async def _tell_owed(
        self, visit: Visit, account: BoundAccount, stand: Money, values: dict[str, str]
    ) -> list[Event]:
        """What is to be paid; a payment the customer speaks of is looked up first."""
        payments = await visit.backend.payments(account.account_no, visit.user)
        waiting = on_its_way(payments)
        arrived = newest_of(payments, visit.services.clock.now(), amount=visit.entity("amount"))
        if waiting:
            values |= {"amount": money(waiting.amount), "at": visit.moment(waiting.at), "channel": waiting.channel}
            visit.show("utter_reconnect_processing", values)
            return []
        if visit.wording.holds("pays_now", visit.text) and not visit.entity("amount"):
            what = visit.option("pay_what") or OVERDUE
            return open_form(visit, PayForm.form, payment_order=None, pay_account=account.account_no, pay_amount=what)
        claims = bool(visit.entity("amount") or visit.option("pay_done"))
        if claims and not arrived:
            name = "utter_reconnect_not_arrived"
        else:
            name = "utter_reconnect_owes_gentle" if is_gentle(visit, [account]) else "utter_reconnect_owes"
        words = visit.wording.of("utter_reconnect_words")
        buttons = [(words["pay"].format(amount=values["reconnect"]), words["pay_payload"].format(**values))]
        if stand.payable > stand.reconnect:
            buttons.append(
                (words["pay_all"].format(amount=values["payable"]), words["pay_payload_all"].format(**values))
            )
        visit.show(name, values, buttons=[*buttons, (words["person"], visit.wording.value("payload_human"))])
        return []

    async def _register(
        self, visit: Visit, account: BoundAccount, supply: Supply, values: dict[str, str]
    ) -> list[Event]:
        order = _running(supply) or await visit.backend.request_reconnect(
            account.account_no, "arrears", visit.user, idempotency_key=visit.key(self.title)
        )
        values |= {"number": order.order_no or order.reconnect_no, "due": visit.moment(order.due_at)}
        values["arrived"] = await _arrived_text(visit, account)
        if order.state == "field":
            visit.show("utter_reconnect_field", values)
            return []
        visit.show("utter_reconnect_registered", values)
        return _to_the_meter(visit, account)


async def _arrived_text(visit: Visit, account: BoundAccount) -> str:
    """The newest payment of the last days, so that the customer knows which money came in."""
    payments = await visit.backend.payments(account.account_no, visit.user)
    payment = newest_of(payments, visit.services.clock.now())
    if payment is None:
        return ""
    shape = visit.wording.of("utter_reconnect_words")["arrived"]
    return shape.format(at=visit.moment(payment.at), amount=money(payment.amount))


async def _has_come_back(visit: Visit, account: BoundAccount) -> bool:
    return (await visit.backend.supply(account.account_no, visit.user)).reconnect is not None


def _to_the_meter(visit: Visit, account: BoundAccount) -> list[Event]:
    told = visit.option("closing_shows")
    return open_form(visit, ClosingForm.form, closing_account=account.account_no, closing_shows=told)


def _owes(stand: Money) -> bool:
    return stand.reconnect > 0 or (stand.days_left is not None and stand.balance < 0)


def _running(supply: Supply) -> Reconnect | None:
    """The reconnect that is under way, so that no second one is registered."""
    found = supply.reconnect
    return found if found and found.state in ("remote", "field") else None


class LampQuestion(ChoiceQuestion):
    """Has the button of a ready meter held down, and asks whether the lamp burns."""

    def __init__(self) -> None:
        super().__init__("closing_lit", "utter_reconnect_press", yes=LIT, no=UNLIT, wanted=_is_ready)


def _is_ready(visit: FormVisit) -> bool:
    return str(visit.slot("closing_shows")) == READY


class WarningQuestion(Question):
    """Offers a prepaid home to be warned earlier; taken only once there is light again."""

    def __init__(self) -> None:
        super().__init__("closing_warning", "closing_limit")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        if visit.slot("closing_warning") or visit.slot("closing_lit") != LIT:
            return None
        supply = await visit.backend.supply(str(visit.slot("closing_account")), visit.user)
        if supply.warning_limit is None:
            return None
        visit.fill(closing_limit=money(supply.warning_limit))
        return "closing_warning"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        amount = visit.entity("amount") or next(iter(visit.digit_runs()), "")
        if amount:
            visit.fill(closing_warning=amount)
        elif visit.says_yes:
            visit.fill(closing_warning="80")
        elif visit.says_no or visit.option("warning_keep"):
            visit.fill(closing_warning="keep")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_reconnect_ask_warning", limit=str(visit.slot("closing_limit")))


class ClosingForm(QuestionForm):
    """Walks a customer through the meter after the money is in."""

    form = "closing_form"
    topic = "reconnect_request"
    intents = frozenset({"reconnect_request", "meter_fault_report", "repair_update", "notice_subscription"})
    questions = (
        ChoiceQuestion("closing_shows", "utter_reconnect_ask_meter"),
        LampQuestion(),
        WarningQuestion(),
    )
    given = ("closing_account",)
    slots = slots_of(questions, *given)


class SettleClosing(ServiceAction):
    """Ends the walk: light, a limit set, or what happens next when it stays dark."""

    title = "action_settle_closing"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        shows, lit, limit = (visit.slot(name) for name in ("closing_shows", "closing_lit", "closing_warning"))
        number = str(visit.slot("closing_account"))
        if limit and limit != "keep":
            await set_limit(visit, number, str(limit), self.title)
        elif lit == LIT or shows == ON:
            visit.say("utter_reconnect_lit")
        elif shows == READY:
            visit.say("utter_reconnect_unlit")
        else:
            visit.say("utter_reconnect_wait")
        return [*forget(*ClosingForm.slots), *take_up_paused(visit)]


ACTIONS: tuple[type[ServiceAction], ...] = (AskReconnect, ClosingForm, ReconnectForm, SettleClosing)
