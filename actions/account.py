"""The account skill: which account is meant, the check code, binding; of a number it shows the last four digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rasa_sdk.events import SlotSet

from actions.base import Event, ServiceAction
from actions.form import Form, FormVisit
from actions.visit import Visit
from actions.wording import plain
from backend.errors import BackendRefused
from backend.models import BoundAccount

# 13 digits today, 10 before, 16 in the south (taxonomy.yml, account_no); nobody guesses a missing one.
ACCOUNT_LENGTHS = frozenset({10, 13, 16})
CODE_LENGTH = 6
WRONG_CODES_LIMIT = 3
ACCOUNT_SLOTS = ("account_no", "check_code", "code_account", "code_phone", "wrong_codes")
_NOT_A_NUMBER_BELOW = 7
_SHORTEST_COMMUNITY = 3
ACCOUNT_FORMS = (
    "account_bind_form",
    "bill_form",
    "balance_form",
    "usage_form",
    "points_form",
    "reconnect_form",
)
# Refusals after which asking again is of no use.
_FINAL_REFUSALS = {
    "check_code.locked": "utter_account_locked",
    "accounts.too_many": "utter_account_too_many",
    "account.no_phone": "utter_account_no_phone",
}
_RETRY_REFUSALS = {
    "account.unknown": "utter_account_unknown",
    "check_code.too_soon": "utter_account_code_too_soon",
    "check_code.expired": "utter_account_code_expired",
}


def bound_account_meant(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    """Finds the bound account that the message names: by number, last four digits, community or place in the list."""
    runs = visit.digit_runs()
    for account in bound:
        if account.account_no in runs or account.tail in runs or _is_community(visit, account):
            return account
    at_place = _at_place_named(visit, bound)
    if at_place:
        return at_place
    index = place_in_list(visit, len(bound))
    return _other_one(visit, bound) if index is None else bound[index]


def _other_one(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    """Of two accounts the one that was not spoken of: "and the other one?"."""
    spoken_of = [account for account in bound if account.account_no == visit.slot("known_account")]
    if len(bound) != 2 or not spoken_of or not visit.wording.holds("other_account", plain(visit.text)):
        return None
    return next(account for account in bound if account not in spoken_of)


def place_in_list(visit: Visit, length: int) -> int | None:
    """Which of the things just listed the message means: the second one, or where there are several, a bare 2."""
    position = visit.option("list_position") or (
        visit.wording.is_exactly("bare_number", visit.text) if length > 1 else None
    )
    index = int(position) - 1 if position else length
    return index if index < length else None


def _is_community(visit: Visit, account: BoundAccount) -> bool:
    """The whole message is the community's name; inside a longer address it may be somebody else's door."""
    said, place = plain(visit.text), plain(account.address_masked.rstrip("*"))
    if len(said) >= _SHORTEST_COMMUNITY and place.endswith(said):
        return True
    for filler in sorted(visit.wording.phrases("that_home"), key=len, reverse=True):
        said = said.replace(filler, "")
    return len(said) >= _SHORTEST_COMMUNITY and place.endswith(said)


def _at_place_named(visit: Visit, bound: Sequence[BoundAccount]) -> BoundAccount | None:
    """The only bound account in the community that the message names without a door: "the one at the gardens"."""
    place = plain(visit.entity("address"))
    if len(place) < _SHORTEST_COMMUNITY or any(char.isdigit() for char in place):
        return None
    there = [account for account in bound if place in plain(account.address_masked)]
    return there[0] if len(there) == 1 and len(bound) > 1 else None


def _is_whole(run: str, part: str) -> bool:
    return len(run) in ACCOUNT_LENGTHS or len(part) < _NOT_A_NUMBER_BELOW < len(run)


def account_number_said(visit: Visit) -> str:
    """Reads an account number, right or wrong, from the message; what was understood as a phone or order is none."""
    entity = visit.entity("account_no")
    if entity:
        # A part of a number is no number of its own: the whole is meant, and told its own length.
        return next((run for run in visit.digit_runs() if entity in run and _is_whole(run, entity)), entity)
    other = (visit.entity("phone"), visit.entity("ticket_no"))
    runs = (run for run in visit.digit_runs() if len(run) >= _NOT_A_NUMBER_BELOW and not any(run in no for no in other))
    return next(runs, "")


def account_choices(visit: Visit, bound: Sequence[BoundAccount]) -> list[tuple[str, str]]:
    """One button per bound account: its last four digits and its community."""
    words = visit.wording.of("utter_account_words")
    return [
        (
            words["choice"].format(tail=account.tail, place=account.address_masked),
            words["choice_payload"].format(tail=account.tail),
        )
        for account in bound
    ]


class AccountForm(Form):
    """A form that needs an account the customer may see; a code to the phone on file proves an unbound one."""

    slots: ClassVar[tuple[str, ...]] = ACCOUNT_SLOTS
    intents = frozenset({"account_manage"})

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        bound = await visit.bindings()
        if visit.requested == "check_code" and await self._read_code(visit):
            return
        meant = bound_account_meant(visit, bound)
        if meant:
            self.take_bound(visit, meant)
            return
        number = account_number_said(visit) or str(visit.slot("account_no") or "")
        if not number and visit.requested == "account_no" and visit.option("finds_it_hard"):
            visit.fill(account_no=None)  # no useless answer, though it is no number
            visit.refuse("utter_account_gentle_help")
        elif not number and visit.requested == "account_no" and visit.option("by_phone"):
            visit.fill(account_no=None)
            visit.refuse("utter_account_by_phone")
        elif not number and visit.requested == "account_no" and _has_none_at_hand(visit):
            visit.refuse("utter_account_where_number")
        elif not number and visit.requested == "account_no":
            # A phone number given as the account number deserves the word about lengths.
            number = visit.entity("phone")
        if number and number != visit.slot("code_account"):
            await self._take_number(visit, number)

    def take_bound(self, visit: FormVisit, account: BoundAccount) -> None:
        """Takes an account that is bound already: nothing is left to prove."""
        visit.fill(account_no=account.account_no, check_code="passed")

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class."""
        return next((slot for slot in ("account_no", "check_code") if not visit.slot(slot)), None)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        if slot == "check_code":
            tail = str(visit.slot("account_no"))[-4:]
            phone = visit.slot("code_phone") or visit.wording.of("utter_account_words")["phone_on_file"]
            visit.say("utter_account_ask_check_code", tail=tail, phone=phone)
            return
        bound = await visit.bindings()
        if bound:
            visit.show("utter_account_ask_choice", {"count": len(bound)}, buttons=account_choices(visit, bound))
        else:
            visit.say("utter_account_ask_account_no")

    async def _take_number(self, visit: FormVisit, number: str) -> None:
        visit.fill(account_no=None, code_account=None)
        if len(number) in ACCOUNT_LENGTHS:
            await self._send_code(visit, number)
        else:
            visit.refuse("utter_account_length", length=len(number))
        if not visit.slot("account_no") and visit.requested == "account_no":
            # A refused number is no progress: the second one in a row offers a person.
            visit.changes.clear()

    async def _send_code(self, visit: FormVisit, number: str) -> None:
        try:
            code = await visit.backend.send_check_code(number, visit.user)
        except BackendRefused as error:
            if error.reason == "check_code.too_soon":
                # The code sent a moment ago is still good: it is asked for again, not sent again.
                visit.fill(account_no=number, check_code=None, code_account=number)
            _refused(visit, error)
            return
        visit.fill(account_no=number, check_code=None, code_account=number, code_phone=code.phone_masked)

    async def _read_code(self, visit: FormVisit) -> bool:
        trouble = visit.option("check_code") or ("not_received" if visit.says_no else None)
        code = next((run for run in visit.digit_runs() if len(run) == CODE_LENGTH), "")
        if code:
            await self._try_code(visit, code)
        elif trouble == "resend":
            await self._send_code(visit, str(visit.slot("account_no")))
        elif trouble == "not_received":
            visit.refuse("utter_account_code_not_received")
        elif trouble == "not_mine":
            visit.end("utter_account_not_my_phone")
        return bool(code or trouble)

    async def _try_code(self, visit: FormVisit, code: str) -> None:
        try:
            await visit.backend.bind(str(visit.slot("account_no")), code, visit.user)
        except BackendRefused as error:
            if error.reason == "check_code.wrong":
                _wrong_code(visit, int(str(error.fields.get("tries_left", 0))))
            else:
                _refused(visit, error)
            return
        visit.fill(check_code="passed")
        visit.forget_bindings()
        await visit.bindings()


