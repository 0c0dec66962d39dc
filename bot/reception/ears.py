"""What is taken out of a message before the dialogue sees it: answers to what the house itself has asked, ratings."""

from __future__ import annotations

from bot.reception.claim import Claim
from bot.reception.consent import ConsentEar
from bot.reception.contact_ear import ContactEar
from bot.reception.extra_ear import ExtraEar
from bot.reception.survey import SurveyEar
from bot.reception.turns import House, TurnBook


class Ears:
    """The ears in their order (`bot.reception.desk.Rate`)."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._consent, self._contact = ConsentEar(house, book), ContactEar(house, book)
        self._extra = ExtraEar(house, book)
        self._survey = SurveyEar(house, book)

    async def rate(self, claim: Claim) -> Claim | None:
        """Returns what is left of a message for the dialogue; None: it was served. Raises TurnLost."""
        left = await self._consent.hear(claim)
        left = await self._contact.hear(left) if left else None
        left = await self._extra.hear(left) if left else None
        return await self._survey.rate(left) if left else None
