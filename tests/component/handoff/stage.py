"""A stage for the tests of one voice: chats, agents, a supervisor, two workers, and what the books must say."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.reception.postbag import Postbag
from bot.reception.wire import Wire
from connectors.shared.ports import Parcel, Sent
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from handoff import transcript, voice
from handoff.desk import Desk
from handoff.errors import HandoffError
from handoff.escalations import Escalations
from handoff.passing.transfers import Transfers
from handoff.routing import offers, presence
from handoff.routing.presence import Status
from handoff.routing.router import Router
from handoff.routing.rules import standard_rules
from runtime.bus import Bus
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire
from tests.component.handoff.history import check_history
from tests.fakes.flaky_pool import FlakyPool

NO_REDIS = "redis://127.0.0.1:1/0"
_STATE = """
    select c.owner, c.epoch, c.agent_id, c.last_seq, e.escalation_id, e.state, e.priority, e.offered_to, e.offer_due,
           e.agent_id as server, t.transfer_id, t.from_agent, t.to_agent, t.to_skill,
           (select count(*) from escalations o where o.conversation_id = c.conversation_id
            and o.state in ('waiting', 'offered', 'serving')) as open
    from conversations c
    left join escalations e on e.conversation_id = c.conversation_id and e.state in ('waiting', 'offered', 'serving')
    left join transfers t on t.escalation_id = e.escalation_id and t.ended_at is null
    where c.conversation_id = $1
"""
_LINES = """
    select seq, role, body ->> 'text' as text, delivery, epoch from messages where conversation_id = $1 order by seq
"""
# Who has an offer although they had let it go and still rest, or have more on their hands than they take.
_ILL_OFFERED = """
    select e.escalation_id from escalations e join offer_refusals r using (escalation_id)
    where e.state = 'offered' and e.priority > 0 and r.agent_id = e.offered_to and r.until > e.offer_due - $1::interval
"""
# A transfer that is open though its giver has nothing to give.
_ILL_PASSED = """
    select t.transfer_id from transfers t join escalations e using (escalation_id)
    where t.ended_at is null and (e.state <> 'serving' or e.agent_id <> t.from_agent)
