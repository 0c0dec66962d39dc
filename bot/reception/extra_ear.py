"""Hears the answer to an offer: more of it is told, a no and "no more offers" are remembered."""

from __future__ import annotations

from bot.reception.claim import Claim
from bot.reception.ear import said, show
from bot.reception.turns import House, TurnBook, close_turn
from conversation.events import Owner
from conversation.message import Line
from conversation.reply import Button, Reply
from handoff import transcript
from handoff.extras import ledger
from handoff.extras.book import extra_book
from handoff.voice import speak_as_bot
from runtime.postgres import Connection, transaction

_LONGEST = 24
_STOP = "stop"


class ExtraEar:
    """Takes such answers out of the messages (`bot.reception.ears`); what is none passes."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._house = house
        self._book = book

    async def hear(self, claim: Claim) -> Claim | None:
        """Returns what is left of a message for the dialogue; None: it was served here.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        if claim.owner is Owner.AGENT or not claim.spoken or len(claim.text) > _LONGEST:
            return claim
        answer = extra_book().answer(said(claim))
        if not answer or self._house.gate.check(claim.spoken):
            return claim
        since = self._house.clock.now() - extra_book().spans.answer
        async with transaction(self._house.pool) as connection:
            made = await ledger.offered_before(connection, claim.conversation_id, claim.seq, since=since)
            if answer == _STOP:
                await ledger.stop(connection, claim.conversation_id, self._house.clock.now())
            lines = await self._take(connection, claim, made, answer) if made else []
        if not lines:
            return claim
        await show(self._house, claim.conversation_id, lines)
        return None

    async def _take(self, connection: Connection, claim: Claim, made: ledger.Offered, answer: str) -> list[Line]:
        """Writes the answer down and says what there is to say to it."""
        at = self._house.clock.now()
        await transcript.lock(connection, claim.conversation_id)
        await ledger.answered(connection, made.offer_id, answer, at)
        await close_turn(connection, claim, "done")
        phrases = self._book.tongue(claim).escalations.phrases
        if answer == "more":
            human = phrases.say("utter_reception_human_button")
            reply = Reply(phrases.say(f"utter_extra_{made.name}_more"), (Button(human, human),))
        else:
            reply = Reply(phrases.say(f"utter_extra_{answer}"))
        return await speak_as_bot(connection, claim.conversation_id, claim.epoch, [reply.to_body()], at, claim.seq)
