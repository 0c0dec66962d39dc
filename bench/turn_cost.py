"""Prints what thinking one turn costs in processor time, by the length of the conversation before it.

    python -m bench.turn_cost [--lengths 20,200,500,1000,2000] [--rounds 12] [--actions process|service] [--json FILE]

Without reception and doors: the trained model, `Dialogue.answer` on the tracker store of the house (an embedded
PostgreSQL), the actions in the same process (`ACTIONS_MODULE=actions.here`) or as a service, the company in memory.
Each conversation is talked until it is as long as asked for; then the same lines are thought through from where it
stands, and forgotten again, the lengths in turn, so that another program on the machine slows all of them alike. What
counts is user and system seconds of this process, and of the service if there is one. About two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import resource
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.here import ActionsHere
from bench.turn_service import beside, company
from bot.app import load_agent
from bot.dialogue import ActionEndpoint, Dialogue, LocalActionEndpoint, Question
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore, append_events
from runtime import embedded, migrate, postgres
from runtime.postgres import Pool, transaction
from tests.builders import NOON_BEFORE
from tools.quiet import keep_logs_off
from tools.train import ensure_model

PROJECT = Path(__file__).parent.parent
LENGTHS = (20, 200, 500, 1000, 2000)
_SCRIPT = Path(__file__).with_name("turn_cost.yml")
# A conversation shorter than this need not end where the script does.
_SHORT = 100
_COUNT = "select count(*) from tracker_events where conversation_id = $1"


@dataclass(frozen=True)
class Asked:
    """What is measured."""

    lengths: tuple[int, ...]
    rounds: int
    actions: str


@dataclass(frozen=True)
class Cost:
    """What the turns of one length took, in milliseconds of the processor."""

    events: int
    mean: float
    p50: float
    p95: float

    @classmethod
    def of(cls, events: int, taken: Sequence[float]) -> Cost:
        """Sums up measured turns."""
        cuts = statistics.quantiles(taken, n=20)
        return cls(events, statistics.fmean(taken), cuts[9], cuts[18])


@dataclass
class Talk:
    """One conversation of one customer."""

    key: str
    pool: Pool
    dialogue: Dialogue
    spent: Callable[[], float]
    turns: int = 0

    async def think(self, text: str, *, commit: bool = True) -> float:
        """Thinks one turn through and returns its milliseconds; what is not committed has not been said."""
        self.turns += 1
        channel, _, user = self.key.partition(":")
        message = f"{self.key}/{self.turns}"
        facts = {"message_id": message, "channel": channel, "channel_user": user, "at": NOON_BEFORE.isoformat()}
        began = self.spent()
        answer = await self.dialogue.answer(Question(self.key, channel, text, message, facts))
        took = self.spent() - began
        if commit:
            async with transaction(self.pool) as connection:
                await append_events(connection, self.key, answer.events)
        return took * 1000

    async def grow(self, script: Sequence[str], length: int) -> int:
        """Talks until at least so many events are stored, to the end of the script; returns how many there are."""
        while (count := int(await self.pool.fetchval(_COUNT, self.key))) < length:
            for text in script:
                await self.think(text)
                if length < _SHORT and int(await self.pool.fetchval(_COUNT, self.key)) >= length:
                    break
        return count


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@asynccontextmanager
async def _thinking(url: str, endpoint: ActionEndpoint) -> AsyncIterator[tuple[Pool, Dialogue]]:
    pool = await postgres.connect(url, most=2)
    trackers = TurnTrackerStore(pool)
    environ = {"DATABASE_URL": url, "REDIS_URL": "redis:", "WEB_TOKEN_SECRET": "x" * 32, "UTILITY_TOKEN": "x"}
    settings = BotSettings.from_env({**environ, "MODEL_PATH": str(ensure_model())})
    try:
        agent = load_agent(settings, trackers, endpoint)
        gc.collect()
        gc.freeze()  # as a worker does
        yield pool, Dialogue(agent, trackers)
    finally:
        await endpoint.close()
        await pool.close()


async def _nothing() -> None:
    """Closes nothing."""


@contextmanager
def _actions(mode: str, account: str, keys: Sequence[str]) -> Iterator[tuple[ActionEndpoint, Callable[[], float]]]:
    """The way to the actions, and what has been spent on a turn so far."""
    if mode == "service":
        with beside(account, keys) as (url, spent_beside):
            yield ActionEndpoint(url), lambda: _spent() + spent_beside()
    else:
        yield LocalActionEndpoint(ActionsHere(company(account, keys), _nothing)), _spent


async def measure(url: str, asked: Asked, script: Mapping[str, Any]) -> list[Cost]:
    """Grows the conversations, then measures them in turn."""
    keys = [f"web:long{length}" for length in asked.lengths]
    with _actions(asked.actions, str(script["account_no"]), keys) as (endpoint, spent):
        async with _thinking(url, endpoint) as (pool, dialogue):
            talks = [Talk(key, pool, dialogue, spent) for key in keys]
            return await _measured(talks, asked, script)


async def _measured(talks: Sequence[Talk], asked: Asked, script: Mapping[str, Any]) -> list[Cost]:
    events = [await talk.grow(script["talk"], length) for talk, length in zip(talks, asked.lengths, strict=True)]
    taken: list[list[float]] = [[] for _ in talks]
    for number in range(asked.rounds + 1):
        for text in script["asked"]:
            for mine, talk in zip(taken, talks, strict=True):
                took = await talk.think(text, commit=False)
                mine += [took] if number else []  # the first round is for warming up
    return [Cost.of(count, mine) for count, mine in zip(events, taken, strict=True)]


def main() -> int:
    """Runs the measurement and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lengths", default=",".join(map(str, LENGTHS)))
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--actions", choices=("process", "service"), default="process")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    asked = Asked(tuple(int(length) for length in options.lengths.split(",")), options.rounds, options.actions)
    keep_logs_off()
    script = yaml.safe_load(_SCRIPT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="gridtalk-turn-", ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder))
        try:
            embedded.create_database(server, "turns")
            migrate.upgrade(server.url("turns"), PROJECT / "migrations")
            costs = asyncio.run(measure(server.url("turns"), asked, script))
        finally:
            embedded.stop_postgres(server)
    sys.stdout.write(_table(costs))
    if options.json:
        options.json.write_text(json.dumps([vars(cost) for cost in costs], indent=1) + "\n", encoding="utf-8")
    return 0


def _table(costs: Sequence[Cost]) -> str:
    rows = ["events stored | CPU ms per turn | p50 | p95 | to the first", "---:|---:|---:|---:|---:"]
    for cost in costs:
        ratio = cost.p95 / costs[0].p95
        rows.append(f"{cost.events} | {cost.mean:.1f} | {cost.p50:.1f} | {cost.p95:.1f} | p95 x{ratio:.2f}")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main())
