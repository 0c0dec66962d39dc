"""Days, amounts and free words; each says what is wrong with an answer that cannot be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from actions.form import FormVisit
from actions.questions.base import CORRECTING, Question, Wanted
from actions.wording import money, plain

# These words are an answer, whatever business they sound like a little.
_ORDINARY = frozenset({"correct_info", "nlu_fallback", "affirm", "deny", ""})


class TextQuestion(Question):
    """Fills its slot with the customer's own words when asked, or with an entity in any message."""

    def __init__(
        self,
        slot: str,
        ask: str,
        *,
        too_short: str,
        entity: str = "",
        shortest: int = 2,
        intents: frozenset[str] = frozenset(),
        wanted: Wanted | None = None,
    ) -> None:
        """Keeps how it is asked and read.

        Args:
            slot: what it fills.
            ask: the response that puts it.
            too_short: the response to an answer without words, an emoji say.
            entity: the entity that tells it in any message, if one does.
            shortest: how many letters or characters make an answer.
            intents: the intents whose words are an answer here, beside those that name no business.
            wanted: see base class.
        """
        super().__init__(slot, wanted=wanted)
        self._ask = ask
        self._too_short = too_short
        self._entity = entity
        self._shortest = shortest
        self._intents = intents | _ORDINARY

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        said = visit.entity(self._entity) if self._entity and self.may_take(visit) else ""
        if said:
            visit.fill(**{self.slots[0]: said})
        elif self.is_asked(visit) and visit.intent in self._intents and not _is_spent(visit):
            words = "".join(character for character in plain(visit.text) if character.isalnum())
            if len(words) >= self._shortest:
                visit.fill(**{self.slots[0]: visit.text.strip()})
            else:
                visit.refuse(self._too_short)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(self._ask)


class DayQuestion(Question):
    """Fills its slot with a day, YYYY-MM-DD, within `past` days back and `ahead` days on."""

    def __init__(
        self, slot: str, ask: str, *, outside: str, past: int = 0, ahead: int = 0, wanted: Wanted | None = None
    ) -> None:
        """Keeps how it is asked; `outside` is the response to a day that cannot be (values day, first, last)."""
        super().__init__(slot, wanted=wanted)
        self._ask = ask
        self._outside = outside
        self._past, self._ahead = timedelta(days=past), timedelta(days=ahead)

    async def read(self, visit: FormVisit) -> None:
        """See base class; of a stretch of days the first counts."""
        said = visit.entity("date")[:10] if self.may_take(visit) else ""
        if not said:
            return
        try:
            day = date.fromisoformat(said)
        except ValueError:
            return  # a month or a feast without a day answers nothing: the question is put again
        today = visit.services.clock.now().date()
        first, last = today - self._past, today + self._ahead
        if day > last and not self._ahead:
            day = _a_year_before(day)  # the year was not said, and what is asked about is over
        if first <= day <= last:
            visit.fill(**{self.slots[0]: day.isoformat()})
        elif self.is_asked(visit) or self.is_corrected(visit):
            words = {"day": visit.wording.day(day), "first": visit.wording.day(first), "last": visit.wording.day(last)}
            visit.refuse(self._outside, **words)

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(self._ask)


class AmountQuestion(Question):
    """Fills its slot with yuan, two decimals, from `least` to `most`."""

    def __init__(
        self, slot: str, ask: str, *, outside: str, least: Decimal, most: Decimal, wanted: Wanted | None = None
    ) -> None:
        """Keeps how it is asked; `outside` is the response to an amount that cannot be (values least, most)."""
        super().__init__(slot, wanted=wanted)
        self._ask = ask
        self._outside = outside
        self._least, self._most = least, most

    async def read(self, visit: FormVisit) -> None:
        """See base class; a bare number is an amount when it was asked for."""
        said = visit.entity("amount") if self.may_take(visit) else ""
        if not said and self.is_asked(visit):
            said = next(iter(visit.digit_runs()), "")
        amount = _decimal(said)
        if amount is None:
            return
        if self._least <= amount <= self._most:
            visit.fill(**{self.slots[0]: money(amount)})
        else:
            visit.refuse(self._outside, least=money(self._least), most=money(self._most))

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        visit.say(self._ask)


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _is_spent(visit: FormVisit) -> bool:
    """A correction whose words have changed another answer."""
    return visit.intent in CORRECTING and bool(visit.changes)


def _decimal(said: str) -> Decimal | None:
    try:
        return Decimal(said) if said else None
    except InvalidOperation:
        return None
