"""Reads orders and their timelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.company import Company
from utility.orders import store
from utility.orders.rules import secret_of
from utility.orders.telling import rules_at
from utility.orders.values import Change, WorkOrder


async def order(connection: Connection, company: Company, order_no: str) -> WorkOrder | None:
    """Reads an order; None when there is none."""
    return await store.order(connection, order_no)


async def changes_of(connection: Connection, company: Company, order_no: str) -> list[Change]:
    """Reads an order's timeline, the oldest line first."""
    return await store.changes(connection, order_no)


async def orders_of(
    connection: Connection,
    company: Company,
    person: Person,
    account_nos: Sequence[str] = (),
    *,
    open_only: bool = True,
    most: int = 50,
    after: tuple[datetime, str] | None = None,
) -> list[WorkOrder]:
    """Lists what a person filed and what is on these accounts, newest first; what is secret only to who filed it."""
    book = rules_at(company, company.clock.now())
    return await store.of_person(
        connection,
        person.channel,
        person.user_id,
        account_nos,
        secret=secret_of(book),
        open_only=open_only,
        most=most,
        after=after,
    )
