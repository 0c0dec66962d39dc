"""The account skill, second part: unbinding, a new phone on file, finding an account by its holder's name.

A phone changes only with a code from each of the two phones; a search tells the last four digits and masks, never a
whole number, and counts against data fishing (compliance.md section 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rasa_sdk.events import SlotSet

from actions.account import CODE_LENGTH, account_choices, bound_account_meant
from actions.base import Event, FormEnd, ServiceAction, forget
from actions.form import FormVisit
from actions.questions import AccountQuestion, ConfirmQuestion, Offered, OfferedQuestion, QuestionForm, TextQuestion
from actions.questions.base import Question, slots_of
from actions.visit import Visit
from actions.wording import PHONE
from backend.errors import BackendRefused

_INTENTS = frozenset({"account_manage"})
_MOBILE_DIGITS, _SHORTEST_HINT = 11, 6


class _BoundQuestion(OfferedQuestion):
    """One of the bound accounts; the only one is taken."""

    async def offers(self, visit: FormVisit) -> Sequence[Offered]:
        """See base class."""
        bound = await visit.bindings()
        labels = [label for label, _ in account_choices(visit, bound)]
        return [Offered(label, account.account_no, {}) for label, account in zip(labels, bound, strict=True)]

    async def read(self, visit: FormVisit) -> None:
        """See base class; the last four digits name an account, too."""
        bound, runs = await visit.bindings(), visit.digit_runs()
        named = [account for account in bound if account.tail in runs or account.account_no in runs]
        by_place = None if named or visit.slot(self.slots[0]) else bound_account_meant(visit, bound)
        named = named or ([by_place] if by_place else [])
        if named and self.may_take(visit):
            visit.fill(**{self.slots[0]: named[0].account_no})
        elif len(bound) == 1 and not visit.slot(self.slots[0]):
            visit.fill(**{self.slots[0]: bound[0].account_no})
        else:
            await super().read(visit)


async def _unbind_summary(visit: FormVisit) -> Mapping[str, str | int]:
    return {"tail": str(visit.slot("unbind_account"))[-4:]}


class UnbindForm(QuestionForm):
    """Which bound account, and a yes."""

    form = "unbind_form"
    topic = "account_manage"
    intents = _INTENTS
    questions = (
        _BoundQuestion("unbind_account", "utter_account_ask_unbind", none="utter_account_none_bound"),
        ConfirmQuestion("utter_account_confirm_unbind", _unbind_summary),
    )
    slots = (*slots_of(questions), "unbind_account_offers")


class Unbind(FormEnd):
    """Ends the binding."""

    title = "action_unbind_account"
    needs = UnbindForm.slots

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        account_no = str(visit.slot("unbind_account"))
        await visit.backend.unbind(account_no, visit.user)
        visit.forget_bindings()
        visit.say("utter_account_unbound", tail=account_no[-4:])
        spoken_of = forget("known_account") if visit.slot("known_account") == account_no else []
        return [*spoken_of, *self.done(visit)]


class _NewPhoneQuestion(Question):
    """The new phone; once it is told the codes are on their way."""

    def __init__(self) -> None:
        super().__init__("new_phone", "phone_change_no")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return None if visit.slot("phone_change_no") else "new_phone"

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        said = visit.entity("phone")
        if not said and self.is_asked(visit):
            said = max(visit.digit_runs(), key=len, default="")
        if not said or not (self.may_take(visit) or self.is_asked(visit)) or not visit.slot("account_no"):
            return
        if len(said) != _MOBILE_DIGITS or not PHONE.fullmatch(said):
            visit.refuse("utter_account_new_phone_invalid")
            return
        await self._ask_codes(visit, said)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say("utter_account_ask_new_phone")

    async def _ask_codes(self, visit: FormVisit, phone: str) -> None:
        try:
            change = await visit.backend.ask_phone_change(
                str(visit.slot("account_no")), phone, visit.user, idempotency_key=visit.key("new_phone")
            )
        except BackendRefused as error:
            response = _PHONE_REFUSALS.get(error.reason)
            if response is None:
                raise
            (visit.end if error.reason in _PHONE_FINAL else visit.refuse)(
                response, seconds=str(error.fields.get("retry_after_s", ""))
            )
            return
        visit.fill(
            new_phone=phone,
            phone_change_no=change.phone_change_no,
            code_phone=change.old_phone_masked,
            new_phone_masked=change.new_phone_masked,
            old_code=None,
            new_code=None,
        )


_PHONE_FINAL = frozenset({"account.no_phone", "check_code.locked", "account.not_bound"})
_PHONE_REFUSALS = {
    "account.no_phone": "utter_account_change_at_hall",
    "account.not_bound": "utter_account_change_bind_first",
    "check_code.locked": "utter_account_locked",
    "check_code.too_soon": "utter_account_code_too_soon",
    "phone.invalid": "utter_account_new_phone_invalid",
    "phone.same": "utter_account_new_phone_same",
}


class _CodeQuestion(Question):
    """Six digits that one of the phones received; they are used at once and never shown."""

    def __init__(self, slot: str, ask: str, phone_slot: str) -> None:
        super().__init__(slot)
        self._ask = ask
        self._phone_slot = phone_slot

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if not self.is_asked(visit):
            return
        code = next((run for run in visit.digit_runs() if len(run) == CODE_LENGTH), "")
        trouble = visit.option("check_code")
        if code:
            visit.fill(**{self.slots[0]: code})
        elif trouble == "not_mine":
            visit.end("utter_account_change_at_hall")
        elif trouble:
            visit.refuse("utter_account_code_not_received")

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(self._ask, phone=str(visit.slot(self._phone_slot) or ""))


class PhoneChangeForm(QuestionForm):
    """Whose account, the new phone, and the code from each phone."""

    form = "phone_change_form"
    topic = "account_manage"
    intents = _INTENTS
    questions = (
        AccountQuestion(),
        _NewPhoneQuestion(),
        _CodeQuestion("old_code", "utter_account_ask_old_code", "code_phone"),
        _CodeQuestion("new_code", "utter_account_ask_new_code", "new_phone_masked"),
    )
    slots = slots_of(questions, "new_phone_masked")


class ChangePhone(FormEnd):
    """Changes the phone when both codes are right."""

    title = "action_change_phone"
    needs = PhoneChangeForm.slots

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        done = self.done(visit)
        number, codes = str(visit.slot("phone_change_no")), (str(visit.slot("old_code")), str(visit.slot("new_code")))
        try:
            account = await visit.backend.confirm_phone_change(
                number, *codes, visit.user, idempotency_key=visit.key(self.title)
            )
        except BackendRefused as error:
            if error.reason not in {"check_code.wrong", "check_code.expired", "check_code.locked"}:
                raise
            visit.say("utter_account_change_codes_wrong")
            return done
        visit.forget_bindings()
        visit.say("utter_account_phone_changed", tail=account.tail, phone=account.phone_masked)
        return done


class _HintQuestion(TextQuestion):
    """The phone on file, or the address to the room."""

    def __init__(self) -> None:
        super().__init__(
            "holder_hint",
            "utter_account_ask_hint",
            too_short="utter_account_hint_invalid",
            shortest=_SHORTEST_HINT,
            entity="phone",
            intents=_INTENTS,
        )

    async def read(self, visit: FormVisit) -> None:
        """See base class; an address is one whatever business it sounds like."""
        if self.is_asked(visit) and visit.entity("address"):
            visit.fill(holder_hint=visit.text.strip())
        else:
            await super().read(visit)


class FindForm(QuestionForm):
    """The holder's name, and the phone on file or the address to the room."""

    form = "find_form"
    topic = "account_manage"
    intents = _INTENTS
    questions = (
        TextQuestion(
            "holder_name",
            "utter_account_ask_holder",
            too_short="utter_account_holder_invalid",
            entity="customer_name",
            intents=_INTENTS,
        ),
        _HintQuestion(),
    )
    slots = slots_of(questions)


