"""An outage of many accounts, planned and queued, then sent at the ways' rates: rates, time to the last, memory, sums.

python -m bench.notices [--accounts 50000] [--workers 2] [--sms-rate 1000] [--wechat-rate 1000] [--no-send] [--http]

The company stands in this process: pages of 200 as its REST interface gives them, without the wire; with --http it is
a process of its own that is asked over real HTTP, as the notices ask it. PostgreSQL is real.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backend.models import AudienceMember, AudiencePage, CompanyEvent
from bench.notices_wire import company
from notices.following import Following
from notices.intake import Intake
from notices.kinds import Kind, the_book
from notices.rates import Rates
from notices.sending import Sending
from notices.sms import ShortMessage, Taken
from notices.spreading import Spreading
from notices.subjects import Subjects
from runtime import embedded, migrate, postgres
from runtime.bus import Bus
from runtime.clock import SHANGHAI, SystemClock
from runtime.postgres import Connection, Pool
from tools import say

_PROJECT = Path(__file__).parent.parent
_LIMIT_S = 60.0
_SUMS = """
    select coalesce(way, 'none') as way, state, coalesce(outcome, '') as outcome, count(*) as many
    from notices group by 1, 2, 3 order by 1, 2, 3
"""


@dataclass(frozen=True)
class Figures:
    """What a run measured."""

    accounts: int
    planned: int
    planned_s: float
    sent: int
    sent_s: float
    memory_mb: float


class City:
    """So many accounts of one area: every third reads WeChat, every tenth Alipay, the others have a phone."""

    def __init__(self, accounts: int) -> None:
        self._accounts = accounts

    async def audience(
        self,
        *,
        area_ids: Sequence[str] = (),
        account_no: str = "",
        standing: bool = False,
        after: str = "",
        most: int = 200,
    ) -> AudiencePage:
        """See `backend.protocol.audience`."""
        first = int(after or 0)
        last = min(first + most, self._accounts)
        members = tuple(_member(number) for number in range(first, last))
        return AudiencePage(members, str(last) if last < self._accounts else "")


class Everybody:
    """Doors that take everything."""

    async def refusal(self, connection: Connection, way: str, conversation_id: str, kind: Kind) -> str:
        """See base class."""
        return ""


class Gateway:
    """A gateway that takes 20 ms for a message."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, message: ShortMessage) -> Taken:
        """See base class."""
        await asyncio.sleep(0.02)
        self.sent += 1
        return Taken(message.key, delivered=True)

    async def close(self) -> None:
        """See base class."""


class Silence(Bus):
    """A bus that nobody listens to."""

    def __init__(self) -> None:
        pass

    async def publish(self, topic: str, payload: dict[str, Any]) -> None:
        """See base class."""


def _member(number: int) -> AudienceMember:
    people = (
        (("wechat", f"wx{number}"),) if number % 3 == 0 else (("alipay", f"al{number}"),) if number % 10 == 1 else ()
    )
    return AudienceMember(f"{number:010d}", "TA-1", "E1", "", f"138{number:08d}", people=people)


async def measure(pool: Pool, options: argparse.Namespace) -> Figures:
    """Plans and queues, then sends, with so many workers on one pool."""
    clock, book = SystemClock(), the_book()
    await Intake(pool, clock).take([_event(clock.now())], "webhook")
    await Subjects(pool, clock, book).apply()
    async with _city(options) as city:
        spreading = [Spreading(pool, clock, book, city) for _ in range(options.workers)]
        began = time.monotonic()
        await asyncio.gather(*(_all(worker.spread_next) for worker in spreading))
        planned_s, planned = time.monotonic() - began, await pool.fetchval("select count(*) from notices")
    say.step(f"{planned} notices planned and queued in {planned_s:.1f} s")
    began = time.monotonic()
    if options.send:
        await _send(pool, options)
    sent = await pool.fetchval("select count(*) from notices where state <> 'planned'")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(options.accounts, planned, planned_s, sent, time.monotonic() - began, memory)


