"""The company seen from where visits are booked, and who books: shared by the tests of appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import transaction
from tests.fakes.working_company import WorkingCompany
from utility.accounts.values import Person
from utility.actors import staff
from utility.appointments import audit, service
from utility.appointments.values import Request

DENG, SUN, LIN, FACTORY = "6201024007331", "6201024007208", "6201011006117", "6201024007182"
METER, MOVE = "校表", "移表"
JIANG = staff("K0104")
WECHAT_LIN, ALIPAY_DENG = Person("wechat", "wx_demo_lin"), Person("alipay", "2088000000000233")
STRANGER = Person("web", "a-stranger")


@dataclass(frozen=True)
class Hall(WorkingCompany):
    """The company, seen from where appointments are made."""

    async def book(self, slot_id: str, person: Person = WECHAT_LIN, account_no: str = LIN, kind: str = METER) -> Any:
        return await self.do(service.book, person, Request(account_no, kind, slot_id))

    async def booked(self, slot_id: str) -> Any:
        return await self.value("select booked from appointment_slots where slot_id = $1", slot_id)

    async def differences(self) -> list[Any]:
        async with transaction(self.company.pool) as connection:
            return await audit.differences(connection, self.company)

    async def told(self, number: str) -> list[str]:
        return await self.events(number, "appointment")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)
