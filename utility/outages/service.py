"""Which outages cover a place."""

from __future__ import annotations

from runtime.postgres import transaction
from utility.accounts import store as accounts
from utility.company import Company
from utility.errors import InvalidRequest, NotKnown
from utility.outages import store
from utility.outages.values import Outage


async def list_outages(company: Company, *, account_no: str = "", area_id: str = "") -> list[Outage]:
    """Lists the outages of an account's area or of an area: running ones, and planned ones still to come.

    Raises:
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: neither or both were given.
    """
    if bool(account_no) == bool(area_id):
        raise InvalidRequest("field.missing", "account_no", "Exactly one of account_no and area_id says where.")
    async with transaction(company.pool) as connection:
        if account_no:
            account = await accounts.account(connection, account_no)
            if account is None or account.status == "closed":
                raise NotKnown("account.unknown", "There is no such account.")
            area_id = account.area_id
        if area_id not in company.areas:
            raise NotKnown("area.unknown", "There is no such area.")
        return await store.outages(connection, area_id, company.clock.now())