def _has_none_at_hand(visit: FormVisit) -> bool:
    """The customer does not know the number, and is told where it stands."""
    unknown = visit.wording.is_exactly("account_no", visit.text) or visit.says_no
    return bool(unknown) or visit.option("account_wish") == "find"


def _wrong_code(visit: FormVisit, tries_left: int) -> None:
    wrong = int(visit.slot("wrong_codes") or 0) + 1
    visit.fill(wrong_codes=wrong)
    if wrong >= WRONG_CODES_LIMIT or tries_left <= 0:
        visit.end("utter_account_codes_used_up")
    else:
        visit.refuse("utter_account_code_wrong", left=min(tries_left, WRONG_CODES_LIMIT - wrong))


def _refused(visit: FormVisit, error: BackendRefused) -> None:
    if error.reason in _FINAL_REFUSALS:
        visit.end(_FINAL_REFUSALS[error.reason])
    elif error.reason in _RETRY_REFUSALS:
        visit.refuse(_RETRY_REFUSALS[error.reason], seconds=str(error.fields.get("retry_after_s", "")))
    else:
        raise error


class AccountBindForm(AccountForm):
    """Binds one more account to this chat."""

    form = "account_bind_form"
    topic = "account_manage"

    def take_bound(self, visit: FormVisit, account: BoundAccount) -> None:
        """See base class; binding what is bound ends here."""
        visit.end("utter_account_already_bound", tail=account.tail)

    async def ask(self, visit: FormVisit, slot: str) -> None:
        """See base class; the choice among bound accounts makes no sense here."""
        if slot == "account_no":
            visit.say("utter_account_ask_account_no")
        else:
            await super().ask(visit, slot)


def remember(account: BoundAccount) -> Event:
    """Keeps the account the talk is about, for the next question."""
    event: dict[str, Any] = SlotSet("known_account", account.account_no)
    return event


ACTIONS: tuple[type[ServiceAction], ...] = (AccountBindForm,)
