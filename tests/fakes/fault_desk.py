"""Reporting faults and being a crew in a test: shared by the tests of fault reports and of the work on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from runtime.clock import SHANGHAI
from tests.fakes.working_company import WorkingCompany
from utility.accounts.values import Person
from utility.actors import staff
from utility.faults import service
from utility.faults.progress import Progress, progress
from utility.faults.values import FaultOrder, FaultReport
from utility.outages import reading
from utility.outages.values import Outage

SU = staff("K0103")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RUNNING = "E26112100001"
DARK = FaultReport("一般", symptom="全无电")
REPLY = dict.fromkeys(
    ("reached_when", "reached_how", "findings", "cause", "measures", "restored_or_expected", "customer_view"), "如实"
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00").replace(tzinfo=SHANGHAI)


def person(name: object) -> Person:
    return Person("web", f"p{name}")


async def report(city: WorkingCompany, who: object, address: str, **more: str) -> FaultOrder:
    order, _ = await city.do(service.report_fault, person(who), replace(DARK, address=address, **more))
    return order


async def read(city: WorkingCompany, order_no: str) -> FaultOrder:
    async with city.company.pool.acquire() as connection:
        return await service.written(connection, order_no)


async def event_of(city: WorkingCompany, order: FaultOrder) -> Outage:
    now = await read(city, order.order_no)
    return (await reading.read_outage(city.company, now.outage_no or "")).outage


async def crew(city: WorkingCompany, order: FaultOrder, to: str, **more: object) -> FaultOrder:
    return await city.do(progress, order.order_no, Progress(to, **more), SU)


async def to_site(city: WorkingCompany, order: FaultOrder) -> None:
    for state in ("dispatched", "accepted", "on_the_way", "on_site"):
        await crew(city, order, state, crew="长庚抢修一班")
