"""One voice: in whatever order everybody acts, the bot never speaks while an agent owns the chat."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from bot.reception.postbag import Postbag
from bot.reception.wire import Wire
from connectors.shared.ports import Parcel, Sent
from conversation.events import Owner
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest
from handoff import transcript, voice
from handoff.desk import Desk
from handoff.errors import HandoffError
from handoff.escalations import Escalations
from runtime import postgres
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire

T = TypeVar("T")
ASKED = HandoffRequest("billing", "asked")


@dataclass(frozen=True)
class BegunTurn:
    """A turn the bot has begun and not yet committed."""

    epoch: int
    reply_to: int
    times_taken: int


@dataclass
class Stage:
    """One chat with everybody who may act on it, and what left for the customer."""

    pool: Pool
    desk: Desk
    clock: StepClock
    chat: Chat
    agents: tuple[AgentIdentity, ...]
    written: list[tuple[str, str]] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    counter: itertools.count[int] = field(default_factory=itertools.count)

    async def write(self) -> int:
        text = self._text(Role.CUSTOMER)
        return await self.chat.write(text)

    async def begin(self, times_taken: int = 0) -> BegunTurn:
        row = await self.pool.fetchrow(
            "select epoch, last_seq from conversations where conversation_id = $1", self.chat.id
        )
        return BegunTurn(row["epoch"], row["last_seq"], times_taken)

    async def finish(self, turn: BegunTurn) -> list[Line]:
        bodies = [{"text": self._text(Role.BOT)}, {"text": self._text(Role.BOT)}]
        async with transaction(self.pool) as connection:
            return await voice.speak_as_bot(
                connection, self.chat.id, turn.epoch, bodies, self.clock.now(), turn.reply_to
            )

    async def pending(self) -> list[Line]:
        async with transaction(self.pool) as connection:
            lines = await transcript.read(connection, self.chat.id, for_customer=True)
        return [line for line in lines if line.delivery is not None and line.delivery.value == "pending"]

    async def deliver(self) -> None:
        """Posts what waits as the push doors do, by the product's own postbag."""
        await Postbag(self.pool, self.clock, Wire(self.desk.bus)).post(self.chat.id, self._carry)

    async def _carry(self, parcel: Parcel) -> Sent:
        # Another connection sees only what is committed: the owner while the lines are on their way.
        owner = await self.pool.fetchval("select owner from conversations where conversation_id = $1", self.chat.id)
        for line in parcel.lines:
            assert not (line.role is Role.BOT and owner == "agent")
            self.delivered.append(line.seq)
        return Sent()

    async def say(self, agent: AgentIdentity) -> None:
        text = self._text(Role.AGENT)
        try:
            await self.desk.say(self.chat.id, agent, f"c-{text}", text)
        except HandoffError:
            self.written.remove((Role.AGENT.value, text))
            raise

    def _text(self, role: Role) -> str:
        text = f"{role.value} {next(self.counter)}"
        self.written.append((role.value, text))
        return text

    async def check(self) -> None:
        rows = await self.pool.fetch(
            "select seq, role, body ->> 'text' as text, delivery from messages where conversation_id = $1 order by seq",
            self.chat.id,
        )
        state = await self.pool.fetchrow(
            "select owner, last_seq, (select count(*) from escalations e"
            " where e.conversation_id = c.conversation_id and e.state in ('waiting', 'offered', 'serving')) as open"
            " from conversations c where conversation_id = $1",
            self.chat.id,
        )
        assert [row["seq"] for row in rows] == list(range(1, state["last_seq"] + 1))
        spoken = [(row["role"], row["text"]) for row in rows if row["role"] in {"customer", "bot", "agent"}]
        assert sorted(spoken) == sorted(self.written)
        assert state["open"] == (0 if state["owner"] == "bot" else 1)
        assert len(self.delivered) == len(set(self.delivered))
        waiting = {row["role"] for row in rows if row["delivery"] == "pending"}
        assert not (state["owner"] == "agent" and "bot" in waiting)


async def _open_stage(pool: Pool, escalations: Escalations, user_id: str) -> Stage:
    clock = StepClock()
    known = await pool.fetch("select agent_id, name from agents order by agent_id")
    agents = tuple(AgentIdentity(row["agent_id"], row["name"]) for row in known)
    stage = Stage(
        pool, Desk(pool, Bus("redis://127.0.0.1:1/0"), clock, escalations), clock, Chat(pool, clock, user_id), agents
    )
    await stage.write()
    return stage


