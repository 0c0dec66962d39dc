"""A flood of events at the notices' door, by real HTTP: how many it takes a second, and that nothing of it is lost.

python -m bench.notice_flood [--events 100000] [--rate 0] [--connections 64] [--json FILE]

Signed events of outages with a tenth sent twice and a fifth out of order; the door is a process of its own with the
rounds that apply them, PostgreSQL is real, the company's answers come from this process. It ends when everything is
applied: about two minutes per 20,000 events on two busy cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sanic import Sanic

from backend.models import AudiencePage, EventPage
from backend.webhooks import HEADER
from bench.notices_wire import listening
from notices.door import BODY_BYTES, Doors
from notices.following import Following
from notices.intake import Intake
from notices.kinds import the_book
from notices.registration import Registration
from notices.subjects import Subjects
from runtime import embedded, migrate, postgres, web
from runtime.clock import SHANGHAI, SystemClock
from runtime.postgres import Pool
from tools import say
from utility.events.signing import signature

_PROJECT = Path(__file__).parent.parent
_SECRET, _SEED, _PER_OUTAGE, _WINDOW = "the flood's secret", 20261121, 10, 400
_WAITING = "select count(*) from notice_events where state = 'waiting'"
_SUMS = "select state, count(*) as many from notice_events group by state order by state"
# The last event of each outage in the company's order is its restoration; whatever came later changes nothing.
_BACK = "select count(*) from notice_subjects where over"


@dataclass
class Figures:
    """What a run measured."""

    events: int
    sent: int = 0
    accepted_s: float = 0.0
    applied_s: float = 0.0
    memory_mb: float = 0.0
    answers: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    over: int = 0
    slowest_ms: float = 0.0
    door_cpu_s: float = 0.0
    sender_cpu_s: float = 0.0


class Nobody:
    """A company in which no outage concerns anybody: this is about events, not about people."""

    async def audience(self, **_: Any) -> AudiencePage:
        """See `backend.protocol.audience`."""
        return AudiencePage((), "")

    async def events(self, after: str = "", **_: Any) -> EventPage:
        """See `backend.protocol.events`."""
        return EventPage((), after)


def bodies(count: int, now: datetime) -> Iterator[bytes]:
    """Writes the events: outages of ten events each, raised, its estimate changed, restored; numbers in their order."""
    outages = count // _PER_OUTAGE
    for number in range(1, outages * _PER_OUTAGE + 1):
        step, outage = divmod(number - 1, outages)
        what = "raised" if step == 0 else "restored" if step == _PER_OUTAGE - 1 else "updated"
        area = f"TA-{outage % 500}"
        eta = (now + timedelta(hours=1, minutes=step)).isoformat()
        restored = now.isoformat() if what == "restored" else None
        data = {"outage_no": f"T{outage}", "kind": "fault", "status": "repairing", "area_ids": [area], "cause": "-"}
        data |= {"eta": eta, "eta_said_at": now.isoformat(), "started": now.isoformat(), "restored": restored}
        data |= {"buildings": [], "note": "", "planned_from": None, "planned_to": None}
        event = {"event_id": str(number), "type": f"outage.{what}", "at": now.isoformat(), "subject": f"T{outage}"}
        yield json.dumps({**event, "account_no": None, "area_ids": [area], "data": data}).encode()


def flood(count: int, now: datetime) -> Iterator[bytes]:
    """Sends a tenth twice and a fifth out of order within a window; the same seed, the same flood."""
    chance, held = random.Random(_SEED), []  # noqa: S311  # a bench
    for body in bodies(count, now):
        if chance.random() < 0.2:
            held.append(body)
        else:
            yield body
        if chance.random() < 0.1:
            yield body
        if len(held) > _WINDOW:
            chance.shuffle(held)
            yield from held
            held.clear()
    yield from held


async def serve(url: str, port: int) -> None:
    """The door's process: takes, applies, until it is ended."""
    pool, clock = await postgres.connect(url, most=8, patience=60), SystemClock()
    intake, subjects = Intake(pool, clock), Subjects(pool, clock, the_book())
    app = Sanic("flooded", configure_logging=False)
    web.limit(app, body_bytes=BODY_BYTES)
    web.install_errors(app)
    registration = Registration(pool, clock, Nobody(), url="", given=_SECRET, token="-")  # type: ignore[arg-type]
    Doors(intake, Following(pool, clock), clock, registration=registration, report_token="").install(app)
    server: Any = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    while True:
        if not await subjects.apply():
            await asyncio.sleep(0.2)


