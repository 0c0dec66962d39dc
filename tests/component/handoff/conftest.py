"""A desk on a fresh database, a chat on it, and people."""

from __future__ import annotations

import pytest
import pytest_asyncio

from conversation.identity import AgentIdentity
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.component.handoff.chats import Chat, StepClock, hire
from tests.conftest import PROJECT


@pytest.fixture
def clock() -> StepClock:
    """The clock of one test."""
    return StepClock()


@pytest_asyncio.fixture
async def jiang(database: Pool) -> AgentIdentity:
    """An agent."""
    return await hire(database, "K0104", "江一苇")


@pytest_asyncio.fixture
async def gu(database: Pool) -> AgentIdentity:
    """Another agent."""
    return await hire(database, "K0105", "顾南乔")


@pytest.fixture
def escalations() -> Escalations:
    """The state machine with the customer's sentences of the project."""
    return Escalations(Phrases.load(PROJECT / "domain" / "human.yml"))


@pytest.fixture
def desk(database: Pool, bus: Bus, clock: StepClock, escalations: Escalations) -> Desk:
    """The desk on a fresh database."""
    return Desk(database, bus, clock, escalations)


@pytest_asyncio.fixture
async def chat(database: Pool, clock: StepClock) -> Chat:
    """A customer who has written one message."""
    conversation = Chat(database, clock, "visitor-1")
    await conversation.write("家里停电了")
    return conversation
