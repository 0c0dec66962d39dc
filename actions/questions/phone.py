"""A phone to reach the customer: the one on file by its mask, another one, or none where that will do."""

from __future__ import annotations

from actions.errands import unless_down
from actions.form import FormVisit
from actions.questions.base import Question, Wanted
from actions.visit import Visit
from actions.wording import PHONE
from backend.models import BoundAccount

ON_FILE, NO_PHONE = "on_file", "none"
# A run of digits this long was meant as a phone number.
_PHONE_LIKE = 5


class PhoneQuestion(Question):
    """Fills `phone` with digits, `ON_FILE` or `NO_PHONE`."""

    def __init__(self, ask: str = "utter_phone_ask", *, may_be_none: bool = True, wanted: Wanted | None = None) -> None:
        """Keeps how an unknown phone is asked for, and whether the business can do without one."""
        super().__init__("phone", "phone_other", wanted=wanted)
        self._ask = ask
        self._may_be_none = may_be_none

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; `phone_other` only remembers that the one on file will not do."""
        return "phone" if await super().missing(visit) == "phone" else None

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        said = visit.entity("phone")
        if said and self.may_take(visit):
            visit.fill(phone=said)
        elif self.is_asked(visit):
            await self._read_answer(visit)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        account = await _account_with_phone(visit)
        if account:
            visit.say("utter_phone_ask_on_file", phone=account.phone_masked)
        else:
            visit.say(self._ask)

    async def _read_answer(self, visit: FormVisit) -> None:
        if read_phone_number(visit, "utter_phone_invalid"):
            return
        if visit.option("phone") == "on_file" and visit.slot("place_account"):
            visit.fill(phone=ON_FILE)  # also while the company that keeps it cannot be asked
            return
        if take_phone_on_file(visit, await _account_with_phone(visit)) or not declines_phone(visit):
            return
        if self._may_be_none:
            visit.fill(phone=NO_PHONE)
        else:
            visit.refuse("utter_phone_needed")


def read_phone_number(visit: FormVisit, invalid: str) -> bool:
    """Fills `phone` with the number in the answer, or refuses it with `invalid`; tells whether there was one."""
    number = max(visit.digit_runs(), key=len, default="")
    if len(number) < _PHONE_LIKE:
        return False
    if PHONE.fullmatch(number):
        visit.fill(phone=number)
    else:
        visit.refuse(invalid)
    return True


def take_phone_on_file(visit: FormVisit, account: BoundAccount | None) -> bool:
    """Fills that the phone on file of `account` will do, or will not; tells whether the answer speaks of it."""
    wish = visit.option("phone") if account else "none"
    if wish == "on_file" or (wish is None and visit.says_yes):
        visit.fill(phone=ON_FILE)
        return True
    if wish == "other" or (wish is None and visit.says_no):
        visit.fill(phone_other=True)
        return True
    return False


def declines_phone(visit: FormVisit) -> bool:
    """The answer says that there is no phone to be had."""
    return visit.option("phone") == "none" or visit.says_no


async def _account_with_phone(visit: Visit) -> BoundAccount | None:
    if visit.slot("phone_other"):
        return None
    bound = await unless_down(visit.bindings(), [])
    spoken_of = (visit.slot("account_no"), visit.slot("place_account"))
    account = next((account for account in bound if account.account_no in spoken_of), None)
    account = account or (bound[0] if len(bound) == 1 else None)
    return account if account and account.phone_masked else None


def phone_given(visit: Visit) -> str:
    """The number that was given, a land line as `area-number`; empty when the one on file will do, or there is none."""
    phone = str(visit.slot("phone") or "")
    return "" if phone in (ON_FILE, NO_PHONE) else phone
