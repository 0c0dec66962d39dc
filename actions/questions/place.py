"""Where it is: a bound home, a place the utility knows, or the customer's own words."""

from __future__ import annotations

from actions.form import Call, FormVisit
from actions.place import PLACE_SLOTS, PlaceForm
from actions.questions.base import Question, Wanted


class PlaceQuestion(Question):
    """Fills `address`, and `place_account`, `area_id`, `estate` when the place is known to the utility."""

    def __init__(self, ask: str, *, form_intents: frozenset[str], wanted: Wanted | None = None) -> None:
        """Keeps how the open question is put and which intents describe places in this form."""
        super().__init__(*PLACE_SLOTS, wanted=wanted)
        self._reader = _Reader(ask, form_intents)

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if self.is_asked(visit) or visit.call is Call.OPENED or self.may_take(visit):
            await self._reader.read_place(visit)

    async def missing(self, visit: FormVisit) -> str | None:
        """See base class; the other slots of a place are its memory, not questions."""
        if self._wanted and not self._wanted(visit):
            return None
        return await self._reader.missing(visit)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        await self._reader.ask_place(visit)


class _Reader(PlaceForm):
    """The reading and asking of a form about a place, without a form of its own."""

    form = ""
    topic = ""
    slots = PLACE_SLOTS

    def __init__(self, ask: str, form_intents: frozenset[str]) -> None:
        super().__init__()
        self.question = ask
        self.intents = form_intents  # type: ignore[misc]
