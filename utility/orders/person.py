"""What a customer may see and do of their orders: their own, and what is on the accounts bound to them."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility import actors
from utility.accounts import store as accounts
from utility.accounts.values import Person
from utility.actors import Actor
from utility.company import Company
from utility.counter.shown import Json
from utility.errors import NotKnown
from utility.orders import service, store, wire
from utility.orders.rules import secret
from utility.orders.telling import rules_at
from utility.orders.values import WorkOrder

WITHDRAWN = "withdrawn"


def shown_by(company: Company, *, full: bool = False) -> wire.Shown:
    """Returns by what orders are shown now."""
    now = company.clock.now()
    return wire.Shown(rules_at(company, now), company.calendar, now, full)


async def list_own(
    connection: Connection,
    company: Company,
    person: Person,
    account_nos: list[str],
    *,
    open_only: bool,
    most: int,
    after: tuple[datetime, str] | None,
) -> list[WorkOrder]:
    """Lists the orders of a person and of their bound accounts (none named: of all of them), newest first."""
    bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
    wanted = [no for no in bound if no in account_nos] if account_nos else bound
    return await service.orders_of(connection, company, person, wanted, open_only=open_only, most=most, after=after)


async def check_own(connection: Connection, company: Company, person: Person, order_no: str) -> WorkOrder:
    """Lets a person at an order they filed, or that is on an account bound to them and not secret.

    Raises:
        NotKnown: `order.unknown`, somebody else's too.
    """
    found = await store.order(connection, order_no)
    if found is not None and (found.channel, found.channel_user) == (person.channel, person.user_id):
        return found
    if found is None or not found.account_no or secret(rules_at(company, company.clock.now()), found):
        raise NotKnown("order.unknown", "There is no such order of this person.")
    if await accounts.bound_account(connection, person, found.account_no):
        return found
    raise NotKnown("order.unknown", "There is no such order of this person.")


async def withdraw(connection: Connection, company: Company, order_no: str, actor: Actor, note: str) -> WorkOrder:
    """Takes an order back on the customer's own word.

    Raises:
        Clash: `order.closed`, `order.side_state` (orders of this kind are ended at their own door).
        Forbidden: `order.actor`.
    """
    return await service.suspend(connection, company, order_no, WITHDRAWN, actor, note)


async def read_own(connection: Connection, company: Company, order_no: str) -> Json:
    """Shows a customer one order as it stands."""
    found = await store.order(connection, order_no)
    if found is None:
        raise NotKnown("order.unknown", "There is no such order.")
    changes = await store.changes(connection, order_no)
    urges = await store.count_urges(connection, [order_no])
    return wire.own(found, changes, urges.get(order_no, 0), shown_by(company))


def actor_of(person: Person) -> Actor:
    """The person as the timelines write them."""
    return actors.customer(person.channel, person.user_id)
