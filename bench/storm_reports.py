"""A storm of fault reports in one district: how many a second one process files, and that all end in one event.

python -m bench.storm_reports --reports 2000 --at-once 20
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from runtime import embedded, migrate, postgres
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from utility.accounts.values import Person
from utility.company import Company, open_company
from utility.faults.service import report_fault
from utility.faults.values import FaultReport
from utility.seed.load import load

MIGRATIONS = Path(__file__).parent.parent / "utility" / "migrations"
AREAS = ("TA01", "TA02", "TA03")  # every area of one 10 kV line of the demo city


async def main(arguments: Sequence[str]) -> None:
    """Runs the storm on an embedded PostgreSQL of its own and prints one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--at-once", type=int, default=20)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gridtalk-storm-", ignore_cleanup_errors=True) as folder:
        server = embedded.start_postgres(Path(folder))
        try:
            embedded.create_database(server, "storm")
            migrate.upgrade(server.url("storm"), MIGRATIONS)
            pool = await postgres.connect(server.url("storm"), most=given.at_once)
            sys.stdout.write(await storm(pool, given.reports, given.at_once) + "\n")
            await pool.close()
        finally:
            embedded.stop_postgres(server)


async def storm(pool: Pool, reports: int, at_once: int) -> str:
    """Files the reports and says what came of them."""
    await load(pool, now=SystemClock().now())
    company, doors = await open_company(pool, SystemClock()), asyncio.Semaphore(at_once)
    first = await _wave(company, doors, range(reports // 2))
    second = await _wave(company, doors, range(reports // 2, reports))
    filed = await pool.fetchval("select count(*) from work_orders where channel = 'storm'")
    events = await pool.fetchval(
        """select count(distinct g.outage_no) from work_orders o join fault_orders f using (order_no)
        join fault_groups g using (group_id) where o.channel = 'storm'"""
    )
    rate, slope = reports / (first + second), second / first
    return f"{filed} of {reports} reports, {events} event, {rate:.0f} a second, second half / first {slope:.2f}"


async def _wave(company: Company, doors: asyncio.Semaphore, numbers: range) -> float:
    async def one(n: int) -> None:
        async with doors, transaction(company.pool) as connection:
            report = FaultReport("一般", area_id=AREAS[n % len(AREAS)], symptom="全无电")
            await report_fault(connection, company, Person("storm", f"s{n}"), report)

    started = time.perf_counter()
    await asyncio.gather(*(one(n) for n in numbers))
    return time.perf_counter() - started


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