async def send(port: int, options: argparse.Namespace, figures: Figures) -> None:
    """Sends the flood over so many connections; what is sent away comes again after the time it was told."""
    answers, waiting = Counter[str](), asyncio.Queue[bytes | None](options.connections * 4)
    connector = aiohttp.TCPConnector(limit=options.connections)

    async def one(session: aiohttp.ClientSession) -> None:
        while (body := await waiting.get()) is not None:
            while True:
                headers = {HEADER: signature(_SECRET, SystemClock().now(), body)}
                asked = time.monotonic()
                async with session.post(f"http://127.0.0.1:{port}/events", data=body, headers=headers) as answer:
                    status, again = answer.status, float(answer.headers.get("Retry-After", "0"))
                figures.slowest_ms = max(figures.slowest_ms, 1000 * (time.monotonic() - asked))
                answers[str(status)] += 1
                if status == 204:
                    break
                await asyncio.sleep(again or 1)

    async with aiohttp.ClientSession(connector=connector) as session:
        tasks = [asyncio.create_task(one(session)) for _ in range(options.connections)]
        began = time.monotonic()
        for number, body in enumerate(flood(options.events, SystemClock().now().astimezone(SHANGHAI))):
            if options.rate and (ahead := number / options.rate - (time.monotonic() - began)) > 0:
                await asyncio.sleep(ahead)
            await waiting.put(body)
            figures.sent += 1
        for _ in tasks:
            await waiting.put(None)
        await asyncio.gather(*tasks)
        figures.accepted_s, figures.answers = time.monotonic() - began, dict(answers)


async def measure(url: str, options: argparse.Namespace) -> Figures:
    """Starts the door, floods it, waits until everything is applied."""
    figures, port = Figures(options.events // _PER_OUTAGE * _PER_OUTAGE), embedded.free_port()
    command = (sys.executable, "-W", "ignore", "-m", "bench.notice_flood", "--serve", url, "--port", str(port))
    door = await asyncio.create_subprocess_exec(*command, cwd=_PROJECT, env=dict(os.environ))
    pool = await postgres.connect(url, most=2, patience=60)
    try:
        await listening(port)
        await send(port, options, figures)
        figures.door_cpu_s, figures.sender_cpu_s = _cpu(door.pid), _cpu(os.getpid())
        rate = figures.sent / figures.accepted_s
        say.step(f"{figures.sent} calls answered in {figures.accepted_s:.1f} s ({rate:.0f}/s); applying the rest")
        began = time.monotonic()
        while await pool.fetchval(_WAITING):  # noqa: ASYNC110  # another process works
            await asyncio.sleep(0.5)
        figures.applied_s = figures.accepted_s + time.monotonic() - began
        figures.memory_mb = _most_memory(door.pid)
        await _sum_up(pool, figures)
    finally:
        door.terminate()
        await door.wait()
        await pool.close()
    return figures


async def _sum_up(pool: Pool, figures: Figures) -> None:
    figures.sums = {row["state"]: row["many"] for row in await pool.fetch(_SUMS)}
    figures.over = await pool.fetchval(_BACK)


def _cpu(pid: int) -> float:
    """Returns user and system seconds of a process."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / float(os.sysconf("SC_CLK_TCK"))


def _most_memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


async def run(options: argparse.Namespace) -> bool:
    """Runs it on a PostgreSQL of its own and prints; false: something was lost."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-flood-", ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder) / "postgres")
        try:
            embedded.create_database(server, "bench")
            migrate.upgrade(server.url("bench"), _PROJECT / "migrations")
            figures = await measure(server.url("bench"), options)
        finally:
            embedded.stop_postgres(server)
    if options.json:
        options.json.write_text(json.dumps(asdict(figures), indent=2) + "\n", encoding="utf-8")
    return _print(figures)


def _print(figures: Figures) -> bool:
    kept = sum(figures.sums.values())
    say.line(f"events              {figures.events} ({figures.sent} calls: repeats, out of order)")
    minute = figures.sent / figures.accepted_s * 60
    say.line(f"accepted            {figures.sent / figures.accepted_s:.0f}/s ({minute:.0f} in a minute)")
    say.line(f"applied             {figures.events / figures.applied_s:.0f}/s ({figures.applied_s:.1f} s to the last)")
    say.line(f"answers             {figures.answers}, slowest {figures.slowest_ms:.0f} ms")
    per_call = 1000 * figures.door_cpu_s / figures.sent
    say.line(
        f"CPU while taking    door {per_call:.2f} ms a call (applying included), sender {figures.sender_cpu_s:.1f} s"
    )
    say.line(f"memory at most      {figures.memory_mb:.0f} MB")
    say.line(f"kept once           {kept} of {figures.events}: {figures.sums}")
    say.line(f"outages over        {figures.over} of {figures.events // _PER_OUTAGE}")
    return kept == figures.events and figures.over == figures.events // _PER_OUTAGE


def main(arguments: Sequence[str]) -> None:
    """Reads the options and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=0.0, help="calls a second; 0: as fast as they are answered")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--serve", default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        asyncio.run(serve(options.serve, options.port))
    sys.exit(0 if asyncio.run(run(options)) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
