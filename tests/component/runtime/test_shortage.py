"""What all processes at a PostgreSQL server may come to want is added up there."""

from __future__ import annotations

import pytest

from runtime.claims import Claim
from runtime.postgres import connect, open_one
from runtime.shortage import Room, room_at, warn_when_short


async def test_each_process_is_counted_once_with_all_it_may_hold(database_url: str) -> None:
    before = (await _room(database_url)).claimed
    bot, other = Claim("bot", 7), Claim("bot", 7)

    pools = [await connect(database_url, most=2, claim=claim) for claim in (bot, bot, other)]
    lane = await open_one(database_url, patience=5, claim=bot)

    assert (await _room(database_url)).claimed == before + 14
    await lane.close()
    for pool in pools:
        await pool.close()


async def test_a_pool_without_a_claim_says_what_it_holds(database_url: str) -> None:
    before = (await _room(database_url)).claimed

    pool = await connect(database_url, most=6)

    assert (await _room(database_url)).claimed == before + 6
    await pool.close()


async def test_too_few_connections_are_said(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    usable = (await _room(database_url)).usable
    greedy = await connect(database_url, most=1, claim=Claim("bot", usable + 1))

    await warn_when_short(greedy)
    said = capfd.readouterr().out
    await greedy.close()

    assert "postgres.connections.short" in said
    assert f"usable={usable}" in said.replace("\x1b[0m", "").replace("\x1b[35m", "").replace("\x1b[36m", "")


async def test_enough_connections_are_nothing_to_speak_of(database_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    pool = await connect(database_url, most=1)

    await warn_when_short(pool)
    await pool.close()

    assert "postgres.connections.short" not in capfd.readouterr().out


async def _room(url: str) -> Room:
    pool = await connect(url, most=1, claim=Claim("nobody", 0))
    try:
        return await room_at(pool)
    finally:
        await pool.close()
