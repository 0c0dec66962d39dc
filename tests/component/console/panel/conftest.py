"""A desk with a line to the real utility, and customers of the demo city who have written."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from console.server.settings import ConsoleSettings
from conversation.identity import ChannelName
from handoff.desk import Desk
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool
from tests.component.console.desk_server import Answer, Person
from tests.component.handoff.chats import Chat, StepClock
from tests.contract.stands import HttpStand
from tests.fakes.utility_process import TOKEN, UtilityProcess, running_utility


@pytest.fixture(scope="session")
def utility_process(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[UtilityProcess]:
    """The real utility, started once."""
    with running_utility(postgres_server, tmp_path_factory.mktemp("utility"), name="utility_panel") as process:
        yield process


@pytest.fixture
def utility(utility_process: UtilityProcess) -> UtilityProcess:
    """The real utility with the demo city as it was."""
    utility_process.refresh()
    return utility_process


@pytest.fixture
def stand(utility: UtilityProcess) -> HttpStand:
    """A look behind the utility's counter."""
    return HttpStand(utility)


@pytest.fixture
def console_settings(console_settings: ConsoleSettings, utility: UtilityProcess) -> ConsoleSettings:
    """The desk's settings with a line to the utility."""
    return replace(console_settings, utility_url=utility.url, utility_token=TOKEN, panel_wait_s=10.0, act_wait_s=15.0)


@pytest_asyncio.fixture
async def zhao(database: Pool, clock: StepClock, desk: Desk, agent: Person) -> Chat:
    """A customer in arrears whose chat the agent serves."""
    return await served_chat(database, clock, desk, agent, "wx_demo_zhao")


@pytest_asyncio.fixture
async def lin(database: Pool, clock: StepClock, desk: Desk, agent: Person) -> Chat:
    """A customer with two accounts whose chat the agent serves."""
    return await served_chat(database, clock, desk, agent, "wx_demo_lin")


async def served_chat(database: Pool, clock: StepClock, desk: Desk, agent: Person, user_id: str) -> Chat:
    """Lets a WeChat customer write, and the agent take the chat."""
    chat = Chat(database, clock, user_id, channel=ChannelName.WECHAT)
    await chat.write("在吗")
    await desk.take_over(chat.id, agent.identity)
    return chat


async def customer(person: Person, chat: Chat) -> dict[str, Any]:
    """Reads the panel of a chat."""
    answer = await person.get(f"/api/conversations/{chat.id}/customer")
    assert answer.status == 200, answer.body
    folder: dict[str, Any] = answer.body["customer"]
    return folder


async def act(person: Person, chat: Chat, name: str, *, key: str = "", tell: bool = False, **fields: str) -> Answer:
    """Does an act as the page does, under a key of its own unless one is given."""
    body = {"key": key or secrets.token_hex(8), "tell": tell, **fields}
    return await person.post(f"/api/conversations/{chat.id}/acts/{name}", body)
