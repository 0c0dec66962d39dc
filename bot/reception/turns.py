"""The book of turns: what a turn does to the conversation, each act one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.dialogue import Answer, Question
from bot.errors import DialogueFailed, TurnLost
from bot.identity import links
from bot.policies.safety import Danger, DangerKind, SafetyGate
from bot.reception import errand_book, plain
from bot.reception.advice import AdviceDesk
from bot.reception.calling import call_a_person, feel, intent_of
from bot.reception.claim import Claim
from bot.reception.contact_ask import ask_about_contact
from bot.reception.extras import ExtraDesk
from bot.reception.fork import hand_over, leave_queue, reopen
from bot.reception.helped import ask_whether_helped
from bot.reception.in_light import heard
from bot.reception.metadata import metadata_of
from bot.reception.tongue import Tongue, Tongues
from bot.reception.turn_rows import answered, remember
from bot.reception.wire import Wire
from bot.trackers import NewEvents
from conversation.events import Owner
from conversation.message import Role
from conversation.reply import Button, HandoffRequest, Reply, Turn
from handoff import ledger, live, transcript
from handoff.escalations import Change, Escalations
from handoff.phrases import Phrases
from handoff.voice import speak_as_bot
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

# A turn that takes longer than this shows the customer that somebody is writing.
_TYPING_AFTER = 0.3

# After every line there is.
_NEWEST = 2**62
# The skill of whoever answers danger.
_DANGER = "danger"

# Also of what an errand has found out.
LEARN = "update conversations set profile = profile || $2 where conversation_id = $1"

_DONE = """
    update messages set turn = $4
    where conversation_id = $1 and seq = any($2) and turn = 'pending' and turn_attempts = $3 returning seq
