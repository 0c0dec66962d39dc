"""Going on in another door: makes codes, hears them, and has the conversation move; before the dialogue is asked.

What is wrong, old, used or another door's is answered with one sentence: nobody learns whether a code exists.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.identity import codes, links
from bot.identity.codes import ResumeCodes
from bot.identity.moving import Move, move
from bot.identity.wishes import MoveOut, Share, TakeUp, wish_in
from bot.reception.claim import Claim
from bot.reception.turns import House, TurnBook, close_turn
from bot.replies.script import written
from connectors.shared.errors import TooMany
from connectors.shared.resume import ResumeCode
from conversation.identity import ChannelName, ChannelUser
from conversation.message import Role
from handoff import live, transcript
from handoff.escalations import Change
from runtime.postgres import transaction

# A turn that runs in the old conversation may end first: so long it is waited for.
_PATIENCE_S, _LOOK_S = 2.0, 0.1

_SPEND = "insert into spent_states (nonce, expires_at) values ($1, $2) on conflict do nothing returning nonce"

_THINKING = "select exists (select 1 from messages where conversation_id = $1 and turn = 'pending')"


class ResumeDesk:
    """The office of codes (`connectors.shared.resume.Resuming`), and of the messages that bring one."""

    def __init__(
        self, house: House, book: TurnBook, secret: str, *, doors: frozenset[ChannelName], public_url: str = ""
    ) -> None:
        """Keeps where people can go on.

        Args:
            house: what the reception works with.
            book: tells the script a customer is spoken to in.
            secret: keys the hashes of the codes.
            doors: the doors that are open.
            public_url: where customers reach the chat page, for links; without it a code is to be typed there.
        """
        self._house = house
        self._book = book
        self._codes = ResumeCodes(secret)
        self._doors = doors
        self._public_url = public_url.rstrip("/")

    def doors(self, user: ChannelUser) -> tuple[ChannelName, ...]:
        """See base class."""
        return tuple(door for door in ChannelName if door in self._doors and door is not user.channel)

    async def make_code(self, user: ChannelUser) -> ResumeCode:
        """See base class."""
        async with transaction(self._house.pool) as connection:
            return await self._codes.make(connection, user, at=self._now())

    async def link(self, visitor: ChannelUser, platform: ChannelUser) -> None:
        """See base class."""
        pair = (visitor.conversation_id, platform.conversation_id)
        async with transaction(self._house.pool) as connection:
            for gains, source in (pair, pair[::-1]):
                await links.add(connection, gains, source, "oauth", at=self._now())

    async def spend(self, nonce: str, expires_at: datetime) -> bool:
        """See base class."""
        async with transaction(self._house.pool) as connection:
            await connection.execute("delete from spent_states where expires_at < now()")
            return bool(await connection.fetchval(_SPEND, nonce, expires_at))

    async def hear(self, claim: Claim) -> bool:
        """Serves a message that is a wish of this office; false: it is the dialogue's.

        Raises:
            TurnLost: another worker has claimed the message.
        """
        wish = wish_in(claim.spoken)
        if isinstance(wish, TakeUp):
            await self._take_up(claim, wish.code)
        elif isinstance(wish, MoveOut) and wish.door.value != claim.channel:
            await self._move_out(claim, wish.door)
        elif isinstance(wish, Share):
            return await self._share(claim)
        else:
            return False
        return True

    async def _take_up(self, claim: Claim, code: str) -> None:
        user, at = ChannelUser.of(claim.conversation_id), self._now()
        async with transaction(self._house.pool) as connection:
            throttled = await codes.is_throttled(connection, claim.conversation_id, at=at)
            source = None if throttled else await self._codes.find(connection, code, user, at=at)
        if source == claim.conversation_id:
            await self._answer(claim, "utter_door_resume_same")
            return
        if source and await self._move(claim, code, source):
            return
        if not throttled:
            async with transaction(self._house.pool) as connection:
                await codes.count_wrong(connection, claim.conversation_id, at=at)
        await self._answer(claim, "utter_door_resume_throttled" if throttled else "utter_door_resume_unknown")

    async def _move(self, claim: Claim, code: str, source: str) -> bool:
        """Moves the conversation here; false: somebody took the code first."""
        await self._let_turns_end(source)
        user, at, script = ChannelUser.of(claim.conversation_id), self._now(), self._book.tongue(claim).script
        async with transaction(self._house.pool) as connection:
            for key in sorted((source, claim.conversation_id)):
                await transcript.lock(connection, key)
            if await self._codes.find(connection, code, user, at=at, hold=True) != source:
                return False
            await close_turn(connection, claim, "done")
            await self._codes.take(connection, code, claim.conversation_id, at=at)
            phrases, epoch = self._house.phrases, claim.epoch
            changes = await move(Move(connection, phrases, source, claim.conversation_id, claim.seq, epoch, script, at))
        await self._tell(source, claim.conversation_id, changes=changes)
        return True

    async def _move_out(self, claim: Claim, door: ChannelName) -> None:
        """Tells how to go on in another door, with a code for it."""
        user = ChannelUser.of(claim.conversation_id)
        if door not in self._doors:
            await self._answer(claim, "utter_door_resume_closed", door=self._name(door))
            return
        try:
            made = await self.make_code(user)
        except TooMany:
            await self._answer(claim, "utter_door_resume_too_many")
            return
        blanks = {"door": self._name(door), "minutes": made.seconds // 60, "code": _spaced(made.code)}
        if door is ChannelName.WEB and self._public_url:
            # Behind the sign the code stays in the browser: no server's log and no referrer holds it.
            await self._answer(
                claim, "utter_door_resume_link", link=f"{self._public_url}/#resume={made.code}", **blanks
            )
        else:
            await self._answer(claim, "utter_door_resume_code", **blanks)

    async def _share(self, claim: Claim) -> bool:
        """Lets the door the talk came from know what is bound here: only who was asked to may say so."""
        at = self._now()
        async with transaction(self._house.pool) as connection:
            source = await links.last_source(connection, claim.conversation_id, at=at)
            if source:
                await links.add(connection, source, claim.conversation_id, "consent", at=at)
        if source:
            await self._answer(claim, "utter_door_resume_shared", door=self._name(ChannelUser.of(source).channel))
        return source is not None

    async def _answer(self, claim: Claim, name: str, **blanks: object) -> None:
        """Answers with a sentence of the house and ends the turn."""
        text = written(self._house.phrases.say(name, **blanks), self._book.tongue(claim).script)
        async with transaction(self._house.pool) as connection:
            owned = await transcript.lock(connection, claim.conversation_id)
            await close_turn(connection, claim, "done")
            await transcript.append(
                connection,
                claim.conversation_id,
                Role.SYSTEM,
                {"text": text},
                at=self._now(),
                epoch=owned.epoch,
                reply_to=claim.seq,
            )
        await self._tell(claim.conversation_id)

    async def _let_turns_end(self, conversation_id: str) -> None:
        """Waits a little for an answer that is on its way: the question it asks is the one to be asked again."""
        for _ in range(int(_PATIENCE_S / _LOOK_S)):
            if not await self._house.pool.fetchval(_THINKING, conversation_id):
                return
            await asyncio.sleep(_LOOK_S)

    async def _tell(self, *conversations: str, changes: tuple[Change, ...] = ()) -> None:
        for key in conversations:
            await self._house.wire.tell(key, {"kind": "message"})
        for change in changes:
            await self._house.wire.tell(change.conversation_id, {"kind": "owner"})
            await live.announce_change(self._house.bus, change)

    def _name(self, door: ChannelName) -> str:
        return self._house.phrases.say(f"utter_door_name_{door.value}")

    def _now(self) -> datetime:
        return self._house.clock.now()


def _spaced(code: str) -> str:
    """A long code in groups of four, as people read numbers out."""
    return code if len(code) <= codes.SHORT_DIGITS else " ".join(code[at : at + 4] for at in range(0, len(code), 4))
