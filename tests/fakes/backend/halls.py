"""The fake company, part halls: the city's own rows and the company's own rules."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from backend.errors import NotFound
from backend.models import Hall as ShownHall
from backend.models import HallDay
from backend.models import ManagerContact as ShownContact
from backend.models import ServiceTeam as ShownTeam
from backend.wire import halls as read
from conversation.identity import ChannelUser
from tests.fakes.backend.company import FakeCompany
from utility.halls import rules
from utility.halls import wire as show
from utility.halls.schedules import hall_week, manager_schedule, read_words
from utility.halls.values import Contact, Hall, Manager, Schedule, ServiceTeam
from utility.orders.worktime import Calendar, read_calendar
from utility.seed.file import read_city


class FakeHalls(FakeCompany):
    """The calls about halls and managers."""

    async def halls(self, *, region: str = "", text: str = "") -> list[ShownHall]:
        """See base class."""
        self._called("halls")
        meant = {place.area.region for place in self._city.gazetteer.find(text)} if text else set()
        found = [h for h in _halls() if (not region or h.region == region) and (not text or h.region in meant)]
        return [
            read.hall(show.hall(hall, rules.standing(hall.schedule, _calendar(), self._hall_now()))) for hall in found
        ]

    async def hall_days(self, hall_id: str, *, first: date | None = None, days: int = 7) -> list[HallDay]:
        """See base class."""
        self._called("hall_days")
        hall = next((hall for hall in _halls() if hall.hall_id == hall_id), None)
        if hall is None:
            raise NotFound("hall.unknown")
        found = rules.open_days(hall.schedule, _calendar(), first or self._hall_now().date(), days)
        return [read.hall_day(show.open_day(day)) for day in found]

    async def grid_manager(self, area_id: str) -> ShownContact:
        """See base class."""
        self._called("grid_manager")
        if area_id not in self._city.areas:
            raise NotFound("area.unknown")
        contact = self._hall_grid_manager(area_id)
        if contact is None:
            raise NotFound("manager.none")
        return read.contact(show.contact(contact))

    async def service_team(self, account_no: str, user: ChannelUser) -> ShownTeam:
        """See base class."""
        self._called("service_team")
        account = self._access(account_no, user)
        halls = [hall for hall in _halls() if hall.region == account.region]
        team = ServiceTeam(
            account_no=account_no,
            grid_manager=self._hall_grid_manager(account.area_id),
            key_account=self._key_account_manager(account_no),
            halls=tuple((hall, rules.standing(hall.schedule, _calendar(), self._hall_now())) for hall in halls),
        )
        return read.service_team(show.service_team(team))

    def _hall_now(self) -> Any:
        return self._clock.now()

    def _hall_grid_manager(self, area_id: str) -> Contact | None:
        row = next((row for row in _read_city()["grid_managers"] if area_id in row["areas"]), None)
        return rules.contact(_manager(row, "grid_manager"), None, _calendar(), self._hall_now()) if row else None

    def _key_account_manager(self, account_no: str) -> Contact | None:
        rows = {row["id"]: row for row in _read_city()["key_account_managers"]}
        row = next((row for row in rows.values() if account_no in row["accounts"]), None)
        if row is None:
            return None
        deputy = _manager(rows[row["deputy"]], "key_account_manager") if row["deputy"] else None
        return rules.contact(_manager(row, "key_account_manager"), deputy, _calendar(), self._hall_now())


@lru_cache(maxsize=1)
def _read_city() -> dict[str, Any]:
    return read_city()


@lru_cache(maxsize=1)
def _calendar() -> Calendar:
    return read_calendar(_read_city()["holidays"])


@lru_cache(maxsize=1)
def _halls() -> tuple[Hall, ...]:
    names = {region["id"]: region["name"] for region in _read_city()["regions"]}
    return tuple(
        Hall(
            hall_id=row["id"],
            name=row["name"],
            region=names[row["region"]],
            address=row["address"],
            phone=row["phone"],
            self_service=row["self_service"],
            services=tuple(row["services"]),
            schedule=Schedule(hall_week(row)),
        )
        for row in _read_city()["halls"]
    )


def _manager(row: dict[str, Any], role: str) -> Manager:
    schedule = manager_schedule(row["hours"], read_words())
    return Manager(row["id"], row["name"], role, row["phone"], row["hours"], row.get("deputy"), schedule)
