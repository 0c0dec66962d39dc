"""Hears a key account's answer to planned work, right behind the notice that asks for it, and thanks for it.

Agreement, refusal and what they would like instead are words of `in_light.yml`; anything else goes on to the dialogue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from bot.nlu.characters import lowered, normalize
from bot.reception.claim import Around, Claim
from bot.reception.ear import show
from bot.reception.turns import House, TurnBook, close_turn
from conversation.message import Line
from handoff import transcript
from handoff.notices import consents, marks
from handoff.notices.consents import Answer, Said
from handoff.notices.marks import Told
from handoff.phrases import Phrases
from handoff.voice import speak_as_bot
from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from runtime.yaml_files import read_yaml

# And outage_consult_peak, a peak-shift call.
KIND = "outage_consult"
_FILE = Path(__file__).with_name("in_light.yml")
_LONGEST, _WISH = 120, 60


@dataclass(frozen=True)
class _Words:
    days: timedelta
    agrees: re.Pattern[str]
    refuses: re.Pattern[str]
    moves: re.Pattern[str]


def read(text: str) -> Said | None:
    """Returns the answer that a text gives; None: it gives none."""
    words, said = _words(), lowered(normalize(text)).strip(" ,.!?;~\u3002\uff01")
    if not said or len(said) > _LONGEST:
        return None
    if words.agrees.fullmatch(said):
        return Said(Answer.AGREED)
    refused = words.refuses.fullmatch(said) or words.moves.fullmatch(said)
    return Said(Answer.REFUSED, refused.group(1).strip()[:_WISH]) if refused else None


class ConsentEar:
    """Takes answers out of messages, before the dialogue sees them (`bot.reception.desk.Rate`)."""

    def __init__(self, house: House, book: TurnBook) -> None:
        self._house = house
        self._book = book

    async def hear(self, claim: Claim) -> Claim | None:
        """Returns the message if it is no answer; None: it was, and is served.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        said = read(claim.spoken) if claim.spoken and claim.text == claim.shown else None
        told = _asked(claim.around, self._house.clock.now()) if said else None
        if said is None or told is None or self._house.gate.check(claim.spoken):
            return claim
        phrases = self._book.tongue(claim).escalations.phrases
        async with transaction(self._house.pool) as connection:
            await transcript.lock(connection, claim.conversation_id)
            lines = await self._take(connection, claim, told, said, phrases)
        if not lines:
            return claim
        await show(self._house, claim.conversation_id, lines)
        return None

    async def _take(self, connection: Connection, claim: Claim, told: Told, said: Said, phrases: Phrases) -> list[Line]:
        now = self._house.clock.now()
        kept = await consents.record(connection, told.notice_id, said, claim.conversation_id, at=now)
        if kept is None:
            return []
        await marks.read(connection, told, now)
        start = kept["window_start"].astimezone(SHANGHAI)
        day = phrases.say("utter_human_day", month=start.month, day=start.day, time=f"{start.hour}:{start:%M}")
        name = "agreed" if said.answer is Answer.AGREED else "moved" if said.wish else "refused"
        body = {"text": phrases.say(f"utter_human_consent_{name}", day=day, wish=said.wish)}
        await close_turn(connection, claim, "done")
        return await speak_as_bot(connection, claim.conversation_id, claim.epoch, [body], now, claim.seq)


def _asked(around: Around, now: datetime) -> Told | None:
    """The notice that asked, if it is the last that anybody of the house has said and is not too old."""
    if around.told is None or around.told_at is None or around.told_at < now - _words().days:
        return None
    told = Told.from_body(around.told)
    return told if told.kind.startswith(KIND) else None


@lru_cache(maxsize=1)
def _words() -> _Words:
    held = read_yaml(_FILE)["consent"]
    shapes = (re.compile(held[name]) for name in ("agrees", "refuses", "moves"))
    return _Words(timedelta(days=held["days"]), *shapes)
