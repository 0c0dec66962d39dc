"""The ceiling: what the parts of a turn cost by themselves on this machine, and what a turn asks of the stores."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
import psycopg2
import redis

from bench.consumption import cpu_seconds, postgres_seconds
from bench.numbers import percentile, summarise
from bench.setups import HERE, OURS, WEB, Setup
from bench.sides import GridTalkSide
from bench.stage import Stage, on_stage, raised
from bench.talkers import dismiss, gather_talkers, one_round
from bench.training import PROJECT, QUIET, Trained
from runtime.embedded import free_port
from tools import say
from tools.say import ToolError
from tools.stack import Stack

_AT_ONCE = 8
_SETUP = Setup(OURS, WEB, 1, HERE)
_COMMIT_ROWS = 500
_PER_TURN = "select xact_commit from pg_stat_database where datname = 'gridtalk'"
_SYNCS = "select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal'"

Costs = dict[str, float]


def touch_ceiling(model: Path, stock: Trained | None, seconds: float) -> dict[str, Any]:
    """Measures each part for so many seconds."""
    found: dict[str, Any] = {"echo": _echo(seconds), "jieba": _alone("jieba", str(seconds))}
    found["parse"] = _alone("ours", str(model), str(seconds))
    if stock:
        found["stock_parse"] = _alone("stock", str(stock.path), str(seconds))
    with raised(model) as stack:
        found["commit"] = _commits(stack)
        found["redis"] = _round_trips(stack)
        found["turn"] = _turn(stack, rounds=max(2, round(seconds)))
    for name, costs in found.items():
        say.done(f"{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in costs.items()))
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, **QUIET, "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "bench.ceiling_alone", *arguments]


def _alone(*arguments: str) -> Costs:
    done = subprocess.run(_command(*arguments), cwd=PROJECT, env=_environment(), capture_output=True, text=True)
    if done.returncode:
        raise ToolError(f"`bench.ceiling_alone {arguments[0]}` failed:\n{done.stderr[-800:]}")
    costs: Costs = json.loads(done.stdout.strip().splitlines()[-1])
    return costs


def _echo(seconds: float) -> Costs:
    """A bare sanic, eight at once."""
    port = free_port()
    server = subprocess.Popen(
        _command("echo", str(port)),
        cwd=PROJECT,
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answered, took, spent = asyncio.run(_knock(f"http://127.0.0.1:{port}/", server.pid, seconds))
    finally:
        server.terminate()
        server.wait(10)
    return {"per_second": answered / took, "ms": 1000 * took * _AT_ONCE / answered, "cpu_ms": 1000 * spent / answered}


async def _knock(url: str, pid: int, seconds: float) -> tuple[int, float, float]:
    body = {"sender": "visitor", "message": "x" * 20}
    async with aiohttp.ClientSession() as http:
        await _listens(http, url)
        answered, before, began = 0, cpu_seconds(pid), time.perf_counter()

        async def knock() -> None:
            nonlocal answered
            while time.perf_counter() - began < seconds:
                async with http.post(url, json=body) as answer:
                    await answer.json()
                answered += 1

        await asyncio.gather(*(knock() for _ in range(_AT_ONCE)))
        return answered, time.perf_counter() - began, cpu_seconds(pid) - before


async def _listens(http: aiohttp.ClientSession, url: str) -> None:
    for _ in range(600):
        try:
            async with http.post(url, json={}):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)
    raise ToolError("the bare sanic does not answer")


def _commits(stack: Stack) -> Costs:
    """One insert and one commit after the other, as PostgreSQL is set up here: durable when it says so."""
    with closing(psycopg2.connect(stack.plan.addresses.database)) as connection, connection.cursor() as cursor:
        cursor.execute("create table bench_commit (n int primary key, body text)")
        connection.commit()

        def commit(number: int) -> None:
            cursor.execute("insert into bench_commit values (%s, %s)", (number, "x" * 300))
            connection.commit()

        costs = _repeated(commit, lambda: postgres_seconds(stack.data))
        cursor.execute("drop table bench_commit")
        connection.commit()
    return costs


def _round_trips(stack: Stack) -> Costs:
    with closing(redis.from_url(stack.plan.addresses.redis)) as client:
        return _repeated(lambda number: client.set("bench", number), lambda: 0.0)


def _repeated(work: Callable[[int], object], served: Callable[[], float]) -> Costs:
    spans = []
    before, spent = served(), time.process_time()
    for number in range(_COMMIT_ROWS):
        began = time.perf_counter()
        work(number)
        spans.append(1000 * (time.perf_counter() - began))
    client = 1000 * (time.process_time() - spent) / _COMMIT_ROWS
    server = 1000 * (served() - before) / _COMMIT_ROWS
    return {"ms": percentile(spans, 0.5), "p95_ms": percentile(spans, 0.95), "cpu_ms": client, "server_cpu_ms": server}


def _turn(stack: Stack, rounds: int) -> Costs:
    """One customer alone: what a turn takes, how often it asks PostgreSQL and Redis; idling is left out."""
    found: Costs = {}

    async def play(stage: Stage, _: float, __: float) -> None:
        parts = await gather_talkers(stage, 1)
        await one_round(parts)
        began, before = time.perf_counter(), _asked(stack)
        await asyncio.sleep(5)
        idle = [(now - then) / (time.perf_counter() - began) for now, then in zip(_asked(stack), before, strict=True)]
        before, turns, seconds = _asked(stack), 0, 0.0
        loads = []
        for _round in range(rounds):
            played, spent = await stage.counted(one_round(parts))
            loads.append(summarise(played, spent))
            turns, seconds = turns + len(played), seconds + spent.seconds
        asked = [now - then - rate * seconds for now, then, rate in zip(_asked(stack), before, idle, strict=True)]
        kept = [asdict(load) for load in loads]
        found.update({name: sum(load[name] for load in kept) / len(kept) for name in ("p50_ms", "p95_ms", "cpu_ms")})
        found["postgres_cpu_ms"] = sum(load["postgres_cpu_ms"] for load in kept) / len(kept)
        names = ("transactions", "wal_syncs", "redis_commands")
        found.update({name: max(0.0, count / turns) for name, count in zip(names, asked, strict=True)})
        await dismiss(parts)

    on_stage(stack, GridTalkSide(stack, _SETUP), play)
    return found


def _asked(stack: Stack) -> list[float]:
    """Transactions and syncs of PostgreSQL, and commands of Redis, so far."""
    with closing(psycopg2.connect(stack.plan.addresses.database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            counts = []
            for query in (_PER_TURN, _SYNCS):
                cursor.execute(query)
                counts.append(float(cursor.fetchone()[0]))
    with closing(redis.from_url(stack.plan.addresses.redis)) as client:
        return [*counts, float(client.info("stats")["total_commands_processed"])]
