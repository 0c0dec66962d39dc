"""The form of a payment: for which account, how much; the link and the limits come from the utility."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from actions.account import ACCOUNT_LENGTHS, account_choices, account_number_said, bound_account_meant
from actions.form import Call, FormVisit
from actions.payment_card import card_number_sent
from actions.payment_facts import on_its_way
from actions.questions import ConfirmQuestion, Question, QuestionForm
from actions.questions.base import CORRECTING, slots_of
from actions.wording import money
from backend.errors import BackendRefused
from backend.models import BoundAccount

ALL_DUE, OVERDUE, UNSURE = "all_due", "overdue", "unsure"
# A sum a home seldom pays at once is asked about before there is a link; what is far beyond it the utility judges.
_UNUSUAL, _BEYOND = Decimal(3000), Decimal(10_000_000)
_MINUS = re.compile(r"(?<!\d)-\s*\d")


class PaidAccountQuestion(Question):
    """Fills `pay_account` with a bound account, or any number: everybody may pay for anybody, and sees masks only."""

    def __init__(self) -> None:
        super().__init__("pay_account", "pay_for")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; `pay_for` only remembers that it is somebody else's."""
        return None if visit.slot("pay_account") else "pay_account"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        bound = await visit.bindings()
        if self.may_take(visit) and visit.option("pay_for"):
            visit.fill(pay_for=visit.option("pay_for"))
        meant = self._meant(visit, bound)
        number = meant.account_no if meant else self._number(visit)
        if number and len(number) in ACCOUNT_LENGTHS:
            visit.fill(pay_account=number)
        elif number:
            visit.refuse("utter_account_length", length=len(number))
        elif visit.call is Call.OPENED and not visit.slot("pay_account") and not visit.slot("pay_for"):
            self._take_the_obvious(visit, bound)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        bound = await visit.bindings()
        if bound and not visit.slot("pay_for"):
            visit.show("utter_pay_ask_choice", {"count": len(bound)}, buttons=account_choices(visit, bound))
        else:
            visit.say("utter_pay_ask_account")

    def _meant(self, visit: FormVisit, bound: list[BoundAccount]) -> BoundAccount | None:
        if self.is_asked(visit) or (visit.call is Call.OPENED and len(bound) > 1):
            return bound_account_meant(visit, bound)
        runs = visit.digit_runs() if self.may_take(visit) else []
        tails = runs if visit.intent in CORRECTING else []  # "not this one, 7232" names an account, no sum
        return next((account for account in bound if account.account_no in runs or account.tail in tails), None)

    def _number(self, visit: FormVisit) -> str:
        if self.is_asked(visit):
            return account_number_said(visit)
        return visit.entity("account_no") if self.may_take(visit) else ""

    def _take_the_obvious(self, visit: FormVisit, bound: list[BoundAccount]) -> None:
        known = next((account for account in bound if account.account_no == visit.slot("known_account")), None)
        account = known or (bound[0] if len(bound) == 1 else None)
        if account:
            visit.fill(pay_account=account.account_no)


class PaidAmountQuestion(Question):
    """Fills `pay_amount` with yuan, `ALL_DUE` or `OVERDUE`; how slang names a sum is asked about again."""

    def __init__(self) -> None:
        super().__init__("pay_amount", "pay_sure")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; `pay_sure` only remembers that the sum was slang."""
        return None if visit.slot("pay_amount") else "pay_amount"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.may_take(visit):
            return
        wish, slang = visit.option("pay_what"), visit.option("pay_slang")
        said = _amount_said(visit) or (_bare_number(visit) if self.is_asked(visit) else "")
        if said:
            self._take(visit, said)
        elif wish:
            visit.fill(pay_amount=wish, pay_sure=None)
        elif slang:
            visit.fill(pay_amount=money(Decimal(slang)), pay_sure=UNSURE)

    def _take(self, visit: FormVisit, said: str) -> None:
        amount = _decimal(said)
        if amount is None or amount <= 0 or _is_below_zero(visit):
            visit.refuse("utter_pay_amount_least")
        else:
            visit.fill(pay_amount=money(amount), pay_sure=None)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class; what is owed is said of a bound account only."""
        number = str(visit.slot("pay_account"))
        bound = next((account for account in await visit.bindings() if account.account_no == number), None)
        if bound is None:
            visit.say("utter_pay_ask_amount_other", tail=number[-4:])
            return
        stand, words = await visit.backend.money(number, visit.user), visit.wording.of("utter_pay_words")
        values: dict[str, str | int] = {
            "tail": bound.tail,
            "payable": money(stand.payable),
            "damages": money(stand.damages),
            "balance": money(stand.balance),
            "days": stand.days_left or 0,
        }
        waiting = on_its_way(await visit.backend.payments(number, visit.user)) if stand.payable > 0 else None
        if waiting:
            at = visit.moment(waiting.at)
            visit.show("utter_pay_on_its_way", values | {"amount": money(waiting.amount), "at": at})
            return
        if stand.payable <= 0:
            prepaid = stand.days_left is not None
            visit.show("utter_pay_ask_amount_prepaid" if prepaid else "utter_pay_ask_amount_free", values)
            return
        buttons = [(words["all"].format(amount=money(stand.payable)), words["all_payload"])]
        if 0 < stand.reconnect < stand.payable:
            buttons.append((words["overdue"].format(amount=money(stand.reconnect)), words["overdue_payload"]))
        visit.show("utter_pay_ask_amount", values, buttons=buttons)


