"""The daily look over all accounts: a page a round, each page one commit with the place to go on from.

One worker at a time reads; what a killed one has read is kept. A day missed during a downtime is made late, once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Protocol

import structlog

from backend.errors import NotFound
from backend.models import AudienceMember, ManagerContact
from backend.protocol.audience import Audience
from notices.audience import CHAT_WAYS
from notices.contacts.judging import judge
from notices.contacts.rules import ContactRules, phone_mark
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Connection, Pool, transaction
from runtime.privacy import mask_phone

_PAGE = 200
_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.contacts'))"
_OPEN = "select * from contact_sweeps where ended_at is null order by sweep_id limit 1"
_BEGIN = "insert into contact_sweeps (day, began_at) values ($1, $2) on conflict (day) do nothing"
_KEEP = """
    insert into contact_book (account_no, sweep_id, area_id, place, form, phone_mark, phone_masked, customer,
        holder_mark, cared, people)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (account_no) do update set
        sweep_id = excluded.sweep_id, area_id = excluded.area_id, place = excluded.place, form = excluded.form,
        phone_mark = excluded.phone_mark, phone_masked = excluded.phone_masked, customer = excluded.customer,
        holder_mark = excluded.holder_mark, cared = excluded.cared, people = excluded.people
"""
_MOVE = "update contact_sweeps set cursor = $2, accounts = accounts + $3 where sweep_id = $1"
_END = "update contact_sweeps set ended_at = $2, found = $3, mended = $4 where sweep_id = $1"
_UNNAMED = """
    select area_id from contact_faults
    where state in ('open', 'asked') and (manager = '' or (manager_no = '' and manager <> '-'))
    order by area_id limit 1
"""
_NAME = """
    update contact_faults set manager = $2, manager_no = $3, manager_phone = $4
    where area_id = $1 and state in ('open', 'asked') and manager_no = ''
"""


class Company(Audience, Protocol):
    """What is asked of the company: its accounts, and who looks after an area."""

    async def grid_manager(self, area_id: str) -> ManagerContact:
        """See `backend.protocol.halls`."""


class ContactSweep:
    """Looks over the accounts and keeps what it finds."""

    def __init__(self, pool: Pool, clock: Clock, rules: ContactRules, company: Company) -> None:
        self._pool = pool
        self._clock = clock
        self._rules = rules
        self._company = company
        self._log = structlog.get_logger()

    async def sweep_on(self) -> bool:
        """Looks at the next page of the sweep that is due, or names a manager; false: nothing is left to do today.

        Raises:
            BackendError: the company does not answer; the page is asked for again.
            StoreUnavailable: nothing was kept.
        """
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            if not await connection.fetchval(_LOCK):
                return False
            await connection.execute(_BEGIN, last_day(now, self._rules), now)
            sweep = await connection.fetchrow(_OPEN)
            if sweep is None:
                return await self._name_manager(connection)
            await self._page(connection, sweep, now)
        return True

    async def _page(self, connection: Connection, sweep: Any, now: datetime) -> None:
        page = await self._company.audience(everybody=True, after=sweep["cursor"], most=_PAGE)
        await connection.executemany(_KEEP, [self._row(member, sweep["sweep_id"]) for member in page.members])
        await connection.execute(_MOVE, sweep["sweep_id"], page.cursor, len(page.members))
        if page.cursor:
            return
        found, mended = await judge(connection, sweep["sweep_id"], self._rules, now)
        await connection.execute(_END, sweep["sweep_id"], now, found, mended)
        self._log.info("notices.contacts.swept", day=sweep["day"].isoformat(), found=found, mended=mended)

    def _row(self, member: AudienceMember, sweep_id: int) -> tuple[Any, ...]:
        people = [f"{channel}:{user}" for channel, user in member.people if channel in CHAT_WAYS]
        cared = not self._rules.one_number_not_for.isdisjoint(member.tag_kinds)
        form, phone = self._rules.form(member.phone).value, member.phone
        shown = mask_phone(phone) if phone.strip() else ""
        place = (member.area_id, member.estate, form, phone_mark(phone), shown)
        return (member.account_no, sweep_id, *place, member.customer, member.holder_mark, cared, people)

    async def _name_manager(self, connection: Connection) -> bool:
        """Writes the grid manager of one area beside its findings; an area without one stays without."""
        area_id = await connection.fetchval(_UNNAMED)
        if area_id is None:
            return False
        try:
            found = (await self._company.grid_manager(area_id)).manager
        except NotFound:
            await connection.execute(_NAME, area_id, "-", "", "")
        else:
            await connection.execute(_NAME, area_id, found.name, found.manager_id, found.phone)
        return True


def last_day(now: datetime, rules: ContactRules) -> date:
    """Returns the newest day whose sweep is due."""
    local = now.astimezone(SHANGHAI)
    return local.date() if local.time() >= rules.sweep_at else local.date() - timedelta(days=1)