@asynccontextmanager
async def _city(options: argparse.Namespace) -> AsyncIterator[Any]:
    if not options.http:
        yield City(options.accounts)
        return
    async with company(options.accounts) as backend:
        yield backend


async def _send(pool: Pool, options: argparse.Namespace) -> None:
    clock, gateway = SystemClock(), Gateway()
    rates = Rates(pool, clock, {"sms": options.sms_rate, "wechat": options.wechat_rate, "alipay": options.wechat_rate})
    made = Sending(pool, Silence(), clock, the_book(), gateway=gateway, reach=Everybody(), rates=rates)
    ways = ("wechat", "alipay", "sms") * options.workers
    await asyncio.gather(*(_way(made, pool, way) for way in ways))
    await pool.execute("update messages set delivery = 'sent', sent_by = 'custom' where body ? 'told'")
    await _all(Following(pool, clock).follow)


async def _way(made: Sending, pool: Pool, way: str) -> None:
    """Sends by one way until nothing of it is due."""
    left = "select exists (select from notices where way = $1 and state in ('planned', 'sending'))"
    while await made.send_due(way) or await pool.fetchval(left, way):  # noqa: ASYNC110  # room comes with time
        await asyncio.sleep(0.01)


async def _all(round_: Any) -> None:
    while await round_():
        pass


def _event(now: datetime) -> CompanyEvent:
    eta = (now + timedelta(hours=3)).isoformat()
    data = {"outage_no": "T1", "kind": "fault", "status": "reported", "area_ids": ["TA-1"], "cause": "-", "eta": eta}
    data |= {"eta_said_at": now.isoformat(), "started": now.isoformat(), "buildings": []}
    return CompanyEvent("1", "outage.raised", now.astimezone(SHANGHAI), "T1", "", ("TA-1",), data)


async def run(options: argparse.Namespace) -> bool:
    """Runs it on a PostgreSQL of its own and prints; false: the limit was missed."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-notices-", ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder) / "postgres")
        try:
            embedded.create_database(server, "bench")
            migrate.upgrade(server.url("bench"), _PROJECT / "migrations")
            pool = await postgres.connect(server.url("bench"), most=4 + 3 * options.workers, patience=60)
            try:
                figures = await measure(pool, options)
                sums = await pool.fetch(_SUMS)
            finally:
                await pool.close()
        finally:
            embedded.stop_postgres(server)
    _print(figures, sums)
    return figures.planned == figures.accounts and figures.planned_s < _LIMIT_S


def _print(figures: Figures, sums: Sequence[Any]) -> None:
    rate = figures.planned / figures.planned_s
    say.line(f"accounts            {figures.accounts}")
    say.line(
        f"planned and queued  {figures.planned} in {figures.planned_s:.1f} s ({rate:.0f}/s; limit {_LIMIT_S:.0f} s)"
    )
    if figures.sent:
        per_second = figures.sent / figures.sent_s
        say.line(f"time to last        {figures.sent_s:.1f} s for {figures.sent} ({per_second:.0f}/s)")
    say.line(f"memory at most      {figures.memory_mb:.0f} MB")
    for row in sums:
        say.line(f"ledger              {row['way']:8} {row['state']:10} {row['outcome']:12} {row['many']}")
    say.line(f"ledger sum          {sum(row['many'] for row in sums)} of {figures.planned}")


def main() -> None:
    """Reads the options and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sms-rate", type=float, default=1000.0)
    parser.add_argument("--wechat-rate", type=float, default=1000.0)
    parser.add_argument("--http", action="store_true", help="ask the company over real HTTP")
    parser.add_argument("--no-send", dest="send", action="store_false")
    sys.exit(0 if asyncio.run(run(parser.parse_args())) else 1)


if __name__ == "__main__":
    main()