class LinkQuestion(Question):
    """Asks the utility for the link once all is known; what it refuses is asked again with the reason."""

    def __init__(self) -> None:
        super().__init__("payment_order")

    async def read(self, visit: FormVisit) -> None:
        """See base class; nobody tells the number of a link."""

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class; it never is asked for."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; returns the slot that the utility does not accept."""
        if visit.slot("payment_order") and "payment_order" in visit.changes:
            return None
        try:
            order = await self._open(visit)
        except BackendRefused as error:
            return _refused(visit, error)
        visit.fill(payment_order=order)
        return None

    async def _open(self, visit: FormVisit) -> str:
        number, said = str(visit.slot("pay_account")), str(visit.slot("pay_amount"))
        key = visit.key("action_send_payment_link")
        if said == ALL_DUE:
            order = await visit.backend.payment_link(number, "all_due", visit.user, idempotency_key=key)
            return order.payment_order_no
        amount = Decimal((await visit.backend.money(number, visit.user)).reconnect if said == OVERDUE else said)
        order = await visit.backend.payment_link(number, "top_up", visit.user, idempotency_key=key, amount=amount)
        return order.payment_order_no


def _refused(visit: FormVisit, error: BackendRefused) -> str:
    """Says why there is no link, and empties what is to be told anew."""
    if error.reason == "account.unknown":
        visit.fill(pay_account=None)
        visit.refuse("utter_pay_unknown")
        return "pay_account"
    names = {
        "payment.amount": "utter_pay_amount_outside",
        "payment.nothing_due": "utter_pay_nothing_due",
        "account.not_bound": "utter_pay_only_amounts",
    }
    if error.reason not in names:
        raise error
    limits = {name: str(error.fields.get(name, "")) for name in ("least", "most")}
    visit.fill(pay_amount=None, pay_sure=None, confirmed=None)
    visit.refuse(names[error.reason], **limits)
    return "pay_amount"


def _amount_said(visit: FormVisit) -> str:
    """The amount of the message; of one that corrects itself the last one."""
    said = [str(value) for value in visit.tracker.get_latest_entity_values("amount")]
    if not said:
        return ""
    return said[-1] if visit.wording.holds("correcting", visit.text) else said[0]


def _bare_number(visit: FormVisit) -> str:
    number = str(visit.slot("pay_account") or "")
    runs = (run for run in visit.digit_runs() if run not in (number, number[-4:] if len(visit.text) > 4 else ""))
    return next(runs, "")


def _is_below_zero(visit: FormVisit) -> bool:
    return bool(_MINUS.search(unicodedata.normalize("NFKC", visit.text)) or visit.option("below_zero"))


def _decimal(said: str) -> Decimal | None:
    """Reads yuan; a unit behind a number too long to be one is no part of it."""
    digits = "".join(re.findall(r"[0-9.]", said))
    try:
        return Decimal(digits) if digits else None
    except InvalidOperation:
        return None


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    return {"tail": str(visit.slot("pay_account"))[-4:], "amount": str(visit.slot("pay_amount"))}


def _is_doubtful(visit: FormVisit) -> bool:
    amount = str(visit.slot("pay_amount") or "")
    large = amount not in (ALL_DUE, OVERDUE, "") and _UNUSUAL <= Decimal(amount) <= _BEYOND
    return bool(visit.slot("pay_sure")) or large


class PayForm(QuestionForm):
    """Finds out for which account and how much, and has the link made."""

    form = "pay_form"
    topic = "pay_bill"
    intents = frozenset({"pay_bill", "balance_query"})
    questions = (
        PaidAccountQuestion(),
        PaidAmountQuestion(),
        ConfirmQuestion("utter_pay_confirm", _summary, wanted=_is_doubtful),
        LinkQuestion(),
    )
    slots = slots_of(questions[:-1])

    async def read(self, visit: FormVisit) -> None:
        """See base class; a card number is refused before anything else is read."""
        if card_number_sent(visit):
            visit.refuse("utter_pay_no_card")
            return
        await super().read(visit)
