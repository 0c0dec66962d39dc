"""Tells each grid manager once a day what was found in their areas: one letter, or a short message, masked.

What is told stands in `contact_digests`; a finding is told once, by the digest it names. A digest is claimed, sent
under a key of its own and recorded: a worker that dies in between leaves it to another, under the same key.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import structlog

from notices.contacts.staff import StaffBook
from notices.errors import GatewayAway, GatewayRefused
from notices.mail import Letter, MailGateway
from notices.sms import ShortMessage, SmsGateway, checked
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Connection, Pool, transaction
from runtime.privacy import mask_email, mask_phone

_LEASE = timedelta(minutes=2)
_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.digests'))"
# A manager of whom something is untold and who was told nothing today; none while a sweep runs.
_UNTOLD = """
    select f.manager_no, min(f.manager) as manager, min(f.manager_phone) as phone, count(*) as findings
    from contact_faults f
    where f.digest_id is null and f.state in ('open', 'asked') and f.manager_no <> ''
        and not exists (select from contact_digests d where d.manager_no = f.manager_no and d.day = $1)
        and not exists (select from contact_sweeps s where s.ended_at is null)
        and not exists (select from contact_faults o where o.state in ('open', 'asked') and o.manager = '')
    group by f.manager_no order by f.manager_no limit 1
"""
_MAKE = """
    insert into contact_digests (manager_no, manager, day, findings, way, address_masked, state, due_at, made_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning digest_id
"""
_NAME = """
    update contact_faults set digest_id = $2
    where manager_no = $1 and digest_id is null and state in ('open', 'asked')
"""
_DUE = """
    select * from contact_digests where state in ('planned', 'sending') and due_at <= $1
    order by digest_id limit 1 for update skip locked
"""
_CLAIM = "update contact_digests set state = 'sending', due_at = $2, tries = tries + 1 where digest_id = $1"
_SETTLE = """
    update contact_digests set state = $2, reason = $3, settled_at = $4 where digest_id = $1 and state = 'sending'
"""
_AGAIN = "update contact_digests set state = 'planned', due_at = $2, reason = $3 where digest_id = $1"
_ROWS = """
    select place, account_no, phone_masked, kind, manager_phone from contact_faults where digest_id = $1
    order by area_id, fault_id
"""


class Digests:
    """One digest after the other: made when something is untold, sent when it is due."""

    def __init__(self, pool: Pool, clock: Clock, book: StaffBook, *, mail: MailGateway, sms: SmsGateway) -> None:
        self._pool, self._clock, self._book = pool, clock, book
        self._mail, self._sms = mail, sms
        self._log = structlog.get_logger()

    async def tell_next(self) -> bool:
        """Makes or sends the next digest; false: nothing is to be told now. Raises StoreUnavailable."""
        if not self._is_hour(self._clock.now()):
            return False
        return await self._make() or await self._send()

    def _is_hour(self, now: datetime) -> bool:
        return self._book.tell_from <= now.astimezone(SHANGHAI).time() < self._book.tell_until

    async def _make(self) -> bool:
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            day = now.astimezone(SHANGHAI).date()
            if not await connection.fetchval(_LOCK):
                return False
            row = await connection.fetchrow(_UNTOLD, day)
            if row is None:
                return False
            number, state = await self._plan(connection, row, day, now)
            if state == "planned":  # what reached nobody stays untold: the next day looks for a way again
                await connection.execute(_NAME, row["manager_no"], number)
        return True

    async def _plan(self, connection: Connection, row: Any, day: date, now: datetime) -> tuple[int, str]:
        reached = self._book.reach(row["manager_no"], row["phone"])
        state = "planned" if reached.way else "no_address"
        shown = mask_email(reached.address) if reached.way == "mail" else mask_phone(reached.address)
        values = (row["manager_no"], row["manager"], day, row["findings"])
        where = (reached.way, shown if reached.way else "", state)
        return await connection.fetchval(_MAKE, *values, *where, now), state

    async def _send(self) -> bool:
        now = self._clock.now()
        async with transaction(self._pool) as connection:
            digest = await connection.fetchrow(_DUE, now)
            if digest is None:
                return False
            await connection.execute(_CLAIM, digest["digest_id"], now + _LEASE)
            rows = await connection.fetch(_ROWS, digest["digest_id"])
        state, reason = "sent", ""
        try:
            await self._hand_over(digest, rows)
        except GatewayRefused as error:
            state, reason = "failed", error.detail or error.code
        except GatewayAway as error:
            state, reason = "away", error.detail or error.code
        await self._record(digest, state, reason)
        return True

    async def _record(self, digest: Any, state: str, reason: str) -> None:
        now, log = self._clock.now(), self._log.bind(digest_id=digest["digest_id"], manager=digest["manager_no"])
        async with transaction(self._pool) as connection:
            if state == "away" and digest["tries"] + 1 < self._book.tries:
                log.warning("notices.digest.put_off", reason=reason)
                await connection.execute(_AGAIN, digest["digest_id"], now + self._book.again, reason[:200])
                return
            log.info("notices.digest.ended", state=state, reason=reason)
            ended = "failed" if state == "away" else state
            await connection.execute(_SETTLE, digest["digest_id"], ended, reason[:200], now)
            if ended == "failed":
                await connection.execute(
                    "update contact_faults set digest_id = null where digest_id = $1", digest["digest_id"]
                )

    async def _hand_over(self, digest: Any, rows: list[Any]) -> None:
        """Gives it to the gateway of its way. Raises GatewayRefused, GatewayAway."""
        reached = self._book.reach(digest["manager_no"], rows[0]["manager_phone"] if rows else "")
        key, words = f"digest-{digest['digest_id']}", self._book.words
        values = {"name": digest["manager"], "count": digest["findings"], "day": digest["day"].isoformat()}
        if reached.way == "mail":
            text = "\n".join(self._lines(values, rows))
            await self._mail.post(Letter(reached.address, words["subject"].format(**values), text, key))
        elif reached.way == "sms":
            text = words["sms"].format(**values)
            told = {"name": digest["manager"], "count": str(digest["findings"])}
            await self._sms.send(checked(ShortMessage(reached.address, text, key, "contact_digest", told)))
        else:
            raise GatewayRefused("nobody knows an address any more")

    def _lines(self, values: dict[str, Any], rows: list[Any]) -> list[str]:
        words, shown = self._book.words, rows[: self._book.listed]
        lines = [
            words["line"].format(
                place=row["place"],
                tail=row["account_no"][-4:],
                phone=row["phone_masked"] or words["no_phone"],
                kind=self._book.kinds[row["kind"]],
            )
            for row in shown
        ]
        rest = [words["more"].format(count=len(rows) - len(shown))] if len(rows) > len(shown) else []
        return [words["head"].format(**values), "", *lines, *rest, "", words["foot"]]
