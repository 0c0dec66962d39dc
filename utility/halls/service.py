"""Who can be met where: halls near a place, the hours of coming days, the managers of an area or an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.halls import rules, store
from utility.halls.values import Contact, Hall, Hours, Manager, OpenDay, ServiceTeam, Standing

HallNow = tuple[Hall, Standing]


async def find_halls(company: Company, *, region: str = "", text: str = "") -> list[HallNow]:
    """Lists the halls of a region, or of the regions a text may mean, as they stand now; neither named: every hall."""
    async with transaction(company.pool) as connection:
        found = await store.halls(connection, region)
    if text:
        meant = {place.area.region for place in company.gazetteer.find(text)}
        found = [hall for hall in found if hall.region in meant]
    return _standing(company, found)


async def hall_days(company: Company, hall_id: str, first: date | None, count: int) -> list[OpenDay]:
    """Lists the hours of a hall on the coming days, today first unless another day is named.

    Raises:
        NotKnown: `hall.unknown`.
    """
    async with transaction(company.pool) as connection:
        hall = await _hall(connection, hall_id)
    return rules.open_days(hall.schedule, company.calendar, first or company.clock.now().date(), count)


async def set_hall_day(
    connection: Connection, company: Company, hall_id: str, day: date, hours: Hours | None, note: str
) -> OpenDay:
    """Announces that a hall's hours differ on one day; without hours it stays closed.

    Raises:
        NotKnown: `hall.unknown`.
        Clash: `hall.past`, the day is over.
    """
    if day < company.clock.now().date():
        raise Clash("hall.past", "The hours of a day that is over do not change.")
    await _hall(connection, hall_id)
    await store.save_other_day(connection, hall_id, day, hours, note)
    hall = await _hall(connection, hall_id)
    return rules.open_day(hall.schedule, company.calendar, day)


async def grid_manager(company: Company, area_id: str) -> Contact:
    """Returns the grid manager of an area, and whether they answer now.

    Raises:
        NotKnown: `area.unknown`, `manager.none`.
    """
    async with transaction(company.pool) as connection:
        if not await store.area_exists(connection, area_id):
            raise NotKnown("area.unknown", "There is no such area.")
        found = await store.grid_manager_of(connection, area_id, company.hours_words)
        if found is None:
            raise NotKnown("manager.none", "Nobody in particular looks after this area.")
        return await _contact(connection, company, found)


async def service_team(company: Company, person: Person, account_no: str) -> ServiceTeam:
    """Returns who serves an account of `person`; a key-account manager is told to nobody else.

    Raises:
        Forbidden: `account.not_bound`.
    """
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        grid = await store.grid_manager_of(connection, account.area_id, company.hours_words)
        key = await store.key_account_manager_of(connection, account_no, company.hours_words)
        return ServiceTeam(
            account_no=account_no,
            grid_manager=await _contact(connection, company, grid) if grid else None,
            key_account=await _contact(connection, company, key) if key else None,
            halls=tuple(_standing(company, await store.halls(connection, account.region))),
        )


async def note_absence(
    connection: Connection, company: Company, manager_id: str, since: datetime, until: datetime, note: str
) -> Contact:
    """Notes that a manager is away; meanwhile the deputy is named.

    Raises:
        NotKnown: `manager.unknown`.
        Clash: `absence.past`, `absence.turned` (it ends before it begins).
    """
    if since >= until:
        raise Clash("absence.turned", "The absence ends before it begins.")
    if until <= company.clock.now():
        raise Clash("absence.past", "The absence is over.")
    if await store.manager(connection, manager_id, company.hours_words) is None:
        raise NotKnown("manager.unknown", "There is no such manager.")
    await store.save_absence(connection, manager_id, since, until, note)
    changed = await store.manager(connection, manager_id, company.hours_words)
    if changed is None:
        raise NotKnown("manager.unknown", "There is no such manager.")
    return await _contact(connection, company, changed)


def _standing(company: Company, halls: Iterable[Hall]) -> list[HallNow]:
    now = company.clock.now()
    return [(hall, rules.standing(hall.schedule, company.calendar, now)) for hall in halls]


async def _hall(connection: Connection, hall_id: str) -> Hall:
    hall = await store.hall(connection, hall_id)
    if hall is None:
        raise NotKnown("hall.unknown", "There is no such hall.")
    return hall


async def _contact(connection: Connection, company: Company, manager: Manager) -> Contact:
    deputy = None
    if manager.deputy_id:
        deputy = await store.manager(connection, manager.deputy_id, company.hours_words)
    return rules.contact(manager, deputy, company.calendar, company.clock.now())
