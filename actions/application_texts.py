"""Facts of an application that come in the customer's own words: where, whose name, from which day."""

from __future__ import annotations

from datetime import date, timedelta

from actions.form import FormVisit
from actions.questions import DayQuestion, TextQuestion


class PlaceFact(TextQuestion):
    """Where, in the customer's words; of a meter that is moved, whereto."""

    async def read(self, visit: FormVisit) -> None:
        """See base class; a place told before it is asked for is not asked again."""
        await super().read(visit)
        early = visit.requested and not self.is_asked(visit) and not visit.slot(self.slots[0])
        if early and await self.missing(visit) and visit.wording.holds("place_like", visit.text):
            visit.fill(**{self.slots[0]: visit.text.strip()})

    async def put(self, visit: FormVisit, slot: str) -> None:
        """See base class."""
        moves = visit.wording.option("place_of", str(visit.slot("apply_type")))
        visit.say("utter_application_ask_place_move" if moves else "utter_application_ask_place")


class NameFact(TextQuestion):
    """A holder's name; one that looks like a name is one, whatever else the model hears in it."""

    async def read(self, visit: FormVisit) -> None:
        """See base class."""
        if self.is_asked(visit) and visit.wording.is_shaped("name_like", visit.text):
            visit.fill(**{self.slots[0]: visit.text.strip()})
        else:
            await super().read(visit)


class FutureDayQuestion(DayQuestion):
    """A day to come; a month alone means its first day."""

    async def read(self, visit: FormVisit) -> None:
        """See base class; a lease's end is often said as a month."""
        period = visit.entity("bill_period")
        if not visit.entity("date") and len(period) == len("YYYY-MM") and self.is_asked(visit):
            year, month = (int(part) for part in period.split("-"))
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            visit.fill(**{self.slots[0]: last.isoformat()})
            return
        await super().read(visit)
