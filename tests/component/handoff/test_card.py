"""The takeover card over hand-written situations: every gold fact stands on it, and the steps are the ones meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import yaml

from handoff.card.next_steps import MOST, NextSteps
from handoff.card.takeover import MOST_LINES, TakeoverCard, takeover_card
from handoff.phrases import Phrases
from runtime import embedded, migrate, postgres
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Connection
from tests.component.handoff.chats import START
from tests.conftest import PROJECT

PHRASES = Phrases.load(PROJECT / "domain" / "human.yml", PROJECT / "domain" / "desk.yml")
RULES = NextSteps.load(PHRASES)
ID = "web:a-situation"
SITUATIONS: list[dict[str, Any]] = yaml.safe_load(
    (PROJECT / "tests" / "component" / "handoff" / "situations.yml").read_text(encoding="utf-8")
)["situations"]
BEFORE, ENDED, NOW = START - timedelta(hours=3), START - timedelta(hours=2), START


async def _fill(connection: Connection, rows: Mapping[str, Any]) -> None:
    await connection.execute(
        "insert into conversations (conversation_id, channel, channel_user, profile, mood, created_at, updated_at)"
        " values ($1, 'web', 'a-situation', $2, $3, $4, $4)",
        ID,
        rows.get("profile", {}),
        rows.get("mood"),
        NOW,
    )
    before = rows.get("before", {})
    await _write(connection, [*before.get("lines", ())], [*rows["lines"]])
    await _hear(connection, [*before.get("heard", ())], [*rows.get("heard", ())])
    if "past" in rows:
        await _serve(connection, rows["past"])
    if "escalation" in rows:
        await _ask(connection, rows["escalation"])
    for wish in rows.get("errands", ()):
        await connection.execute(
            "insert into errands (conversation_id, action, body, next_at, created_at)"
            " values ($1, 'action_file_fault', $2, $3, $3)",
            ID,
            {"wish": wish},
            NOW,
        )


async def _write(connection: Connection, before: list[dict[str, Any]], now: list[dict[str, Any]]) -> None:
    for seq, (at, line) in enumerate([*((BEFORE, one) for one in before), *((NOW, one) for one in now)], start=1):
        body = {"text": line["text"], **({"card": line["card"]} if "card" in line else {})}
        await connection.execute(
            "insert into messages (conversation_id, seq, role, body, epoch, delivery, created_at)"
            " values ($1, $2, $3, $4, 0, $5, $6)",
            ID,
            seq,
            line["role"],
            body,
            line.get("delivery", None if line["role"] == "customer" else "sent"),
            at,
        )


async def _hear(connection: Connection, before: list[str], now: list[str]) -> None:
    heard = [*((BEFORE, one) for one in before), *((NOW, one) for one in now)]
    for position, (at, intent) in enumerate(heard, start=1):
        event = _heard(at, intent, position)
        await connection.execute("insert into tracker_events values ($1, $2, false, $3)", ID, position, event)


def _heard(at: datetime, intent: str, number: int) -> dict[str, Any]:
    parse = {"intent": {"name": intent, "confidence": 1.0}}
    return {"event": "user", "timestamp": at.timestamp(), "parse_data": parse, "metadata": {"message_id": f"m{number}"}}


async def _serve(connection: Connection, past: Mapping[str, Any]) -> None:
    await connection.execute(
        "insert into agents (agent_id, name, role, password_hash) values ('K0105', $1, 'agent', '-')", past["agent"]
    )
    await connection.execute(
        "insert into escalations"
        " (conversation_id, state, skill, priority, reason, agent_id, requested_at, ended_at, note)"
        " values ($1, $2, 'billing', 5, 'asked', 'K0105', $3, $4, $5)",
        ID,
        past["state"],
        BEFORE,
        ENDED,
        past["note"],
    )


async def _ask(connection: Connection, asked: Mapping[str, Any]) -> None:
    await connection.execute(
        "insert into escalations (conversation_id, state, skill, priority, reason, summary, requested_at)"
        " values ($1, 'waiting', $2, $3, $4, $5, $6)",
        ID,
        asked["skill"],
        asked["priority"],
        asked["reason"],
        asked["summary"],
        NOW,
    )


def _at(wire: Any, path: str) -> Any:
    for part in path.split("."):
        wire = wire[int(part)] if part.isdigit() else wire[part]
    return wire


@pytest.fixture(scope="module")
def books(postgres_server: EmbeddedPostgres) -> str:
    """One migrated database for all situations: each is undone when its card is built."""
    embedded.create_database(postgres_server, "cards")
    migrate.upgrade(postgres_server.url("cards"), PROJECT / "migrations")
    return postgres_server.url("cards")


@pytest_asyncio.fixture
async def built(request: pytest.FixtureRequest, books: str) -> TakeoverCard:
    """The card of one situation."""
    pool = await postgres.connect(books, most=1)
    try:
        async with pool.acquire() as connection:
            undone = connection.transaction()
            await undone.start()
            await _fill(connection, request.param["rows"])
            card = await takeover_card(connection, ID, PHRASES)
            await undone.rollback()
            return card
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("built", "gold"),
    [pytest.param(one, one["gold"]["facts"], id=one["id"]) for one in SITUATIONS],
    indirect=["built"],
)
def test_the_card_holds_every_gold_fact_in_twelve_lines(built: TakeoverCard, gold: dict[str, Any]) -> None:
    wire = built.to_wire()

    found = {path: _at(wire, path) for path in gold}

    assert found == gold
    assert len(built.lines) + MOST <= MOST_LINES


@pytest.mark.parametrize(
    ("built", "steps"),
    [pytest.param(one, one["gold"]["steps"], id=one["id"]) for one in SITUATIONS],
    indirect=["built"],
)
def test_the_proposed_steps_are_the_ones_meant(built: TakeoverCard, steps: list[str]) -> None:
    assert [one.id for one in RULES.of(built.situation)] == steps


@pytest.mark.parametrize(
    ("built", "now"),
    [pytest.param(one, one["now"], id=one["id"]) for one in SITUATIONS if "now" in one],
    indirect=["built"],
)
def test_the_steps_follow_what_the_utility_says_now(built: TakeoverCard, now: dict[str, Any]) -> None:
    situation = built.situation.with_system(now["marks"], now["values"])

    assert [one.id for one in RULES.of(situation)] == now["steps"]


@pytest.mark.parametrize("built", [pytest.param(one, id=one["id"]) for one in SITUATIONS], indirect=True)
def test_no_card_shows_a_whole_phone(built: TakeoverCard) -> None:
    shown = json.dumps([built.to_wire(), [one.to_wire() for one in RULES.of(built.situation)]], ensure_ascii=False)

    assert "1380000" not in shown


def test_the_set_is_large_enough() -> None:
    assert len(SITUATIONS) >= 30
    assert len({one["id"] for one in SITUATIONS}) == len(SITUATIONS)