"""


@dataclass(frozen=True)
class BegunTurn:
    """A turn the bot has begun and not yet committed."""

    chat: int
    epoch: int
    reply_to: int
    times_taken: int


@dataclass
class Stage:
    """Some chats with everybody who may act on them, and what left for the customers."""

    pool: Pool
    flaky: FlakyPool
    desk: Desk
    routers: tuple[Router, ...]
    clock: StepClock
    chats: tuple[Chat, ...]
    agents: tuple[AgentIdentity, ...]
    written: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    delivered: dict[str, list[int]] = field(default_factory=dict)
    counter: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    async def open(cls, pool: Pool, escalations: Escalations, name: str, *, chats: int = 1) -> Stage:
        """Opens a stage of its own on a database; everybody is at their desk."""
        clock, flaky, bus = StepClock(), FlakyPool(pool), Bus(NO_REDIS)
        desk = Desk(flaky, bus, clock, escalations)
        routers = tuple(Router(flaky, bus, clock, escalations, standard_rules()) for _ in range(2))
        talks = tuple(Chat(pool, clock, f"{name}-{number}") for number in range(chats))
        stage = cls(pool, flaky, desk, routers, clock, talks, await _people(pool))
        for number in range(chats):
            await stage.write(number)
        for who in range(len(stage.agents)):
            await stage.sit(who, Status.ONLINE)
        return stage

    async def state(self, chat: int) -> Any:
        """How the books describe a chat."""
        return await self.pool.fetchrow(_STATE, self.chats[chat].id)

    async def write(self, chat: int) -> int:
        """The customer writes."""
        return await self.chats[chat].write(self._text(chat, Role.CUSTOMER))

    async def begin(self, chat: int, times_taken: int = 0) -> BegunTurn:
        """The bot begins a turn."""
        now = await self.state(chat)
        return BegunTurn(chat, now["epoch"], now["last_seq"], times_taken)

    async def finish(self, turn: BegunTurn) -> list[Line]:
        """The bot commits it."""
        bodies = [{"text": self._text(turn.chat, Role.BOT)}, {"text": self._text(turn.chat, Role.BOT)}]
        async with transaction(self.pool) as connection:
            return await voice.speak_as_bot(
                connection, self.chats[turn.chat].id, turn.epoch, bodies, self.clock.now(), turn.reply_to
            )

    async def deliver(self, chat: int) -> None:
        """Posts what waits as the push doors do, by the product's own postbag."""
        await Postbag(self.pool, self.clock, Wire(self.desk.bus)).post(self.chats[chat].id, self._carry)

    async def pending(self, chat: int) -> list[Line]:
        """What waits for its delivery."""
        async with transaction(self.pool) as connection:
            lines = await transcript.read(connection, self.chats[chat].id, for_customer=True)
        return [line for line in lines if line.delivery is not None and line.delivery.value == "pending"]

    async def _carry(self, parcel: Parcel) -> Sent:
        # Another connection sees only what is committed: the owner while the lines are on their way.
        conversation_id = parcel.lines[0].conversation_id
        owner = await self.pool.fetchval("select owner from conversations where conversation_id = $1", conversation_id)
        for line in parcel.lines:
            assert not (line.role is Role.BOT and owner == "agent")
            self.delivered.setdefault(conversation_id, []).append(line.seq)
        return Sent()

    async def say(self, chat: int, who: int) -> None:
        """An agent writes; when the answer is lost, the desk sends it again under the same id."""
        text = self._text(chat, Role.AGENT)
        try:
            await self.safely(lambda: self.desk.say(self.chats[chat].id, self.agents[who], f"c-{text}", text))
        except HandoffError:
            self.written[self.chats[chat].id].remove((Role.AGENT.value, text))
            raise

    async def safely(self, act: Any) -> Any:
        """Does an act, again when the store was lost on the way, as a desk's page does."""
        try:
            return await act()
        except StoreUnavailable:
            self.flaky.heal()
            return await act()
        finally:
            self.flaky.heal()

    async def sit(self, who: int, status: Status) -> None:
        """An agent chooses whether they are ready."""
        async with transaction(self.pool) as connection:
            await presence.choose(connection, self.agents[who].agent_id, status, at=self.clock.now())

    async def beat(self, people: Sequence[int]) -> None:
        """The desks of these people are seen."""
        names = [self.agents[who].agent_id for who in people]
        async with transaction(self.pool) as connection:
            await presence.beat(connection, names, at=self.clock.now(), every_s=1)

    async def round(self, worker: int) -> None:
        """One worker's sweeper goes round; a lost store ends its round."""
        try:
            await self.routers[worker].round()
        except StoreUnavailable:
            self.flaky.heal()

    async def fire_timers(self, chat: int) -> bool:
        """A timer fires for whatever stands in a chat; tells whether something was due."""
        now, at = await self.state(chat), self.clock.now()
        due = now["offer_due"] is not None and now["offer_due"] <= at
        async with transaction(self.pool) as connection:
            if now["escalation_id"]:
                rest = timedelta(seconds=standard_rules().rest_s)
                await offers.lapse(connection, now["escalation_id"], at=at, until=at + rest)
            if now["transfer_id"]:
                lapsed = await Transfers(self.desk.escalations).lapse(connection, now["transfer_id"], at=at)
                due = due or lapsed is not None
        return due

    async def run_on(self, last: int) -> None:
        """Lets the clock run with one person at work, who takes and closes what comes; everybody else has gone home.

        However the evening went, nobody is left waiting.
        """
        for _ in range(40):
            self.clock.advance(timedelta(seconds=30))
            await self.beat([last])
            await self.round(0)
            await self._take_and_close(last)
            if not await self._open():
                return
        raise AssertionError(f"still waiting: {await self._open()}")

    async def _take_and_close(self, who: int) -> None:
        agent = self.agents[who]
        rows = await self.pool.fetch(
            "select escalation_id from escalations where state = 'offered' and offered_to = $1", agent.agent_id
        )
        for row in rows:
            await self.desk.accept(row["escalation_id"], agent)
        for chat in self.chats:
            if (await chat.owner())[2] == agent.agent_id:
                await self.desk.close(chat.id, agent, "done")

    async def _open(self) -> list[str]:
        rows = await self.pool.fetch(
            "select conversation_id from conversations where owner <> 'bot' and conversation_id = any($1)",
            [chat.id for chat in self.chats],
        )
        return [row["conversation_id"] for row in rows]

    async def old_transfer(self, chat: int) -> int | None:
        """The transfer of a chat that ended last."""
        found = await self.pool.fetchval(
            "select t.transfer_id from transfers t join escalations e using (escalation_id)"
            " where e.conversation_id = $1 and t.ended_at is not null order by t.transfer_id desc limit 1",
            self.chats[chat].id,
        )
        return int(found) if found else None

    async def old_request(self, chat: int) -> int | None:
        """The request of a chat that ended last."""
        found = await self.pool.fetchval(
            "select max(escalation_id) from escalations where conversation_id = $1 and ended_at is not null",
            self.chats[chat].id,
        )
        return int(found) if found else None

    async def transfers(self, chat: int) -> int | None:
        """The transfer that is open in a chat."""
        now = await self.state(chat)
        return int(now["transfer_id"]) if now["transfer_id"] else None

    async def ask_for(self, chat: int, who: int, to: str) -> None:
        """An agent asks a colleague or a skill to take over."""
        note = f"note {next(self.counter)}"
        await self.safely(lambda: self.desk.transfer(self.chats[chat].id, self.agents[who], to, note))

    async def check(self) -> None:
        """What holds after every step, in every chat."""
        for number, chat in enumerate(self.chats):
            await self._check_lines(chat.id)
            _check_owner(await self.state(number))
            await check_history(self.pool, chat.id)
        assert not await self.pool.fetch(_ILL_OFFERED, timedelta(seconds=standard_rules().offer_s))
        assert not await self.pool.fetch(_ILL_PASSED)

    async def _check_lines(self, conversation_id: str) -> None:
        rows = await self.pool.fetch(_LINES, conversation_id)
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        spoken = [(row["role"], row["text"]) for row in rows if row["role"] in {"customer", "bot", "agent"}]
        assert sorted(spoken) == sorted(self.written[conversation_id])
        assert [row["epoch"] for row in rows] == sorted(row["epoch"] for row in rows)
        delivered = self.delivered.get(conversation_id, [])
        assert delivered == sorted(set(delivered))
        owner = await self.pool.fetchval("select owner from conversations where conversation_id = $1", conversation_id)
        waiting = {row["role"] for row in rows if row["delivery"] == "pending"}
        assert not (owner == "agent" and "bot" in waiting)

    def _text(self, chat: int, role: Role) -> str:
        text = f"{role.value} {next(self.counter)}"
        self.written.setdefault(self.chats[chat].id, []).append((role.value, text))
        return text


