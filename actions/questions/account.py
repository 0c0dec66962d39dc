"""Whose account: a bound one, or a number that a code to the phone on file proves."""

from __future__ import annotations

from collections.abc import Callable

from actions.account import ACCOUNT_SLOTS, AccountForm, bound_account_meant
from actions.errands import unless_down
from actions.form import Call, FormVisit
from actions.questions.base import Question
from backend.models import BoundAccount


class AccountQuestion(Question):
    """Fills `account_no` with an account that this person may see; `check_code` is passed by then.

    The account spoken of before, or the only one bound, is taken without a question.
    """

    def __init__(self, *, fits: Callable[[BoundAccount], bool] | None = None) -> None:
        """Keeps which bound accounts come into question; every one when left out."""
        super().__init__(*ACCOUNT_SLOTS)
        self._fits = fits or (lambda _: True)
        self._reader = _Reader()

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if self.is_asked(visit) or (self.may_take(visit) and await self._is_named(visit)):
            await self._reader.read(visit)
        if visit.call is not Call.OPENED or visit.slot("check_code"):
            return
        if visit.slot("account_no"):
            await self._take_given(visit)
        else:
            await self._take_the_obvious(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; the other slots of the check are its memory, which another business may have emptied."""
        if visit.call is Call.RESUMED and not visit.slot("account_no"):
            await self._take_the_obvious(visit)
        return await self._reader.missing(visit)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        await self._reader.ask(visit, slot)

    async def _is_named(self, visit: FormVisit) -> bool:
        bound = await unless_down(visit.bindings(), [])
        tails = {account.tail for account in bound}
        return bool(visit.entity("account_no") or tails.intersection(visit.digit_runs()))

    async def _take_given(self, visit: FormVisit) -> None:
        """An account the action named: bound, it is taken; else it is proved like one just said."""
        bound = await visit.bindings()
        account = next((account for account in bound if account.account_no == visit.slot("account_no")), None)
        if account:
            self._reader.take_bound(visit, account)
        elif visit.slot("account_no") != visit.slot("code_account"):
            await self._reader.read(visit)

    async def _take_the_obvious(self, visit: FormVisit) -> None:
        bound = [account for account in await visit.bindings() if self._fits(account)]
        known = next((account for account in bound if account.account_no == visit.slot("known_account")), None)
        account = known or (bound[0] if len(bound) == 1 else None)
        if account is None and len(bound) > 1:
            account = bound_account_meant(visit, bound)
        if account:
            self._reader.take_bound(visit, account)


class _Reader(AccountForm):
    """The reading and asking of an account form, without a form of its own."""

    form = ""
    topic = ""
