"""The summary before something is done: a yes does it, a correction changes it, a no asks what to change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from actions.form import FormVisit
from actions.questions.base import SUMMARY, Question, Wanted

CONFIRMED = "yes"
Values = Callable[[FormVisit], Awaitable[Mapping[str, str | int]]]


class ConfirmQuestion(Question):
    """Says what will be done and fills `confirmed` with `CONFIRMED` at a yes; whatever else is said may correct it."""

    takes_corrections: ClassVar[bool] = True

    def __init__(
        self,
        ask: str,
        values: Values,
        *,
        options: str = "confirm",
        change: str = "utter_form_what_to_change",
        wanted: Wanted | None = None,
    ) -> None:
        """Keeps the sentence and where its values come from.

        Args:
            ask: the response that says what will be done and asks for a yes.
            values: gives the values of that sentence, from what was filled.
            options: the list whose `yes` and `no` phrases answer beside the common ones.
            change: the response to a bare no.
            wanted: see base class.
        """
        super().__init__(SUMMARY, wanted=wanted)
        self._ask = ask
        self._values = values
        self._options = options
        self._change = change

    async def read(self, visit: FormVisit) -> None:
        """See base class; it reads first, so a yes that brings a correction with it is read as the correction."""
        if not self.is_asked(visit):
            return
        by_words = visit.wording.is_exactly(self._options, visit.text)
        if by_words == "yes" or (by_words is None and visit.says_yes):
            visit.fill(**{self.slots[0]: CONFIRMED})
        elif by_words == "no" or visit.wording.is_exactly("yes_no", visit.text) == "no":
            visit.refuse(self._change)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.show(self._ask, await self._values(visit))
