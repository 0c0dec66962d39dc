"""Earlier contacts of one person: which are listed, and which of them this agent may open."""

from __future__ import annotations

from typing import Any

import pytest_asyncio

from conversation.identity import ChannelName
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat, StepClock

HOME = {"tail": "6117", "address_masked": "流萤花园一期"}


@pytest_asyncio.fixture
async def here(database: Pool, clock: StepClock, desk: Desk, agent: Person) -> Chat:
    """The chat the agent serves now."""
    chat = Chat(database, clock, "visitor-now")
    await chat.write("我又来了")
    await desk.take_over(chat.id, agent.identity)
    return chat


@pytest_asyncio.fixture
async def there(database: Pool, clock: StepClock, desk: Desk, colleague: Person) -> Chat:
    """A chat in another door that a colleague has closed with a summary."""
    chat = Chat(database, clock, "wx_before", channel=ChannelName.WECHAT)
    await chat.write("电费怎么这么多")
    await desk.take_over(chat.id, colleague.identity)
    await desk.close(chat.id, colleague.identity, "已解释阶梯电价，客户13800001011认可")
    return chat


async def _link(database: Pool, here: Chat, there: Chat) -> None:
    await database.execute(
        "insert into identity_links (link_id, conversation_id, source_id, way, made_at)"
        " values ('l1', $1, $2, 'code', now())",
        here.id,
        there.id,
    )


async def _share_home(database: Pool, *chats: Chat) -> None:
    for chat in chats:
        await database.execute(
            "update conversations set profile = $2 where conversation_id = $1", chat.id, {"accounts": [HOME]}
        )


async def _contacts(person: Person, chat: Chat) -> list[dict[str, Any]]:
    answer = await person.get(f"/api/conversations/{chat.id}/contacts")
    assert answer.status == 200, answer.body
    contacts: list[dict[str, Any]] = answer.body["contacts"]
    return contacts


async def test_a_linked_door_is_listed_with_its_result_masked(
    agent: Person, here: Chat, there: Chat, database: Pool
) -> None:
    await _link(database, here, there)

    (contact,) = await _contacts(agent, here)

    assert (contact["relation"], contact["channel"], contact["state"]) == ("linked", "wechat", "closed")
    assert (contact["agent"], contact["note"]) == ("顾南乔", "已解释阶梯电价，客户138****1011认可")
    assert contact["may_open"] is True


async def test_who_serves_the_person_reads_the_linked_chat_and_it_is_written_down(
    agent: Person, here: Chat, there: Chat, database: Pool
) -> None:
    await _link(database, here, there)

    answer = await agent.get(f"/api/conversations/{here.id}/contacts/{there.id}")

    assert [line["text"] for line in answer.body["messages"]][0] == "电费怎么这么多"
    row = await database.fetchrow("select subject, detail from audit where action = 'contact.open'")
    assert (row["subject"], row["detail"]) == (there.id, {"purpose": here.id})


async def test_a_link_is_one_way(colleague: Person, here: Chat, there: Chat, database: Pool) -> None:
    await _link(database, here, there)

    assert [one["relation"] for one in await _contacts(colleague, there)] == ["here"]


async def test_a_shared_account_is_listed_without_a_word_and_stays_closed(
    agent: Person, here: Chat, there: Chat, database: Pool
) -> None:
    await _share_home(database, here, there)

    (contact,) = await _contacts(agent, here)
    opened = await agent.get(f"/api/conversations/{here.id}/contacts/{there.id}")

    assert (contact["relation"], contact["may_open"]) == ("account", False)
    assert (contact["note"], contact["conversation_id"]) == ("", "")
    assert (opened.status, opened.code) == (403, "console.not_allowed")


async def test_a_supervisor_opens_a_chat_of_a_shared_account(
    supervisor: Person, here: Chat, there: Chat, database: Pool
) -> None:
    await _share_home(database, here, there)

    assert (await supervisor.get(f"/api/conversations/{here.id}/contacts/{there.id}")).status == 200


async def test_a_chat_that_does_not_belong_to_the_person_is_unknown(
    supervisor: Person, here: Chat, there: Chat
) -> None:
    answer = await supervisor.get(f"/api/conversations/{here.id}/contacts/{there.id}")

    assert (answer.status, answer.code) == (404, "handoff.unknown")


async def test_who_may_not_read_the_chat_gets_no_history(
    colleague: Person, here: Chat, there: Chat, database: Pool
) -> None:
    await _link(database, here, there)

    listed = await colleague.get(f"/api/conversations/{here.id}/contacts")
    opened = await colleague.get(f"/api/conversations/{here.id}/contacts/{there.id}")

    assert (listed.status, opened.status) == (403, 403)


async def test_the_running_request_is_no_history(agent: Person, here: Chat) -> None:
    assert await _contacts(agent, here) == []