def _check_owner(now: Any) -> None:
    """Never ownerless, and one owner: the open request and the conversation say the same."""
    assert now["open"] == (0 if now["owner"] == "bot" else 1)
    assert (now["owner"] == "agent") == (now["state"] == "serving")
    assert (now["owner"] == "queue") == (now["state"] in {"waiting", "offered"})
    if now["owner"] == "agent":
        assert now["agent_id"] == now["server"]
    if now["transfer_id"]:
        assert now["from_agent"] == now["agent_id"]
    assert (now["state"] == "offered") == (now["offered_to"] is not None)


async def _people(pool: Pool) -> tuple[AgentIdentity, ...]:
    """Two agents of different skills, one for everything, and a supervisor; hired once in a database."""
    rows = await pool.fetch("select agent_id, name from agents order by agent_id")
    if rows:
        return tuple(AgentIdentity(row["agent_id"], row["name"]) for row in rows)
    return (
        await hire(pool, "K0104", "江一苇", skills=("billing",), max_chats=2),
        await hire(pool, "K0105", "顾南乔", skills=("fault", "billing"), max_chats=2),
        await hire(pool, "K0106", "林栖", skills=("fault",), max_chats=1),
        await hire(pool, "S0001", "柳沉舟", skills=("all",), role="supervisor"),
    )


async def attempt(act: Awaitable[object]) -> HandoffError | None:
    """Does something and returns the refusal, if it is refused."""
    try:
        await act
    except HandoffError as error:
        return error
    return None
