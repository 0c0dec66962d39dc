"""One voice: in whatever order everybody acts, the bot never speaks while an agent owns the chat, and nobody is left.

The machine moves three chats between a customer, bot turns, three agents, a supervisor, the clock and two workers, with
connections that are lost on the way. `GRIDTALK_MACHINE_STEPS=5000` walks that many steps instead of some hundreds.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conversation.reply import HandoffRequest
from handoff.errors import AlreadyAccepted, HandoffError, NotOwner
from handoff.escalations import Escalations
from handoff.routing.presence import Status
from runtime import postgres
from tests.component.handoff.stage import BegunTurn, Stage, attempt

T = TypeVar("T")
STEPS_EACH = 40
STEPS = int(os.environ.get("GRIDTALK_MACHINE_STEPS", "400"))
CHATS, AGENTS, SUPERVISOR = 3, 3, 3
ASKED = HandoffRequest("billing", "asked")
WANTS = (
    ASKED,
    HandoffRequest("fault", "asked"),
    HandoffRequest("complaint", "complaint", 3),
    HandoffRequest("danger", "danger", 0),
)

chats = st.integers(0, CHATS - 1)
agents = st.integers(0, AGENTS - 1)
people = st.integers(0, SUPERVISOR)


class OneVoice(RuleBasedStateMachine):
    """Moves the chats step by step; what each step may do is foretold from the state before it."""

    turns = Bundle("turns")

    def __init__(self, run: Callable[[Coroutine[Any, Any, T]], T], open_stage: Callable[[], Awaitable[Stage]]) -> None:
        super().__init__()
        self._run: Any = run
        self._stage: Stage = self._run(open_stage())
        self._seated = set(range(SUPERVISOR + 1))

    @rule(chat=chats)
    def customer_writes(self, chat: int) -> None:
        self._run(self._stage.write(chat))

    @rule(target=turns, chat=chats)
    def bot_begins(self, chat: int) -> BegunTurn:
        turn: BegunTurn = self._run(self._stage.begin(chat, self._times_taken(chat)))
        return turn

    @rule(turn=consumes(turns))
    def bot_commits(self, turn: BegunTurn) -> None:
        late = self._now(turn.chat)["owner"] == "agent" or turn.times_taken != self._times_taken(turn.chat)

        lines = self._run(self._stage.finish(turn))

        assert {line.delivery.value for line in lines} == {"suppressed" if late else "pending"}

    @rule(chat=chats)
    def postbag_delivers(self, chat: int) -> None:
        self._run(self._stage.deliver(chat))

    @rule(chat=chats, wants=st.sampled_from(WANTS))
    def customer_asks_for_a_person(self, chat: int, wants: HandoffRequest) -> None:
        before = self._now(chat)
        assert self._try(lambda: self._stage.desk.request(self._id(chat), wants)) is None
        after = self._now(chat)
        assert after["owner"] == ("queue" if before["owner"] == "bot" else before["owner"])
        assert after["priority"] <= wants.priority

    @rule(chat=chats)
    def customer_leaves_the_queue(self, chat: int) -> None:
        waits = self._now(chat)["owner"] == "queue"
        refused = self._try(lambda: self._stage.desk.leave_queue(self._id(chat)))
        assert waits or refused
        assert not waits or self._now(chat)["owner"] == "bot"

    @rule(chat=chats, who=people)
    def somebody_accepts(self, chat: int, who: int) -> None:
        before = self._now(chat)
        refused = self._try(lambda: self._accept(before["escalation_id"] or 0, who))
        self._expect_taken(chat, who, before, refused, may=before["owner"] == "queue")

    @rule(chat=chats, wants=st.sampled_from(WANTS), worker=st.integers(0, 1))
    def somebody_is_offered(self, chat: int, wants: HandoffRequest, worker: int) -> None:
        """The way to the states behind an offer, which single steps seldom find."""
        self.customer_asks_for_a_person(chat, wants)
        self.a_sweeper_goes_round(worker)

    @rule(chat=chats, wants=st.sampled_from(WANTS))
    def somebody_lets_an_offer_go(self, chat: int, wants: HandoffRequest) -> None:
        """Whoever it is offered to declines, and the next round finds another or nobody."""
        self.somebody_is_offered(chat, wants, 0)
        offered = self._now(chat)["offered_to"]
        for who in range(SUPERVISOR + 1):
            if self._name(who) == offered:
                self.somebody_declines(chat, who)
        self.a_sweeper_goes_round(1)

    @rule(chat=chats, who=people, to=st.sampled_from(["K0104", "K0105", "K0106", "billing"]))
    def somebody_serves_and_passes_it_on(self, chat: int, who: int, to: str) -> None:
        """The way to the states behind a transfer."""
        self.somebody_takes_over(chat, who, True)
        self.somebody_passes_it_on(chat, who, to)

    @rule(chat=chats, first=agents, second=agents)
    def two_accept_at_once(self, chat: int, first: int, second: int) -> None:
        before = self._now(chat)
        if before["owner"] != "queue" or first == second:
            return
        number = before["escalation_id"]
        refusals = self._run(self._both(self._accept(number, first), self._accept(number, second)))
        (refused,) = (each for each in refusals if each)
        assert isinstance(refused, AlreadyAccepted)
        assert refused.agent is not None
        assert refused.agent.agent_id == self._now(chat)["agent_id"]

    @rule(chat=chats, who=people)
    def somebody_declines(self, chat: int, who: int) -> None:
        before = self._now(chat)
        if before["escalation_id"] is None:
            return
        mine = before["offered_to"] == self._name(who)
        number, agent = before["escalation_id"], self._stage.agents[who]
        refused = self._try(lambda: self._stage.desk.decline(number, agent, "busy"))
        after = self._now(chat)
        assert not (mine and refused)
        assert after["owner"] == before["owner"]
        assert after["offered_to"] == (None if mine else before["offered_to"])

    @rule(chat=chats, who=people, displace=st.booleans())
    def somebody_takes_over(self, chat: int, who: int, displace: bool) -> None:
        before = self._now(chat)
        agent = self._stage.agents[who]
        refused = self._try(lambda: self._stage.desk.take_over(self._id(chat), agent, displace=displace))
        self._expect_taken(chat, who, before, refused, may=displace or before["agent_id"] is None)

    @rule(chat=chats, who=people)
    def somebody_says(self, chat: int, who: int) -> None:
        before = self._now(chat)
        refused = self._run(attempt(self._stage.say(chat, who)))
        self._expect_taken(chat, who, before, refused, may=before["agent_id"] is None)

    @rule(chat=chats, who=people, close=st.booleans())
    def somebody_ends_it(self, chat: int, who: int, close: bool) -> None:
        mine = self._now(chat)["agent_id"] == self._name(who)
        act = self._stage.desk.close if close else self._stage.desk.return_to_bot
        refused = self._try(lambda: act(self._id(chat), self._stage.agents[who], "done"))
        assert mine or isinstance(refused, NotOwner)
        assert not mine or self._now(chat)["owner"] == "bot"

    @rule(chat=chats, who=people, to=st.sampled_from(["K0104", "K0105", "K0106", "S0001", "billing", "general"]))
    def somebody_passes_it_on(self, chat: int, who: int, to: str) -> None:
        before = self._now(chat)
        self._run(attempt(self._stage.ask_for(chat, who, to)))
        after = self._now(chat)
        assert (after["owner"], after["epoch"], after["agent_id"]) == (
            before["owner"],
            before["epoch"],
            before["agent_id"],
        )

    @rule(chat=chats, who=people, answer=st.sampled_from(["accept", "decline", "withdraw"]))
    def somebody_answers_a_transfer(self, chat: int, who: int, answer: str) -> None:
        before = self._now(chat)
        if before["transfer_id"] is None:
            return
        refused = self._try(lambda: self._answer(before["transfer_id"], who, answer))
        owner = self._name(who) if answer == "accept" and refused is None else before["from_agent"]
        assert self._now(chat)["agent_id"] == owner
        if before["to_agent"]:
            asked = before["from_agent"] if answer == "withdraw" else before["to_agent"]
            assert (refused is None) == (asked == self._name(who))

    @rule(chat=chats, who=people, to=st.sampled_from(["K0104", "K0105", "billing"]))
    def somebody_thinks_better_of_passing_it_on(self, chat: int, who: int, to: str) -> None:
        """The giver withdraws, and whoever was asked says yes a moment too late."""
        self.somebody_serves_and_passes_it_on(chat, who, to)
        number = self._now(chat)["transfer_id"]
        if number is None:
            return
        self._try(lambda: self._answer(number, who, "withdraw"))
        before = self._now(chat)
        for late in range(SUPERVISOR + 1):
            self._run(attempt(self._answer(number, late, "accept")))
        assert _place(self._now(chat)) == _place(before)

    @rule(chat=chats, who=people, answer=st.sampled_from(["accept", "decline", "withdraw"]))
    def somebody_answers_too_late(self, chat: int, who: int, answer: str) -> None:
        """The transfer has ended, or the request has; the browser did not know it yet."""
        before, number = self._now(chat), self._run(self._stage.old_transfer(chat))
        if number is None:
            return
        self._try(lambda: self._answer(number, who, answer))
        assert _place(self._now(chat)) == _place(before)

    @rule(chat=chats, who=people, accept=st.booleans())
    def somebody_answers_an_old_offer(self, chat: int, who: int, accept: bool) -> None:
        before, number = self._now(chat), self._run(self._stage.old_request(chat))
        if number is None:
            return
        desk, agent = self._stage.desk, self._stage.agents[who]
        self._try(lambda: desk.accept(number, agent) if accept else desk.decline(number, agent, "late"))
        assert _place(self._now(chat)) == _place(before)

    @rule(who=people, status=st.sampled_from(list(Status)))
    def somebody_chooses(self, who: int, status: Status) -> None:
        self._run(self._stage.sit(who, status))
        self._seated |= {who}

    @rule(who=people)
    def somebodys_browser_dies(self, who: int) -> None:
        self._seated -= {who}

    @rule(seconds=st.sampled_from([1, 5, 11, 21, 61, 121, 400]))
    def time_passes(self, seconds: int) -> None:
        self._stage.clock.advance(timedelta(seconds=seconds))
        self._run(self._stage.beat(sorted(self._seated)))

    @rule(chat=chats)
    def a_timer_of_another_worker_fires(self, chat: int) -> None:
        """It was set for an offer or a transfer that may be over by now, or made anew and not due."""
        before = self._now(chat)
        fired = self._run(self._stage.fire_timers(chat))
        after = self._now(chat)
        assert fired or (before["offered_to"], before["transfer_id"]) == (after["offered_to"], after["transfer_id"])

    @rule(worker=st.integers(0, 1))
    def a_sweeper_goes_round(self, worker: int) -> None:
        self._run(self._stage.round(worker))

    @rule()
    def both_sweepers_go_round(self) -> None:
        self._run(self._rounds())

    @rule(statement=st.integers(1, 12))
    def the_next_connection_is_lost(self, statement: int) -> None:
        self._stage.flaky.lose_at(statement)

    @precondition(lambda self: self._seated)
    @rule()
    def the_next_answer_is_lost(self) -> None:
        self._stage.flaky.lose_answer()

    @invariant()
    def the_books_agree(self) -> None:
        self._run(self._stage.check())

    def teardown(self) -> None:
        """Whatever happened: nobody is left waiting when the clock runs on."""
        self._stage.flaky.heal()
        self._run(self._stage.sit(SUPERVISOR, Status.ONLINE))
        self._run(self._stage.run_on(SUPERVISOR))
        self._run(self._stage.check())

    def _expect_taken(self, chat: int, who: int, before: Any, refused: HandoffError | None, *, may: bool) -> None:
        had = before["agent_id"] == self._name(who)
        assert (refused is None) == (may or had), refused
        after = self._now(chat)
        assert after["agent_id"] == (self._name(who) if refused is None else before["agent_id"])
        assert after["epoch"] == before["epoch"] + (refused is None and not had)

    async def _accept(self, escalation_id: int, who: int) -> None:
        await self._stage.desk.accept(escalation_id, self._stage.agents[who])

    async def _answer(self, transfer_id: int, who: int, answer: str) -> None:
        desk, agent = self._stage.desk, self._stage.agents[who]
        if answer == "accept":
            await desk.accept_transfer(transfer_id, agent)
        elif answer == "decline":
            await desk.decline_transfer(transfer_id, agent, "busy")
        else:
            await desk.withdraw_transfer(transfer_id, agent)

    def _try(self, act: Callable[[], Awaitable[object]]) -> HandoffError | None:
        """Does an act as a desk's page does, again when its answer is lost; returns the refusal."""
        refused: HandoffError | None = self._run(attempt(self._stage.safely(act)))
        return refused

    async def _both(self, *acts: Awaitable[object]) -> list[HandoffError | None]:
        self._stage.flaky.heal()
        return list(await asyncio.gather(*(attempt(act) for act in acts)))

    async def _rounds(self) -> None:
        await asyncio.gather(*(self._stage.round(worker) for worker in (0, 1)))

    def _now(self, chat: int) -> Any:
        return self._run(self._stage.state(chat))

    def _times_taken(self, chat: int) -> int:
        query = "select count(*) from escalation_events where conversation_id = $1 and detail ->> 'owner' = 'agent'"
        names = " and name in ('escalation.accepted', 'escalation.taken_over', 'escalation.transferred')"
        return int(self._run(self._stage.pool.fetchval(query + names, self._id(chat))))

    def _id(self, chat: int) -> str:
        return self._stage.chats[chat].id

    def _name(self, who: int) -> str:
        return self._stage.agents[who].agent_id


def _place(now: Any) -> tuple[Any, ...]:
    return tuple(now[name] for name in ("owner", "epoch", "agent_id", "state", "offered_to", "transfer_id"))


def test_the_bot_is_silent_while_an_agent_owns_the_chat(database_url: str, escalations: Escalations) -> None:
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    pool = run(postgres.connect(database_url, most=6))
    names = (f"machine-{number}" for number in itertools.count())

    async def open_stage() -> Stage:
        # Only one stage at a time: what is left of another must not stand in the way of this one's queue.
        await pool.execute("truncate conversations, presences cascade")
        return await Stage.open(pool, escalations, next(names), chats=CHATS)

    try:
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            lambda: OneVoice(run, open_stage),
            settings=settings(
                max_examples=max(1, STEPS // STEPS_EACH),
                stateful_step_count=STEPS_EACH,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # A walk of some forty steps reads well enough; shrinking it takes minutes on a real database.
                phases=[Phase.generate],
                database=None,
            ),
        )
    finally:
        run(pool.close())
        loop.close()