"""


class Thinker(Protocol):
    """Thinks a turn through (`bot.dialogue.Dialogue`). Raises DialogueFailed."""

    async def answer(self, question: Question) -> Answer:
        """Returns what the turn wants."""


@dataclass(frozen=True)
class House:
    """What the reception works with."""

    pool: Pool
    bus: Bus
    wire: Wire
    clock: Clock
    phrases: Phrases
    escalations: Escalations
    gate: SafetyGate


class TurnBook:
    """Runs and records turns."""

    def __init__(
        self,
        house: House,
        thinker: Thinker,
        *,
        deadline: float,
        advice: AdviceDesk | None = None,
        extras: ExtraDesk | None = None,
    ) -> None:
        self._house = house
        self._extras = extras
        self._advice = advice
        self._thinker = thinker
        self._deadline = deadline
        self._tongues = Tongues(house.pool, house.phrases, house.escalations)

    def belongs_to_agent(self, claim: Claim) -> bool:
        """Whether a person has the word."""
        return claim.owner is Owner.AGENT

    async def ask(self, claim: Claim, danger: Danger | None = None, *, spent: float = 0, meant: str = "") -> Answer:
        """Lets the bot think, within what is left of the deadline, told of the danger; `meant` overrules the reading.

        Raises:
            DialogueFailed: it broke, or the deadline passed.
        """
        metadata = metadata_of(self._house, claim, danger)
        text = self._heard(claim)
        if text == claim.shown:  # typed, not pressed
            text, notice = await heard(self._house, claim, text)
            metadata |= notice
        question = Question(claim.conversation_id, claim.channel, text, claim.message_id, metadata, meant)
        thinking = asyncio.ensure_future(self._thinker.answer(question))
        try:
            done, _ = await asyncio.wait({thinking}, timeout=_TYPING_AFTER)
            if not done:
                await self._typing(claim)
            return await asyncio.wait_for(thinking, max(self._deadline / 2, self._deadline - spent))
        except asyncio.TimeoutError as error:
            raise DialogueFailed(f"no answer within {self._deadline} s") from error
        finally:
            thinking.cancel()

    def _heard(self, claim: Claim) -> str:
        """The text the dialogue reads; the name of a place says nothing of what is wanted."""
        return self._house.phrases.say("utter_reception_line_location") if claim.location else claim.text

    async def commit(self, claim: Claim, answer: Answer) -> None:
        """Records an answered turn: bubbles, memory, hand-off and "done", all or nothing.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        turn, change = answer.turn, None
        if not (turn.replies or turn.handoff or turn.leaves_queue):
            turn = Turn((self._apology(),))
        tongue, intent, at = self.tongue(claim), intent_of(answer.events.events), self._house.clock.now()
        bodies = [reply.to_body() for reply in tongue.write(turn.replies)]
        phrases = tongue.escalations.phrases
        extra = await self._extras.find(claim, answer, intent, phrases) if self._extras else None
        told = [*bodies, extra] if extra else bodies
        if await plain.finish(self._house, claim, turn, intent, answer.events, told):
            await self._tell(claim)
            if not extra and await ask_about_contact(self._house, claim, answer, intent, phrases):
                await self._tell(claim)
            return
        async with transaction(self._house.pool) as connection:
            await transcript.lock(connection, claim.conversation_id)
            await close_turn(connection, claim, "done")
            turn = (await call_a_person(connection, claim, turn, intent, self._house.phrases, at)).turn
            await self._speak(connection, claim, tongue.write(await self._instructed(connection, claim, turn)))
            await remember(connection, claim, answer.events)
            if turn.profile:
                await connection.execute(LEARN, claim.conversation_id, turn.profile)
            await self._keep(connection, claim, turn)
            if turn.handoff:
                change = await hand_over(connection, claim, turn.handoff, tongue.escalations, at=at)
            elif turn.leaves_queue:
                change = await leave_queue(connection, claim, tongue.escalations, at=at)
            elif claim.owner is Owner.BOT:
                change = await reopen(connection, claim, intent, tongue.escalations, at=at)
        await self._tell(claim, change)

    async def apologise(self, claim: Claim) -> None:
        """Answers a turn that failed with an honest sentence and the way to a person."""
        await self.commit(claim, Answer(Turn((self._apology(),)), NewEvents(0, ())))

    async def give_up(self, claim: Claim) -> None:
        """Gives a message that no turn survives to a person."""
        request = HandoffRequest("fault", "turn_failed", 3, {"asked": claim.text})
        await self.commit(claim, Answer(Turn((self._apology(),), request), NewEvents(0, ())))

    async def pass_to_agent(self, claim: Claim) -> None:
        """Leaves the message to the agent, who sees it already; danger in it is marked for them."""
        danger = self._house.gate.check(claim.spoken)
        async with transaction(self._house.pool) as connection:
            owned = await transcript.lock(connection, claim.conversation_id)
            await close_turn(connection, claim, "done")
            await feel(connection, claim, self._house.clock.now())
            if danger:
                note = self._house.phrases.say("utter_reception_danger_note", sign=danger.sign)
                await transcript.append(
                    connection,
                    claim.conversation_id,
                    Role.NOTE,
                    {"text": note},
                    at=self._house.clock.now(),
                    epoch=owned.epoch,
                )
        if danger:
            await self._tell(claim)
        if self._advice:
            self._advice.look_for(claim)

    async def warn_of_danger(self, claim: Claim) -> Danger | None:
        """Says the safety instruction before anything else, and calls a person at top priority; once per message.

        Returns the danger the message speaks of.
        """
        danger = next(filter(None, map(self._house.gate.check, (*claim.parts, claim.spoken))), None)
        if danger is None:
            return None
        tongue = self.tongue(claim)
        async with transaction(self._house.pool) as connection:
            await transcript.lock(connection, claim.conversation_id)
            if await answered(connection, claim):
                return danger
            await self._speak(connection, claim, tongue.write((self._instruction(danger.kind),)))
            request = HandoffRequest(_DANGER, "danger", 0, {"risks": ["danger"], "danger_sign": danger.sign})
            at = self._house.clock.now()
            change = await hand_over(connection, claim, request, tongue.escalations, at=at)
        await self._tell(claim, change)
        return danger

    async def _instructed(self, connection: Connection, claim: Claim, turn: Turn) -> tuple[Reply, ...]:
        """The replies of a turn; danger that only the dialogue has seen gets its instruction in front of them."""
        if turn.handoff is None or turn.handoff.skill != _DANGER:
            return turn.replies
        standing = await ledger.open_in(connection, claim.conversation_id)
        if standing and standing.skill == _DANGER:
            return turn.replies
        return (self._instruction(DangerKind.EQUIPMENT), *turn.replies)

    async def _speak(self, connection: Connection, claim: Claim, replies: tuple[Reply, ...]) -> None:
        bodies = [reply.to_body() for reply in replies]
        if bodies:
            at = self._house.clock.now()
            bodies = await ask_whether_helped(connection, claim, bodies, self._house.phrases, at=at)
            await speak_as_bot(connection, claim.conversation_id, claim.epoch, bodies, at=at, reply_to=claim.seq)

    async def _keep(self, connection: Connection, claim: Claim, turn: Turn) -> None:
        """Keeps requests for later and lets go what is no longer wanted, in the transaction that says so."""
        at = self._house.clock.now()
        for errand in turn.errands:
            await errand_book.keep(connection, claim.conversation_id, errand, at=at)
        if turn.dropped:
            await errand_book.drop(connection, claim.conversation_id, turn.dropped, at=at)
        if turn.settled:
            await links.settle(connection, turn.settled, at=at)

    def tongue(self, claim: Claim) -> Tongue:
        """In which script the customer of a message is spoken to; digits and short answers keep the one before."""
        return self._tongues.among(claim.shown if claim.spoken else "", claim.around.written)

    async def escalations_of(self, conversation_id: str) -> Escalations:
        """The fork in the script the customer of a conversation wrote last."""
        return (await self._tongues.of(conversation_id, _NEWEST, "")).escalations

    async def _tell(self, claim: Claim, change: Change | None = None) -> None:
        await self._house.wire.tell(claim.conversation_id, {"kind": "message", "seq": claim.seq})
        if change:
            await self._house.wire.tell(claim.conversation_id, {"kind": "owner"})
            await live.announce_change(self._house.bus, change)

    async def _typing(self, claim: Claim) -> None:
        await self._house.wire.tell(claim.conversation_id, {"kind": "typing", "role": "bot", "on": True})

    def _apology(self) -> Reply:
        label = self._house.phrases.say("utter_reception_human_button")
        return Reply(self._house.phrases.say("utter_reception_apology"), (Button(label, label),))

    def _instruction(self, kind: DangerKind) -> Reply:
        return Reply(self._house.phrases.say(f"utter_danger_{kind.value}"))


async def close_turn(connection: Connection, claim: Claim, turn: str) -> None:
    """Ends the turn of a message, `done` or `failed`; a note of the agent who gave the talk back was for it.

    Raises:
        TurnLost: another worker has claimed the message.
    """
    rows = await connection.fetch(_DONE, claim.conversation_id, list(claim.seqs), claim.attempt, turn)
    if len(rows) != len(claim.seqs):
        raise TurnLost(conversation_id=claim.conversation_id, seq=claim.seq)
    if claim.return_note:
        await connection.execute(
            "update conversations set return_note = null where conversation_id = $1 and return_note = $2",
            claim.conversation_id,
            claim.return_note,
        )
