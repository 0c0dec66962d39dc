"""What a customer's line costs at PostgreSQL, from its arrival at a door to its delivered answer, read from the wire.

    python -m bench.round_trips [--list]

The real doors and the real reception on an embedded PostgreSQL, behind a line that reads what is asked; the dialogue
answers by a function that reads the tracker as Rasa's does. Counts, not times: any machine gives the same. 20 seconds.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.dialogue import Answer, Question
from bot.trackers import read_session
from runtime import embedded, migrate, postgres
from runtime.bus import Bus
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from tests.channel.house import House, open_house
from tests.fakes.bot import ScriptedThinker, worker
from tests.fakes.store_line import Asked, StoreLine, line_to_postgres

_WARM, _TURNS = 24, 20
# What a transaction is about, by the first mark found in any of its statements.
_PHASES = (
    ("before the ack", ("receive_message", "insert into conversations", "response")),
    (
        "around the answer's way out",
        ("for share", "lines_to_send", "undelivered", "next_try_at", "cost)", "last_seq, c"),
    ),
    ("after the turn", ("finish_turn", "'pending' and turn_attempts", "tracker_events (conv")),
)
_OTHER = "from the claim to the thought, and the last look"
_ORDER = (_PHASES[0][0], _OTHER, _PHASES[2][0], _PHASES[1][0])


@dataclass
class Recalling(ScriptedThinker):
    """A scripted dialogue that reads the tracker first, as Rasa's does."""

    pool: postgres.Pool | None = None

    async def answer(self, question: Question) -> Answer:
        """See base class."""
        if self.pool:
            await read_session(self.pool, question.conversation_id)
        return await super().answer(question)


@dataclass(frozen=True)
class Cost:
    """What happened in one phase, over all turns."""

    statements: int
    round_trips: int
    transactions: int


def costs(asked: Sequence[Asked]) -> dict[str, Cost]:
    """Sorts statements into phases by what their transactions are about."""
    whole: dict[tuple[int, int], list[Asked]] = defaultdict(list)
    for one in asked:
        whole[one.connection, one.transaction].append(one)
    phases: dict[str, list[list[Asked]]] = defaultdict(list)
    for statements in whole.values():
        phases[_phase(statements)].append(statements)
    return {
        name: Cost(
            sum(len([one for one in part if not _bounds(one)]) for part in parts),
            sum(one.round_trips for part in parts for one in part),
            len(parts),
        )
        for name, parts in phases.items()
    }


def _bounds(one: Asked) -> bool:
    return one.sql.strip().lower().startswith(("begin", "commit", "rollback"))


def _phase(statements: Sequence[Asked]) -> str:
    text = " ".join(one.sql.lower() for one in statements)
    return next((name for name, marks in _PHASES if any(mark in text for mark in marks)), _OTHER)


async def _turns(line: StoreLine, say: Callable[[int], Awaitable[None]]) -> list[Asked]:
    for number in range(_WARM):
        await say(number)
    line.asked.clear()
    for number in range(_WARM, _WARM + _TURNS):
        await say(number)
    return list(line.asked)


async def _web(house: House, line: StoreLine) -> list[Asked]:
    async with AsyncExitStack() as stack:
        async with house.http.post(f"{house.url}/webhooks/web/session", json={}) as answer:
            token = (await answer.json())["token"]
        socket = await stack.enter_async_context(house.http.ws_connect(f"{house.url}/webhooks/web/ws"))
        await socket.send_json({"type": "hello", "token": token, "last_seq": 0})

        async def say(number: int) -> None:
            await socket.send_json({"type": "message", "client_id": f"client-{number:04}", "text": f"line {number}"})
            while True:
                frame = await socket.receive_json()
                if frame["type"] == "message" and frame["message"]["role"] == "bot":
                    break
            await house.settled()
            await asyncio.sleep(0.05)  # the window's own catching up

        return await _turns(line, say)


async def _wechat(house: House, line: StoreLine) -> list[Asked]:
    async def say(number: int) -> None:
        await house.push_wechat("oBench", "text", Content=f"line {number}")
        await house.settled()

    return await _turns(line, say)


async def measure(server: EmbeddedPostgres, redis: EmbeddedRedis, media: Path) -> dict[str, list[Asked]]:
    """Runs the turns at both doors; returns what each asked of PostgreSQL."""
    async with line_to_postgres(server, "trips") as (line, url):
        pool, bus = await postgres.connect(url), Bus(redis.url, prefix="trips:")
        thinker = Recalling(pool=pool)
        thinker.gate.set()
        made = worker(pool, bus, url, thinker)
        asked: dict[str, list[Asked]] = {}
        async with open_house(pool, made, media, REDIS_URL=redis.url, CUSTOMER_BURST="1000") as house:
            asked["web"] = await _web(house, line)
            asked["wechat"] = await _wechat(house, line)
        await bus.close()
        await pool.close()
    return asked


def table(asked: dict[str, list[Asked]]) -> list[str]:
    """The figures per turn as a Markdown table."""
    rows = ["| door, phase | statements | round trips | transactions |", "|---|---:|---:|---:|"]
    for door, heard in asked.items():
        found = costs(heard)
        for name in _ORDER:
            if name in found:
                cost = found[name]
                rows.append(f"| {door}, {name} | " + _figures(cost.statements, cost.round_trips, cost.transactions))
        parts = [(cost.statements, cost.round_trips, cost.transactions) for cost in found.values()]
        rows.append(f"| **{door}, whole turn** | " + _figures(*(sum(column) for column in zip(*parts, strict=True))))
    return rows


def _figures(*counts: int) -> str:
    return " | ".join(f"{count / _TURNS:.1f}" for count in counts) + " |"


def listed(asked: dict[str, list[Asked]]) -> list[str]:
    """Each statement with how often it is asked in a turn."""
    rows = []
    for door, heard in asked.items():
        counted = Counter(" ".join(one.sql.split())[:150] for one in heard)
        rows += ["", door, *(f"{count / _TURNS:6.2f} {sql}" for sql, count in counted.most_common())]
    return rows


def main() -> None:
    """Measures on stores of its own and prints the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server, redis = embedded.start_postgres(Path(folder) / "pg"), embedded.start_redis(Path(folder) / "redis")
        try:
            embedded.create_database(server, "trips")
            migrate.upgrade(server.url("trips"), Path(__file__).parent.parent / "migrations")
            asked = asyncio.run(measure(server, redis, Path(folder)))
        finally:
            embedded.stop_redis(redis)
            embedded.stop_postgres(server)
    sys.stdout.write("\n".join([*table(asked), ""]))
    if "--list" in sys.argv:
        sys.stdout.write("\n".join([*listed(asked), ""]))


if __name__ == "__main__":
    main()
