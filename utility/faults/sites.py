"""Where a fault is: from an account, an area, or what the customer wrote, as far as the company can tell."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.faults.values import FaultReport
from utility.grid.values import Area


@dataclass(frozen=True)
class Site:
    """Where a fault is, as far as the company can tell."""

    area: Area | None
    building: str
    address: str
    account_no: str | None = None


async def site_of(connection: Connection, company: Company, report: FaultReport) -> Site:
    """Finds the site of a report; an address that fits no area, or several, has none.

    Raises:
        Clash: `account.cut_off`.
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: nothing says where.
    """
    if report.account_no:
        return await _site_of_account(connection, company, report.account_no)
    places = company.gazetteer.find(report.address)
    if report.area_id:
        area = company.areas.get(report.area_id)
        if area is None:
            raise NotKnown("area.unknown", "There is no such area.")
        building = next((place.building for place in places if place.area == area), "")
        return Site(area, building, report.address)
    if not report.address:
        raise InvalidRequest("field.missing", "address", "An account, an area or an address must say where.")
    if len(places) == 1:
        return Site(places[0].area, places[0].building, report.address)
    return Site(None, "", report.address)


async def _site_of_account(connection: Connection, company: Company, account_no: str) -> Site:
    account = await accounts.account(connection, account_no)
    if account is None or account.status == "closed":
        raise NotKnown("account.unknown", "There is no such account.")
    if account.status == "cut_off":
        raise Clash("account.cut_off", "The account is cut off for arrears; paying reconnects it.")
    return Site(company.areas[account.area_id], account.building, account.address, account_no)
