"""Reads applications: an order with its papers, how far it is, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.accounts import contacts
from utility.accounts import store as accounts
from utility.accounts.values import Manager, Person
from utility.applications import rules, store
from utility.applications.figures import Figures
from utility.applications.values import Application, BusinessType, Catalogue, Progress
from utility.company import Company
from utility.errors import NotKnown
from utility.orders import service as orders
from utility.orders import store as order_store
from utility.versions import Version


def catalogue_at(company: Company, day: date) -> Version[Catalogue]:
    """Returns what can be applied for on a day, with where that stands."""
    return company.applications.catalogue.at(day, company.regions)


def figures_at(company: Company, day: date) -> Figures:
    """Returns the figures of the preconditions of a day."""
    return company.applications.figures.at(day, company.regions).value


def kind_of(company: Company, application: Application) -> BusinessType:
    """Returns the type of an application, as it was when that was started."""
    return catalogue_at(company, application.order.filed_at.date()).value.of(application.type_code)


def progress_of(company: Company, application: Application) -> Progress:
    """Computes how far an application is now."""
    catalogue = catalogue_at(company, application.order.filed_at.date()).value
    return rules.progress(catalogue, company.calendar, application, company.clock.now())


async def manager_of(connection: Connection, application: Application) -> Manager | None:
    """Reads the account manager of the account, if it has one."""
    account_no = application.order.account_no
    return await contacts.manager(connection, account_no) if account_no else None


async def application(connection: Connection, company: Company, application_no: str) -> Application:
    """Reads an application with its papers and its story.

    Raises:
        NotKnown: `application.unknown`.
    """
    order = await order_store.order(connection, application_no)
    kept = await store.kept(connection, [application_no]) if order else []
    if order is None or not kept:
        raise _unknown()
    steps = await orders.changes_of(connection, company, application_no)
    return Application(order=order, steps=tuple(steps), **_own(kept[0]))


async def held(connection: Connection, company: Company, application_no: str) -> Application:
    """Reads an application and keeps everybody else from changing it until the transaction ends.

    Raises:
        NotKnown: `application.unknown`.
    """
    await order_store.hold(connection, application_no)
    return await application(connection, company, application_no)


async def theirs(
    connection: Connection, company: Company, person: Person, application_no: str, *, hold: bool = False
) -> Application:
    """Reads an application that `person` made, or that is on an account bound to them.

    Raises:
        NotKnown: `application.unknown`, somebody else's too.
    """
    found = await (held if hold else application)(connection, company, application_no)
    if (found.order.channel, found.order.channel_user) == (person.channel, person.user_id):
        return found
    account_no = found.order.account_no
    if account_no is not None and await accounts.bound_account(connection, person, account_no):
        return found
    raise _unknown()


async def applications_of(
    connection: Connection, company: Company, person: Person, after: tuple[Any, ...] | None, most: int
) -> list[Application]:
    """Lists what `person` applied for and what is applied for on their accounts, newest first."""
    bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
    listed = await store.numbers_of(connection, person, bound, after, most)
    return await several(connection, company, [number for _, number in listed])


async def several(connection: Connection, company: Company, numbers: Sequence[str]) -> list[Application]:
    """Reads applications without their stories, in the order of their numbers as they are given."""
    found = []
    for kept in await store.kept(connection, numbers):
        order = await order_store.order(connection, kept.application_no)
        if order is not None:
            found.append(Application(order=order, **_own(kept)))
    return found


def filed(application: Application) -> tuple[datetime, str]:
    """Returns the key that lists are sorted by."""
    return application.order.filed_at, application.application_no


def _own(kept: store.Kept) -> dict[str, Any]:
    return {name: value for name, value in kept.__dict__.items() if name != "application_no"}


def _unknown() -> NotKnown:
    return NotKnown("application.unknown", "There is no such application of this person.")