class OneVoice(RuleBasedStateMachine):
    """Moves one chat step by step beside a small model of its owner."""

    turns = Bundle("turns")

    def __init__(self, run: Callable[[Coroutine[Any, Any, T]], T], open_stage: Callable[[], Awaitable[Stage]]) -> None:
        super().__init__()
        self._run: Any = run
        self._stage: Stage = self._run(open_stage())
        self._owner, self._epoch, self._agent, self._times_taken = Owner.BOT, 0, None, 0

    @rule()
    def customer_writes(self) -> None:
        self._run(self._stage.write())

    @rule(target=turns)
    def bot_begins(self) -> BegunTurn:
        turn: BegunTurn = self._run(self._stage.begin(self._times_taken))
        return turn

    @rule(turn=consumes(turns))
    def bot_commits(self, turn: BegunTurn) -> None:
        lines = self._run(self._stage.finish(turn))

        late = self._owner is Owner.AGENT or turn.times_taken != self._times_taken
        assert {line.delivery.value for line in lines} == {"suppressed" if late else "pending"}

    @rule()
    def postbag_delivers(self) -> None:
        self._run(self._stage.deliver())

    @rule()
    def customer_asks_for_a_person(self) -> None:
        owner = Owner.QUEUE if self._owner is Owner.BOT else self._owner
        self._expect(self._stage.desk.request(self._stage.chat.id, ASKED), owner, self._agent, allowed=True)

    @rule()
    def customer_leaves_the_queue(self) -> None:
        allowed = self._owner is Owner.QUEUE
        self._expect(self._stage.desk.leave_queue(self._stage.chat.id), Owner.BOT, None, allowed=allowed)

    @rule(who=st.integers(0, 1))
    def agent_accepts_the_latest_request(self, who: int) -> None:
        allowed = self._owner is Owner.QUEUE or self._agent == who
        self._expect(self._accept_latest(who), Owner.AGENT, who, allowed=allowed)

    @rule(who=st.integers(0, 1), displace=st.booleans())
    def agent_takes_over(self, who: int, displace: bool) -> None:
        taking = self._stage.desk.take_over(self._stage.chat.id, self._stage.agents[who], displace=displace)
        self._expect(taking, Owner.AGENT, who, allowed=displace or self._agent in {None, who})

    @rule(who=st.integers(0, 1))
    def agent_says(self, who: int) -> None:
        saying = self._stage.say(self._stage.agents[who])
        self._expect(saying, Owner.AGENT, who, allowed=self._agent in {None, who})

    @rule(who=st.integers(0, 1), note=st.sampled_from(["", "note"]))
    def agent_returns(self, who: int, note: str) -> None:
        returning = self._stage.desk.return_to_bot(self._stage.chat.id, self._stage.agents[who], note)
        self._expect(returning, Owner.BOT, None, allowed=self._agent == who)

    @rule(who=st.integers(0, 1))
    def agent_closes(self, who: int) -> None:
        closing = self._stage.desk.close(self._stage.chat.id, self._stage.agents[who], "done")
        self._expect(closing, Owner.BOT, None, allowed=self._agent == who)

    @rule(who=st.integers(0, 1))
    def agent_comes_and_goes(self, who: int) -> None:
        self.agent_takes_over(who, True)
        self.agent_returns(who, "note")

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        self._run(self._stage.check())

    @invariant()
    def the_owner_and_the_epoch_are_the_models(self) -> None:
        told = self._run(self._stage.chat.owner())
        agent_id = None if self._agent is None else self._stage.agents[self._agent].agent_id
        assert told == (self._owner.value, self._epoch, agent_id)

    async def _accept_latest(self, who: int) -> None:
        latest = await self._stage.pool.fetchval(
            "select coalesce(max(escalation_id), 0) from escalations where conversation_id = $1", self._stage.chat.id
        )
        await self._stage.desk.accept(latest, self._stage.agents[who])

    def _expect(self, acting: Coroutine[Any, Any, object], owner: Owner, agent: int | None, *, allowed: bool) -> None:
        try:
            self._run(acting)
        except HandoffError:
            assert not allowed
            return
        assert allowed
        if (owner, agent) != (self._owner, self._agent):
            self._epoch += 1
            self._times_taken += owner is Owner.AGENT
        self._owner, self._agent = owner, agent


def test_the_bot_is_silent_while_an_agent_owns_the_chat(database_url: str, escalations: Escalations) -> None:
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    pool = run(postgres.connect(database_url, most=4))
    run(hire(pool, "K0104", "江一苇"))
    run(hire(pool, "K0105", "顾南乔"))
    names = (f"machine-{number}" for number in itertools.count())

    try:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            lambda: OneVoice(run, lambda: _open_stage(pool, escalations, next(names))),
            settings=settings(
                max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        run(pool.close())
        loop.close()


ACTS = {
    "write": lambda stage: stage.write(),
    "turn": lambda stage: _whole_turn(stage),
    "deliver": lambda stage: _deliver_all(stage),
    "ask": lambda stage: stage.desk.request(stage.chat.id, ASKED),
    "leave": lambda stage: stage.desk.leave_queue(stage.chat.id),
    "take": lambda stage: stage.desk.take_over(stage.chat.id, random.choice(stage.agents)),
    "say": lambda stage: stage.say(random.choice(stage.agents)),
    "return": lambda stage: stage.desk.return_to_bot(stage.chat.id, stage.agents[0], "note"),
    "close": lambda stage: stage.desk.close(stage.chat.id, stage.agents[1], "done"),
}
programs = st.lists(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8), min_size=3, max_size=5)


async def _whole_turn(stage: Stage) -> None:
    await stage.finish(await stage.begin())


async def _deliver_all(stage: Stage) -> None:
    for _ in await stage.pending():
        await stage.deliver()


async def _perform(stage: Stage, program: list[str]) -> None:
    for name in program:
        try:
            await ACTS[name](stage)
        except HandoffError:
            continue  # somebody else was faster; what matters is what the books say at the end


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs=programs, seed=st.integers(0, 2**16))
async def test_everybody_at_once_keeps_one_voice(
    database: Pool, escalations: Escalations, programs: list[list[str]], seed: int
) -> None:
    random.seed(seed)
    await database.execute(
        "insert into agents (agent_id, name, role, password_hash)"
        " values ('K0104', '江一苇', 'agent', '-'), ('K0105', '顾南乔', 'agent', '-') on conflict do nothing"
    )
    count = await database.fetchval("select count(*) from conversations")
    stage = await _open_stage(database, escalations, f"crowd-{count}")

    await asyncio.gather(*(_perform(stage, program) for program in programs))

    await stage.check()
    epochs = await database.fetch("select epoch from messages where conversation_id = $1 order by seq", stage.chat.id)
    assert [row["epoch"] for row in epochs] == sorted(row["epoch"] for row in epochs)
