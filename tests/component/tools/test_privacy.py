"""One customer's data is copied out whole, deleted whole, and kept no longer than the settings say."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.server.chain import verify
from console.server.erasure import Held, holdings
from console.server.retention_settings import RetentionSettings
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.errors import UnknownConversation
from handoff.escalations import Escalations
from handoff.media import file_of
from handoff.phrases import Phrases
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire
from tests.conftest import PROJECT
from tools.privacy import _parse, run

PICTURE = "0123456789abcdef" * 2


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> RetentionSettings:
    return RetentionSettings(database_url=database_url, media_dir=tmp_path / "media")


@pytest.fixture
def clock() -> StepClock:
    return StepClock()


async def _served(database: Pool, clock: StepClock, name: str, folder: Path, skill: str = "fault") -> Chat:
    """A chat with a picture, an errand, an evaluation and a closed request."""
    chat, agent = Chat(database, clock, name), AgentIdentity("K0104", "江一苇")
    await chat.write("家里停电了，电话13800001011")
    steps = Escalations(Phrases.load(PROJECT / "domain" / "human.yml"))
    async with transaction(database) as connection:
        change = await steps.request(connection, chat.id, HandoffRequest(skill, "asked"), at=clock.now())
        number = change.escalation.escalation_id
        await steps.accept(connection, number, agent, at=clock.now())
        await steps.close(connection, chat.id, agent, "办结", at=clock.now())
        await connection.execute(
            "insert into evaluations (conversation_id, seq, escalation_id, kind, value, comment, at, changed_at)"
            " values ($1, 1, $2, 'service', 5, '谢谢', $3, $3)",
            chat.id,
            number,
            clock.now(),
        )
        media_id = PICTURE if name == "visitor-1" else PICTURE[::-1]
        await connection.execute(
            "insert into media values ($1, $2, 'image', 'a.png', 'image/png', 9, $3)", media_id, chat.id, clock.now()
        )
        await connection.execute("update messages set turn = 'done' where turn = 'pending'")
        await connection.execute("update messages set delivery = 'sent' where delivery = 'pending'")
        await connection.execute("insert into tracker_events values ($1, 1, true, '{}')", chat.id)
    file = file_of(folder, media_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a picture")
    return chat


async def _run(settings: RetentionSettings, clock: StepClock, *arguments: str) -> dict[str, Any]:
    return await run(_parse(arguments), settings, clock)


async def test_everything_of_a_customer_is_copied_out(
    database: Pool, clock: StepClock, settings: RetentionSettings
) -> None:
    await hire(database, "K0104", "江一苇")
    chat = await _served(database, clock, "visitor-1", settings.media_dir)

    copy = await _run(settings, clock, "export", "--conversation", chat.id)

    assert {"conversations", "messages", "escalations", "escalation_events", "evaluations", "media"} <= set(copy)
    assert "13800001011" in json.dumps(copy, ensure_ascii=False, default=str)


async def test_a_forgotten_customer_is_gone_and_the_neighbour_and_the_audit_stay(
    database: Pool, clock: StepClock, settings: RetentionSettings
) -> None:
    await hire(database, "K0104", "江一苇")
    chat = await _served(database, clock, "visitor-1", settings.media_dir)
    neighbour = await _served(database, clock, "visitor-2", settings.media_dir)

    deleted = await _run(settings, clock, "forget", "--conversation", chat.id, "--by", "P0001")

    async with transaction(database) as connection:
        for holding in await holdings(connection):
            query = f"select count(*) from {holding.table} where {holding.condition}"
            assert await connection.fetchval(query, chat.id) == 0
        assert (await verify(connection)).whole
    row = await database.fetchrow("select actor, subject, detail from audit where action = 'privacy.forgotten'")
    assert (row["actor"], row["subject"], row["detail"]["rows"]) == ("P0001", chat.id, deleted)
    assert len(await neighbour.lines()) > 1
    assert (file_of(settings.media_dir, PICTURE).exists(), deleted["media"]) == (False, 1)
    assert file_of(settings.media_dir, PICTURE[::-1]).exists()


async def test_who_is_being_served_is_not_forgotten(
    database: Pool, clock: StepClock, settings: RetentionSettings
) -> None:
    chat = Chat(database, clock, "visitor-1")
    await chat.write("要人工")
    steps = Escalations(Phrases.load(PROJECT / "domain" / "human.yml"))
    async with transaction(database) as connection:
        await steps.request(connection, chat.id, HandoffRequest("fault", "asked"), at=clock.now())

    with pytest.raises(Held):
        await _run(settings, clock, "forget", "--conversation", chat.id, "--by", "P0001")


async def test_a_complaint_is_evidence_until_its_time_is_over(
    database: Pool, clock: StepClock, settings: RetentionSettings
) -> None:
    await hire(database, "K0104", "江一苇")
    chat = await _served(database, clock, "visitor-1", settings.media_dir, skill="complaint")
    words = ("forget", "--conversation", chat.id, "--by", "P0001")

    with pytest.raises(Held):
        await _run(settings, clock, *words)
    deleted = await _run(settings, clock, *words, "--despite-complaint")

    assert deleted["conversations"] == 1


async def test_an_unknown_customer_is_said_so(database: Pool, clock: StepClock, settings: RetentionSettings) -> None:
    with pytest.raises(UnknownConversation):
        await _run(settings, clock, "forget", "--conversation", "web:nobody", "--by", "P0001")


async def test_the_sweep_takes_words_and_pictures_over_their_time_and_keeps_evidence(
    database: Pool, clock: StepClock, settings: RetentionSettings
) -> None:
    await hire(database, "K0104", "江一苇")
    old = await _served(database, clock, "visitor-1", settings.media_dir)
    complaint = await _served(database, clock, "visitor-2", settings.media_dir, skill="complaint")
    clock.advance(timedelta(days=181))
    fresh = Chat(database, clock, "visitor-3")
    await fresh.write("你好")

    done = await _run(settings, clock, "sweep")
    again = await _run(settings, clock, "sweep")

    assert {text for _, text in await old.lines()} == {"…"}
    assert (await complaint.lines())[0][1] == "家里停电了，电话13800001011"
    assert await fresh.lines() == [("customer", "你好")]
    assert (done["media"], file_of(settings.media_dir, PICTURE).exists()) == (1, False)
    assert file_of(settings.media_dir, PICTURE[::-1]).exists()
    assert sum(again.values()) == 0
