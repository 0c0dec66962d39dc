"""The payment skill: a link to pay by, how to pay; "paid" is said only when the books say so."""

from __future__ import annotations

from rasa_sdk.events import SlotSet

from actions import autopay, payment_issue, reconnect
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.handoff import Handoff, hand_over
from actions.payment_card import card_number_sent
from actions.payment_form import PayForm
from actions.visit import Visit
from actions.who import is_gentle
from actions.wording import money
from backend.models import PaymentOrder
from conversation.reply import Card

_WORDS = "utter_pay_words"


class PayBill(ServiceAction):
    """Shows how to pay, or goes for a link."""

    title = "action_pay_bill"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if card_number_sent(visit):
            visit.say("utter_pay_no_card")
            return []
        if visit.option("pay_later"):
            visit.say("utter_pay_later")
            hand_over(visit, Handoff("instalments", "billing"))
            return []
        asks_how = visit.option("pay_how") and not visit.entity("amount")
        if is_gentle(visit, await visit.bindings()) and (asks_how or visit.option("finds_it_hard")):
            visit.say("utter_pay_gentle")
            return take_up_paused(visit)
        if asks_how:
            visit.show("utter_pay_how", {}, card=_steps(visit))
            return take_up_paused(visit)
        return open_form(visit, PayForm.form, payment_order=None)


def _steps(visit: Visit) -> Card:
    words = visit.wording.of("utter_pay_how_words")
    rows = tuple((words[f"step_{number}"], words[f"step_{number}_text"]) for number in range(1, 5))
    return Card(kind="steps", title=words["title"], rows=rows, note=words["note"])


class SendPaymentLink(ServiceAction):
    """Gives the link: for whom, how much, until when; nothing is paid yet."""

    title = "action_send_payment_link"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        order = await visit.backend.payment_order(str(visit.slot("payment_order")), visit.user)
        bound = {account.account_no for account in await visit.bindings()}
        foreign = order.account_no not in bound
        visit.say("utter_pay_link_other" if foreign else "utter_pay_link", **_order_values(visit, order))
        known = [] if foreign else [SlotSet("known_account", order.account_no)]
        return [*known, *forget(*PayForm.slots), *take_up_paused(visit)]


class TakeNo(ServiceAction):
    """Takes a no outside of questions; "I cannot do that" is no refusal but a wish for help."""

    title = "action_take_no"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        visit.say("utter_pay_gentle" if visit.option("finds_it_hard") else "utter_deny_noted")
        return []


def _order_values(visit: Visit, order: PaymentOrder) -> dict[str, str]:
    return {
        "tail": order.account_no[-4:],
        "name": order.name_masked,
        "address": order.address_masked,
        "amount": money(order.amount),
        "link": order.link,
        "until": visit.moment(order.expires_at),
        "number": order.payment_order_no,
    }


ACTIONS: tuple[type[ServiceAction], ...] = (
    PayBill,
    PayForm,
    SendPaymentLink,
    TakeNo,
    *payment_issue.ACTIONS,
    *autopay.ACTIONS,
    *reconnect.ACTIONS,
)
