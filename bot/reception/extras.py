"""Offers a service behind a customer's thanks where one fits and nothing is wrong; `extra_ear` hears the answer.

Who may be offered what is the book's (`handoff.extras`). An action asks the company what the customer's accounts are
and what troubles them now, only once all that is known here is calm; at most once a day for one person.
"""

from __future__ import annotations

from typing import Any, Protocol

from bot.dialogue import Answer
from bot.reception.claim import Claim
from bot.reception.contact_ask import leaves_nothing_open
from bot.reception.room import Room
from bot.reception.situation import mood_of
from conversation.errand import Errand
from conversation.events import Owner
from conversation.reply import Button, Reply, Turn
from handoff.extras import ledger
from handoff.extras.book import Held, extra_book
from handoff.mood.reader import Mood, mood_reader
from handoff.phrases import Phrases
from runtime.postgres import Connection, at_once, transaction

_ACTION = "action_tell_standing"
# As the marks of customers are called here (actions/words/who.yml).
_SPARED_RISKS = frozenset({"life_support", "gentle"})


class Consults(Protocol):
    """Asks an action for something between two turns (`bot.messenger.Messenger`)."""

    async def consult(self, conversation_id: str, errand: Errand) -> Turn | None:
        """Returns what it says; None: it did not answer."""


class ExtraDesk:
    """Makes one offer at the one place in a talk where it belongs."""

    def __init__(self, room: Room, messenger: Consults) -> None:
        self._room = room
        self._messenger = messenger

    async def find(self, claim: Claim, answer: Answer, intent: str, phrases: Phrases) -> dict[str, Any] | None:
        """The bubble to put behind the answer of a turn, noted as made: lost with its turn, it is not made again."""
        if not _is_place(claim, answer, intent):
            return None
        at, who = self._room.clock.now(), claim.conversation_id
        async with at_once(self._room.pool) as connection:
            if not await self._may(connection, claim):
                return None
            refused = await ledger.refused(connection, who, extra_book().spans, at)
        name = await self._chosen(claim, refused)
        if name is None:
            return None
        async with transaction(self._room.pool) as connection:
            if not await self._may(connection, claim):
                return None
            number = await ledger.offered(connection, who, name, at=at, seq=claim.seq)
        return {**_reply(phrases, name).to_body(), "extra": {"id": number, "name": name}} if name else None

    async def _may(self, connection: Connection, claim: Claim) -> bool:
        """Whether this person wants offers, had none lately, finished a business and has no trouble known here."""
        book, at, who = extra_book(), self._room.clock.now(), claim.conversation_id
        if await ledger.stopped(connection, [who], book.spans, at):
            return False
        if not await ledger.finished(connection, who, book, at):
            return False
        return not await ledger.troubled(connection, [who], book.spans, at)

    async def _chosen(self, claim: Claim, refused: list[str]) -> str | None:
        """What fits, as the company knows the accounts now; empty: nothing does, None: nobody answered."""
        metadata = {"channel": claim.channel, "channel_user": claim.channel_user, "message_id": claim.message_id}
        message = {"text": "", "metadata": {**metadata, "topic": extra_book().topic}}
        turn = await self._messenger.consult(claim.conversation_id, Errand(_ACTION, "", "", {}, message))
        told = turn.profile.get("standings") if turn else None
        if told is None:
            return None
        if not all(one["wanted"] for one in told):
            return ""
        accounts = [Held(frozenset(one["facts"]), frozenset(one["troubles"])) for one in told]
        return extra_book().choose(accounts, refused)


def _is_place(claim: Claim, answer: Answer, intent: str) -> bool:
    """Thanks of a calm customer whom nobody asks anything, in words that say no more than that."""
    book = extra_book()
    if claim.owner is not Owner.BOT or intent not in book.closes or not book.thanks.search(claim.spoken.lower()):
        return False
    if claim.return_note or claim.errands or not _SPARED_RISKS.isdisjoint(claim.around.risks):
        return False
    if not leaves_nothing_open(answer.turn, answer.events.events):
        return False
    words = claim.around.words[::-1]
    moods = [mood_of(claim, words), *(mood_reader().read(said).mood for said in words)]
    return max(moods) < Mood.ANNOYED


def _reply(phrases: Phrases, name: str) -> Reply:
    more, no = (phrases.say(f"utter_extra_button_{word}") for word in ("more", "no"))
    return Reply(phrases.say(f"utter_extra_{name}"), (Button(more, more), Button(no, no)))
