"""What is taken out of a message before the dialogue sees it: an answer to planned work, then a rating."""

from __future__ import annotations

from bot.reception.consent import ConsentEar
from bot.reception.inbox import Claim
from bot.reception.survey import SurveyEar
from bot.reception.turns import House, TurnBook


class Ears:
    """The ears in their order (`bot.reception.desk.Rate`)."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._consent, self._survey = ConsentEar(house, book), SurveyEar(house, book)

    async def rate(self, claim: Claim) -> Claim | None:
        """Returns what is left of a message for the dialogue; None: it was served. Raises TurnLost."""
        left = await self._consent.hear(claim)
        return await self._survey.rate(left) if left else None
