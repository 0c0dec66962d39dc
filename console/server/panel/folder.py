"""The customer's folder as the utility has it now: read in parallel, each part with its value or the reason why not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from backend import budget
from backend.errors import BackendError, BackendRefused
from backend.models import (
    Application,
    Appointment,
    Bill,
    BoundAccount,
    Money,
    Outage,
    Supply,
    WorkOrder,
)
from backend.protocol import Backend
from conversation.identity import ChannelUser

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One thing that was asked of the utility; `trouble` is the code of why there is no value."""

    value: T | None = None
    trouble: str = ""


@dataclass(frozen=True)
class AccountFolder:
    """What is known of one bound account."""

    account: BoundAccount
    money: Part[Money] = field(default_factory=Part)
    bills: Part[tuple[Bill, ...]] = field(default_factory=Part)
    outages: Part[list[Outage]] = field(default_factory=Part)
    supply: Part[Supply] = field(default_factory=Part)


@dataclass(frozen=True)
class Folder:
    """What is known of one customer; `named` are bound accounts beyond those that are read at one look."""

    accounts: Part[tuple[AccountFolder, ...]]
    orders: Part[list[WorkOrder]]
    appointments: Part[tuple[Appointment, ...]]
    applications: Part[tuple[Application, ...]]
    named: tuple[BoundAccount, ...] = ()


def closed(trouble: str) -> Folder:
    """Returns the folder of which nothing can be read."""
    return Folder(Part(trouble=trouble), Part(trouble=trouble), Part(trouble=trouble), Part(trouble=trouble))


async def read_folder(backend: Backend, user: ChannelUser, *, seconds: float, most: int) -> Folder:
    """Reads everything within `seconds`; what did not come in time is told as trouble and holds nothing else up."""
    with budget.within(seconds):
        accounts, orders, appointments, applications = await asyncio.gather(
            _accounts(backend, user, most),
            read(backend.orders(user, open_only=False)),
            read(_appointments(backend, user)),
            read(_applications(backend, user)),
        )
    read_now, named = accounts
    return Folder(read_now, orders, appointments, applications, named)


async def read(call: Awaitable[T]) -> Part[T]:
    """Waits for one answer and keeps the reason when there is none."""
    try:
        return Part(await call)
    except BackendRefused as error:
        return Part(trouble=error.reason)
    except BackendError as error:
        return Part(trouble=error.code)


async def _accounts(
    backend: Backend, user: ChannelUser, most: int
) -> tuple[Part[tuple[AccountFolder, ...]], tuple[BoundAccount, ...]]:
    bound = await read(backend.bindings(user))
    if bound.value is None:
        return Part(trouble=bound.trouble), ()
    folders = await asyncio.gather(*(_account(backend, user, one) for one in bound.value[:most]))
    return Part(tuple(folders)), tuple(bound.value[most:])


async def _account(backend: Backend, user: ChannelUser, account: BoundAccount) -> AccountFolder:
    number = account.account_no
    money, bills, outages, supply = await asyncio.gather(
        read(backend.money(number, user)),
        read(_bills(backend, user, number)),
        read(backend.outages(account_no=number)),
        read(backend.supply(number, user)),
    )
    return AccountFolder(account, money, bills, outages, supply)


async def _bills(backend: Backend, user: ChannelUser, account_no: str) -> tuple[Bill, ...]:
    return (await backend.bills(account_no, user)).bills


async def _appointments(backend: Backend, user: ChannelUser) -> tuple[Appointment, ...]:
    return (await backend.appointments(user, active_only=False)).appointments


async def _applications(backend: Backend, user: ChannelUser) -> tuple[Application, ...]:
    return (await backend.applications(user)).applications
