"""Makes the whole audit in one read-only snapshot of the books, so that it may run beside the service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS, Connection
from utility.billing import audit as billing
from utility.books.difference import Difference
from utility.books.registry import AUDITS
from utility.company import Company


@dataclass(frozen=True)
class Report:
    """What an audit found in each subject, in the registry's order, and how many of the bills it recomputed."""

    found: Mapping[str, Sequence[Difference]]
    recomputed: int
    bills: int

    @property
    def differences(self) -> int:
        """How many there are."""
        return sum(map(len, self.found.values()))


async def audit(company: Company) -> dict[str, list[Difference]]:
    """Returns what each subject's audit found, in the registry's order.

    Raises:
        StoreUnavailable: the books cannot be read.
    """
    return {name: list(rows) for name, rows in (await report(company)).found.items()}


async def report(company: Company, sample: int | None = None) -> Report:
    """Makes the audit; with `sample` only so many bills are recomputed, everything else is looked at as ever.

    Raises:
        StoreUnavailable: the books cannot be read.
    """
    try:
        async with (
            company.pool.acquire(timeout=5) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await _hurry(connection)
            bills = await billing.examine(connection, company, sample)
            found = {
                name: bills.found if differences is billing.differences else await differences(connection, company)
                for name, differences in AUDITS
            }
    except CONNECTION_ERRORS as error:
        raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error
    return Report(found, bills.recomputed, bills.bills)


async def _hurry(connection: Connection) -> None:
    """Whole tables are added up: in memory, and without compiling each statement."""
    await connection.execute("set local work_mem = '128MB'")
    await connection.execute("set local jit = off")
