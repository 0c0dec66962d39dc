"""Where a fault is: from an account, an area, or what the customer wrote, as far as the company can tell.

The key of a site says with which reports it may be one thing: its transformer area, else its 10 kV line when the text
fits several areas of one line, else the estate and building that were written. Without any of them it stands alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.accounts.values import Account
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.faults.values import FaultReport
from utility.grid.gazetteer import Gazetteer
from utility.grid.values import Area, Place


@dataclass(frozen=True)
class Site:
    """Where a fault is, as far as the company can tell."""

    area: Area | None
    building: str
    address: str
    account_no: str | None = None
    stair: str = ""
    line_id: str | None = None
    key: str = ""
    tags: tuple[str, ...] = ()


async def site_of(connection: Connection, company: Company, report: FaultReport) -> Site:
    """Finds the site of a report; an address that fits no area, or several, has none.

    Raises:
        Clash: `account.cut_off`.
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: nothing says where.
    """
    if report.account_no:
        account = await accounts.account(connection, report.account_no)
        stair = await connection.fetchval("select unit from accounts where account_no = $1", report.account_no)
        return site_of_account(account, company.areas[account.area_id] if account else None, stair or "")
    if report.area_id and report.area_id not in company.areas:
        raise NotKnown("area.unknown", "There is no such area.")
    if not report.area_id and not report.address.strip():
        raise InvalidRequest("field.missing", "address", "An account, an area or an address must say where.")
    return site_of_text(company.gazetteer, report, company.areas.get(report.area_id))


def site_of_account(account: Account | None, area: Area | None, stair: str) -> Site:
    """Returns where an account is.

    Raises:
        NotKnown: `account.unknown`, a closed one too.
        Clash: `account.cut_off`.
    """
    if account is None or area is None or account.status == "closed":
        raise NotKnown("account.unknown", "There is no such account.")
    if account.status == "cut_off":
        raise Clash("account.cut_off", "The account is cut off for arrears; paying reconnects it.")
    known = Site(area, account.building, account.address, account.account_no, stair, tags=account.tags)
    return _keyed(known, area)


def site_of_text(gazetteer: Gazetteer, report: FaultReport, area: Area | None) -> Site:
    """Returns where the words of a report are, inside `area` when the report names one."""
    places = gazetteer.find(report.address)
    if area is not None:
        building = next((place.building for place in places if place.area == area), "")
        return _keyed(Site(area, building, report.address), area)
    if len(places) == 1:
        return _keyed(Site(places[0].area, places[0].building, report.address), places[0].area)
    line_id = _one_line(places)
    if line_id:
        return Site(None, "", report.address, line_id=line_id, key=f"line:{line_id}")
    spoken = gazetteer.spoken_building(report.address) if not places else ""
    return Site(None, "", report.address, key=f"place:{spoken}" if spoken else "")


def _keyed(site: Site, area: Area) -> Site:
    known = (site.area, site.building, site.address, site.account_no, site.stair)
    return Site(*known, line_id=area.line_id, key=f"area:{area.area_id}", tags=site.tags)


def _one_line(places: Sequence[Place]) -> str | None:
    lines = {place.area.line_id for place in places}
    return lines.pop() if len(lines) == 1 else None
