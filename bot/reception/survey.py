"""Hears what a customer says about a service or an answer, in words, while something about it is asked and not before.

A rating is taken out of the message and the rest goes on to the dialogue; what is no rating passes untouched. Danger in
a message is nobody's rating.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.reception import stars
from bot.reception.claim import Claim
from bot.reception.ear import show
from bot.reception.stars import Rating
from bot.reception.turns import House, TurnBook, close_turn
from conversation.evaluation import COMMENT_CHARACTERS, Opinion
from conversation.message import Line
from handoff import transcript
from handoff.phrases import Phrases
from handoff.satisfaction import evaluations, follow_ups, rating, surveys
from handoff.voice import speak_as_bot
from runtime.postgres import Connection, transaction

# The newest line the customer was told before a message, if it asked whether it helped and nobody has said.
_ASKED_HELP = """
    select m.seq from messages m left join evaluations e on e.conversation_id = m.conversation_id and e.seq = m.seq
    where m.conversation_id = $1 and m.body ? 'helped' and e.seq is null and m.delivery in ('pending', 'sent')
      and m.seq = (select max(seq) from messages where conversation_id = $1 and seq < $2
                   and role in ('bot', 'agent', 'system') and delivery is distinct from 'suppressed')
"""


@dataclass(frozen=True)
class _Heard:
    """One message under way: the words for its customer, and when."""

    claim: Claim
    phrases: Phrases
    at: datetime


class SurveyEar:
    """Takes ratings out of messages (`bot.reception.desk.Rate`)."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._house = house
        self._book = book

    async def rate(self, claim: Claim) -> Claim | None:
        """Returns what is left of a message for the dialogue; None: it was served here.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        said = claim.spoken
        if not said or claim.text != claim.shown or self._house.gate.check(said):
            return claim
        given, no_call, helped = stars.read(said, fresh=True), stars.declines(said), stars.helped(said)
        if not (given or no_call or helped):
            return claim
        heard = _Heard(claim, self._book.tongue(claim).escalations.phrases, self._house.clock.now())
        async with transaction(self._house.pool) as connection:
            await transcript.lock(connection, claim.conversation_id)
            lines, left = await self._take(connection, heard, no_call=no_call, helped=helped)
        if lines is None:
            return claim
        await show(self._house, claim.conversation_id, lines)
        return replace(claim, text=left, shown=left) if left else None

    async def _take(
        self, connection: Connection, heard: _Heard, *, no_call: bool, helped: int | None
    ) -> tuple[list[Line] | None, str]:
        """Writes down what is said, if it was asked; returns the new lines (None: it was not) and what is left."""
        claim, at = heard.claim, heard.at
        survey = await surveys.open_survey(connection, claim.conversation_id, claim.seq, at=at)
        given = stars.read(claim.spoken, fresh=survey.newest) if survey else None
        if survey and given:
            return await self._keep_stars(connection, heard, survey.seq, given), given.rest if given.goes_on else ""
        if no_call and await follow_ups.decline(connection, claim.conversation_id, at=at):
            return await self._end(connection, heard, "utter_human_follow_up_declined"), ""
        asked = await connection.fetchval(_ASKED_HELP, claim.conversation_id, claim.seq) if helped else None
        if asked and helped:
            await self._put(connection, heard, asked, Opinion(helped))
            return await self._end(connection, heard, f"utter_human_{'helped' if helped > 0 else 'not_helped'}"), ""
        return None, ""

    async def _keep_stars(self, connection: Connection, heard: _Heard, seq: int, given: Rating) -> list[Line]:
        opinion = Opinion(given.stars, comment=given.rest[:COMMENT_CHARACTERS])
        lines = await self._put(connection, heard, seq, opinion)
        if given.goes_on:
            return lines
        if lines:
            await close_turn(connection, heard.claim, "done")
            return lines
        return await self._end(connection, heard, "utter_human_rated", stars=given.stars)

    async def _put(self, connection: Connection, heard: _Heard, seq: int, opinion: Opinion) -> list[Line]:
        claim = heard.claim
        subject = await evaluations.subject_of(connection, claim.conversation_id, seq)
        if subject is None:
            return []
        kept = await rating.keep(
            connection,
            claim.conversation_id,
            seq,
            subject,
            opinion,
            heard.phrases,
            at=heard.at,
            reply_to=claim.seq,
        )
        return list(kept.lines)

    async def _end(self, connection: Connection, heard: _Heard, name: str, **blanks: object) -> list[Line]:
        claim, body = heard.claim, {"text": heard.phrases.say(name, **blanks)}
        await close_turn(connection, claim, "done")
        return await speak_as_bot(connection, claim.conversation_id, claim.epoch, [body], heard.at, claim.seq)
