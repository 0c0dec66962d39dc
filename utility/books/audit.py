"""Makes the whole audit in one read-only snapshot of the books, so that it may run beside the service."""

from __future__ import annotations

from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS
from utility.books.difference import Difference
from utility.books.registry import AUDITS
from utility.company import Company


async def audit(company: Company) -> dict[str, list[Difference]]:
    """Returns what each subject's audit found, in the registry's order.

    Raises:
        StoreUnavailable: the books cannot be read.
    """
    try:
        async with (
            company.pool.acquire(timeout=5) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return {name: await differences(connection, company) for name, differences in AUDITS}
    except CONNECTION_ERRORS as error:
        raise StoreUnavailable(f"PostgreSQL was lost: {error}") from error
