"""The reception desk: decides who answers a message, runs the bot's turn within its deadline, commits it as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.dialogue import Answer
from bot.errors import DialogueFailed, TurnLost
from bot.reception.bursts import Bursts
from bot.reception.claim import Claim
from bot.reception.claims import Claims, Nothing
from bot.reception.inbox import Inbox
from bot.reception.turns import TurnBook
from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS
from runtime.tasks import end_tasks, go_rounds

# A message that killed this many turns is answered with an apology and given to a person.
_ATTEMPTS = 3
# A message that waited this long without a turn lost its worker or its wake-up.
_STUCK = timedelta(seconds=1.5)
# Turns that the sweep lets run at the same time: what was put off in a flood must not become one.
_SWEPT_AT_ONCE = 32
# So long the sweep waits for the store before it asks anew.
_LOOK_S = 8.0
# An answer goes to the store and out to the customer in so many times what its claim took.
_WAYS_BACK = 4

Hear = Callable[[Claim], Awaitable[bool]]
Rate = Callable[[Claim], Awaitable[Claim | None]]


class ReceptionDesk:
    """Serves each conversation's messages one after the other, in this worker."""

    def __init__(
        self,
        inbox: Inbox,
        claims: Claims,
        book: TurnBook,
        hear: Hear | None = None,
        rate: Rate | None = None,
        bursts: Bursts | None = None,
    ) -> None:
        """Keeps who does what; `hear` serves a message before the dialogue is asked, or says that it is not its own.

        `rate` takes what a message says about a service and returns what is left for the dialogue. Without
        `bursts` each line has a turn of its own.
        """
        self._hear = hear
        self._rate = rate
        self._bursts = bursts
        self._come: dict[str, asyncio.Event] = {}
        self._inbox = inbox
        self._claims = claims
        self._book = book
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._in_line: dict[str, asyncio.Task[None]] = {}
        self._log = structlog.get_logger()

    def wake(self, conversation_id: str) -> None:
        """Says that a message of this conversation waits."""
        if conversation_id in self._serving:
            self._again.add(conversation_id)
            if come := self._come.get(conversation_id):
                come.set()
            return
        task = asyncio.get_running_loop().create_task(self._serve(conversation_id))
        self._serving[conversation_id] = task
        task.add_done_callback(lambda done: self._served(conversation_id, done))

    async def sweep(self) -> None:
        """Wakes conversations whose worker died or whose wake-up was lost, until cancelled."""
        await go_rounds(self._sweep_once, every_s=1, failed="bot.sweep.failed")

    async def _sweep_once(self) -> None:
        # Whatever a dying connection may do, the next round comes.
        looking = self._inbox.stuck(older_than=_STUCK, most=4 * _SWEPT_AT_ONCE)
        self._wake_some(await asyncio.wait_for(looking, _LOOK_S))

    def _wake_some(self, stuck: Sequence[str]) -> None:
        """Wakes as many as there is room for; those that run already take theirs."""
        room = max(0, _SWEPT_AT_ONCE - len(self._serving))
        for conversation_id in [one for one in stuck if one not in self._serving][:room]:
            self.wake(conversation_id)

    async def drain(self) -> None:
        """Waits for the turns that run now."""
        await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def leave_lines(self) -> None:
        """Stands in no line any more: another worker answers what waits there."""
        await end_tasks(list(self._in_line.values()))

    def _served(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        self._serving.pop(conversation_id, None)
        if not task.cancelled() and (error := task.exception()):
            # Nobody foresaw it. The message still waits: the sweep tries again, and after three tries a person gets it.
            self._log.error("bot.turn.broken", conversation_id=conversation_id, exc_info=error)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id)

    async def _serve(self, conversation_id: str) -> None:
        held = False
        try:
            began = _now()
            while isinstance(claim := await self._claims.take(conversation_id, held=held), Claim):
                held = True
                # A slow store takes of the time for thinking what it will need to write the answer down.
                await self._answer_unless_lost(claim, began - _WAYS_BACK * (_now() - began))
                began = _now()
            held = False
            if claim is Nothing.BUSY:
                self._stand_in_line(conversation_id)
        except (StoreUnavailable, *CONNECTION_ERRORS) as error:
            self._log.error("bot.turn.postponed", conversation_id=conversation_id, error=str(error))
        finally:
            if held:
                await self._claims.give_back(conversation_id)

    async def _answer_unless_lost(self, claim: Claim, began: float) -> None:
        try:
            await self._answer(claim, began)
        except TurnLost:
            self._log.warning("bot.turn.lost", conversation_id=claim.conversation_id, seq=claim.seq)

    def _stand_in_line(self, conversation_id: str) -> None:
        """Waits beside the turns until another worker has given this conversation's back, and looks then."""
        if conversation_id not in self._in_line:
            task = asyncio.get_running_loop().create_task(self._wait_in_line(conversation_id))
            self._in_line[conversation_id] = task

    async def _wait_in_line(self, conversation_id: str) -> None:
        try:
            await self._claims.freed(conversation_id)
        except StoreUnavailable as error:
            self._log.warning("bot.line.lost", conversation_id=conversation_id, error=str(error))
            return  # the sweep finds what waits
        finally:
            del self._in_line[conversation_id]
        self.wake(conversation_id)

    async def _answer(self, claim: Claim, began: float) -> None:
        if self._bursts:
            claim = await self._bursts.join(claim)
        if self._book.belongs_to_agent(claim):
            await self._book.pass_to_agent(claim)
        elif claim.attempt > _ATTEMPTS:
            self._log.error("bot.turn.given_up", conversation_id=claim.conversation_id, seq=claim.seq)
            await self._book.give_up(claim)
        elif not (self._hear and await self._hear(claim)):
            left = await self._rate(claim) if self._rate else claim
            if left:
                await self._think(left, began)

    async def _think(self, claim: Claim, began: float) -> None:
        danger = await self._book.warn_of_danger(claim)
        try:
            answer = await self._book.ask(claim, danger, spent=_now() - began)
            if self._bursts and danger is None:
                claim, answer = await self._hear_out(claim, answer, self._bursts, began)
        except DialogueFailed as error:
            self._log.error(
                "bot.turn.failed",
                conversation_id=claim.conversation_id,
                seq=claim.seq,
                error=error.detail,
                exc_info=error,
            )
            await self._book.apologise(claim)
        else:
            await self._book.commit(claim, answer)

    async def _hear_out(self, claim: Claim, answer: Answer, bursts: Bursts, began: float) -> tuple[Claim, Answer]:
        """Reads what may be the piece of a thought together with what the customer says within a moment, if they do."""
        until = _now() + bursts.longest_s
        while (seconds := bursts.wait_for(claim, answer)) is not None:
            if not await self._next_line(claim.conversation_id, min(seconds, until - _now())) and not claim.waiting:
                break
            whole = await bursts.join_late(claim)
            if whole.seqs == claim.seqs:
                break
            danger = await self._book.warn_of_danger(whole)
            if whole.text != claim.text:
                answer = await self._book.ask(whole, danger, spent=_now() - began)
            claim = whole
            if danger:
                return claim, answer
        if meant := bursts.overruled(claim, answer):
            answer = await self._book.ask(claim, spent=_now() - began, meant=meant)
        return claim, answer

    async def _next_line(self, conversation_id: str, seconds: float) -> bool:
        """Returns when another line has come, or the moment is over; another worker's is seen by who waited."""
        if conversation_id not in self._again and seconds > 0:
            come = self._come[conversation_id] = asyncio.Event()
            try:
                await asyncio.wait({asyncio.ensure_future(come.wait())}, timeout=seconds)
            finally:
                come.set()
                del self._come[conversation_id]
        came = conversation_id in self._again
        self._again.discard(conversation_id)  # who waits behind is looked for before the turn is given back
        return came or seconds > 0


def _now() -> float:
    return asyncio.get_running_loop().time()