class FindAccount(FormEnd):
    """Tells what fits by its last four digits, and how to bind it; that nothing fits says nothing of what exists."""

    title = "action_find_account"
    needs = FindForm.slots

    async def serve(self, visit: Visit) -> list[Event]:
        """See base class."""
        name, hint = str(visit.slot("holder_name")), str(visit.slot("holder_hint"))
        phone = next((run for run in visit.wording.digit_runs(hint) if PHONE.fullmatch(run)), "")
        done = self.done(visit)
        try:
            found = await visit.backend.find_accounts(
                name, visit.user, phone=phone, address="" if phone else hint, idempotency_key=visit.key(self.title)
            )
        except BackendRefused as error:
            if error.reason != "accounts.too_many":
                raise
            visit.say("utter_account_too_many")
            return done
        if not found:
            visit.say("utter_account_not_found")
            return done
        words = visit.wording.of("utter_account_words")
        accounts = words["separator"].join(
            words["candidate"].format(tail=one.account_no[-4:], name=one.name_masked, place=one.address_masked)
            for one in found
        )
        visit.say("utter_account_found", accounts=accounts)
        only = [SlotSet("said_account", found[0].account_no)] if len(found) == 1 else []
        return [*done, *only]


ACTIONS: tuple[type[ServiceAction], ...] = (
    ChangePhone,
    FindAccount,
    FindForm,
    PhoneChangeForm,
    Unbind,
    UnbindForm,
)
