"""What happened on a day, in figures read from the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runtime.postgres import Connection

FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "accounts": "select count(*) from accounts",
        "bindings": "select count(*) from bindings",
        "work orders": "select count(*) from work_orders",
        "work orders still open": "select count(*) from work_orders where closed_at is null",
        "steps of orders": "select count(*) from work_order_changes",
        "outages": "select count(*) from outages",
        "outages running": "select count(*) from outages where restored_at is null and started_at is not null",
        "events": "select count(*) from events",
        "payments": "select count(*) from payments",
        "paid in": "select coalesce(sum(amount), 0) from ledger_moves where from_book = 'provider'",
        "credit": """select coalesce(sum(case when to_book = 'credit' then amount else -amount end), 0)
            from ledger_moves where 'credit' in (from_book, to_book)""",
        "bills unpaid": "select count(*) from bills where status = 'unpaid'",
        "suspended sums": "select count(*) from suspense_items",
        "appointments": "select count(*) from appointments",
        "messages": "select count(*) from sms_outbox",
        "keys kept": "select count(*) from idempotency_keys",
    }
)


@dataclass(frozen=True)
class Story:
    """The figures of a day, each as text."""

    figures: dict[str, str]

    @property
    def text(self) -> str:
        """The figures for a person."""
        return "\n".join(f"  {name:<24} {figure:>14}" for name, figure in self.figures.items())


async def tell(connection: Connection) -> Story:
    """Reads the figures."""
    return Story({name: str(await connection.fetchval(statement)) for name, statement in FIGURES.items()})
