"""Automatic deduction: how it stands, signing, changing and ending it; each needs the customer's own yes."""

from __future__ import annotations

from collections.abc import Mapping

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.account import remember
from actions.base import Event, ServiceAction, forget, open_form, take_up_paused
from actions.firm_yes import FirmVisit
from actions.form import FormVisit
from actions.payment_card import card_number_sent
from actions.questions import AccountQuestion, ChoiceQuestion, ConfirmQuestion, Question, QuestionForm
from actions.questions.base import slots_of
from actions.visit import Services, Visit
from actions.wording import money
from backend.errors import Conflict, NotFound

STATUS, SIGN, CHANGE, END, FAILED = "status", "sign", "change", "end", "failed"
_WORDS = "utter_autopay_words"
_NONE = "none"


class StandingQuestion(Question):
    """Reads how deduction stands once the account is known; it asks nothing."""

    def __init__(self) -> None:
        super().__init__("autopay_provider")

    async def read(self, visit: FormVisit) -> None:
        """See base class."""

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; to sign what is signed with another provider is to change it."""
        provider = visit.slot("autopay_provider") or await _provider(visit, str(visit.slot("account_no")))
        visit.fill(autopay_provider=provider)
        wish = visit.slot("autopay_wish")
        if wish == CHANGE and provider == _NONE:
            visit.fill(autopay_wish=SIGN)
        elif wish == SIGN and provider != _NONE and visit.slot("autopay_channel") not in (None, "", _channel(visit)):
            visit.fill(autopay_wish=CHANGE)
        return None


async def _provider(visit: Visit, account_no: str) -> str:
    try:
        return (await visit.backend.mandate(account_no, visit.user)).provider
    except NotFound:
        return _NONE


def _channel(visit: Visit) -> str | None:
    """The channel of the mandate that holds, as the customer would name it."""
    return visit.wording.option("autopay_channel", str(visit.slot("autopay_provider") or ""))


def _needs_channel(visit: FormVisit) -> bool:
    signed = visit.slot("autopay_provider") not in (None, "", _NONE)
    return visit.slot("autopay_wish") == CHANGE or (visit.slot("autopay_wish") == SIGN and not signed)


def _needs_yes(visit: FormVisit) -> bool:
    signed = visit.slot("autopay_provider") not in (None, "", _NONE)
    wish = visit.slot("autopay_wish")
    if wish == CHANGE and visit.slot("autopay_channel") == _channel(visit):
        return False
    return wish == CHANGE or (wish == SIGN and not signed) or (wish == END and signed)


class YesQuestion(ConfirmQuestion):
    """Says what will be done to the deduction; the sentence is that of the wish."""

    def __init__(self) -> None:
        super().__init__("utter_autopay_confirm_sign", _summary, options="autopay_yes", wanted=_needs_yes)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.show(f"utter_autopay_confirm_{visit.slot('autopay_wish')}", await _summary(visit))


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    return _values(visit)


def _values(visit: Visit) -> dict[str, str | int]:
    provider = str(visit.slot("autopay_provider") or "")
    return {
        "tail": str(visit.slot("account_no"))[-4:],
        "provider": _named(visit, provider),
        "channel": str(visit.slot("autopay_channel") or ""),
    }


def _named(visit: Visit, provider: str) -> str:
    """A provider as customers read it; the sandbox's own has no name."""
    return visit.wording.of(_WORDS).get(f"provider_{provider}", provider)


class AutopayForm(QuestionForm):
    """Finds out the account, what is wanted of its deduction, and with whom."""

    form = "autopay_form"
    topic = "autopay_manage"
    intents = frozenset({"autopay_manage"})
    questions = (
        AccountQuestion(),
        StandingQuestion(),
        ChoiceQuestion("autopay_channel", "utter_autopay_ask_channel", entity="", wanted=_needs_channel),
        YesQuestion(),
    )
    given = ("autopay_wish",)
    slots = slots_of(questions, *given)

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> FormVisit:
        """See base class."""
        return FirmVisit(dispatcher, tracker, services, self, "autopay_yes")

    async def read(self, visit: FormVisit) -> None:
        """See base class; a card number is refused, and a wallet named anywhere is the channel."""
        if card_number_sent(visit):
            visit.refuse("utter_pay_no_card")
            return
        wish, channel = visit.option("autopay_wish"), visit.option("autopay_channel")
        if wish and visit.requested != "confirmed":
            visit.fill(autopay_wish=wish)
        if channel and visit.slot("autopay_wish") in (SIGN, CHANGE):
            visit.fill(autopay_channel=channel)
        await super().read(visit)


class ManageAutopay(ServiceAction):
    """Opens the form with what the message says of the wish; without a wish it tells how deduction stands."""

    title = "action_manage_autopay"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        if card_number_sent(visit):
            visit.say("utter_pay_no_card")
            return []
        return open_form(visit, AutopayForm.form, autopay_wish=visit.option("autopay_wish") or STATUS)


class SettleAutopay(ServiceAction):
    """Tells how deduction stands, or does what was confirmed."""

    title = "action_settle_autopay"

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        wish, values = str(visit.slot("autopay_wish") or STATUS), _values(visit)
        signed = visit.slot("autopay_provider") not in (None, "", _NONE)
        if visit.slot("confirmed"):
            await self._do(visit, wish, values)
        elif wish == FAILED:
            stand = await visit.backend.money(str(visit.slot("account_no")), visit.user)
            values["payable"] = money(stand.payable)
            name = "utter_autopay_failed" if signed else "utter_autopay_failed_unsigned"
            visit.show(name, values)
        else:
            visit.show("utter_autopay_signed" if signed else "utter_autopay_unsigned", values)
        known = [one for one in await visit.bindings() if one.account_no == visit.slot("account_no")]
        kept = [remember(known[0])] if known else []
        return [*kept, *forget(*AutopayForm.slots), *take_up_paused(visit)]

    async def _do(self, visit: Visit, wish: str, values: dict[str, str | int]) -> None:
        number = str(visit.slot("account_no"))
        if wish in (CHANGE, END):
            await visit.backend.cancel_mandate(number, visit.user, idempotency_key=visit.key(f"{self.title}/end"))
        if wish == END:
            visit.show("utter_autopay_ended", values)
            return
        visit.show(await self._sign(visit, number, wish), values)

    async def _sign(self, visit: Visit, number: str, wish: str) -> str:
        """Signs where the company may sign for the wallet; else the wallet's own page does, and is named."""
        provider = visit.wording.of(_WORDS)[f"code_{visit.slot('autopay_channel')}"]
        try:
            await visit.backend.sign_mandate(number, provider, visit.user, idempotency_key=visit.key(self.title))
        except NotFound:
            return "utter_autopay_entry_changed" if wish == CHANGE else "utter_autopay_entry"
        except Conflict as error:
            if error.reason != "mandate.prepaid":
                raise
            return "utter_autopay_prepaid"
        return "utter_autopay_done"


ACTIONS: tuple[type[ServiceAction], ...] = (AutopayForm, ManageAutopay, SettleAutopay)
