"""What the actions are told of the people at the desk: whom nobody is there for now, and what may be promised."""

from __future__ import annotations

from typing import Any, Protocol

from bot.reception.claim import Around
from handoff.escalations import Escalations
from handoff.hours import book
from handoff.hours.duty import DESK_CLOSED, absence
from handoff.waiting.telling import queue_rules
from runtime.clock import Clock


class Staffed(Protocol):
    """What the question needs of the house (`bot.reception.turns.House`)."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def escalations(self) -> Escalations:
        """The fork, with the default hours."""


def desk_metadata(house: Staffed, around: Around) -> dict[str, Any]:
    """Returns `{"desk_closed": {skill: {"opens", "promised"}}}` of the skills nobody answers for now; open: nothing.

    The times are missing where nothing is planned.
    """
    now = house.clock.now()
    calendar = book.calendar_of(around.weeks, around.days, (house.escalations.hours.span,))
    told: dict[str, dict[str, str]] = {}
    for skill in calendar.closed_skills((*book.SKILLS, *calendar.weeks), now):
        back = absence(calendar, skill, now, answer_within=queue_rules().answer_within)
        told[skill] = {"opens": back.opens.isoformat(), "promised": back.promised.isoformat()} if back else {}
    return {DESK_CLOSED: told} if told else {}
