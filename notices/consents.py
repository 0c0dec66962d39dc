"""Key accounts are asked a month ahead whether planned work suits them; answers go to the company, silence to a person.

What a customer answers in a chat is written by the bot (`handoff.notices.consents`); here it is asked, told and missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from backend.errors import BackendRefused
from backend.models import AudienceMember
from backend.protocol.consents import Consents as Company
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_ASK = """
    insert into notice_consents
        (outage_no, account_no, window_start, window_end, asked_at, answer_by, fact_id)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
"""
_UNTOLD = """
    select * from notice_consents where answered_at is not null and told_at is null and over_at is null
    order by answered_at limit 1 for update skip locked
"""
_TOLD = """
    update notice_consents set told_at = $4, refusal = $5
    where outage_no = $1 and account_no = $2 and window_start = $3
"""
_OVER = """
    update notice_consents set over_at = $3
    where outage_no = $1 and over_at is null and window_start is distinct from $2::timestamptz
"""
# Nobody has answered by the day: a person asks.
_MISSING = """
    select * from notice_consents
    where answered_at is null and over_at is null and called_at is null and answer_by <= $1
    order by answer_by limit 50 for update skip locked
"""
_CALLED = """
    update notice_consents set called_at = $4 where outage_no = $1 and account_no = $2 and window_start = $3
"""
_PHONE = "select addresses->>'sms' from notices where fact_id = $1 and account_no = $2 and addresses ? 'sms' limit 1"
_CALL_WITHIN = timedelta(days=1)
_CALL = """
    insert into notice_calls (fact_id, account_no, phone, care, reason, made_at, call_by)
    values ($1, $2, $3, 'key_account', 'no_consent', $4, $5) on conflict (fact_id, account_no) do nothing
"""


async def ask(connection: Connection, fact: Any, members: Sequence[AudienceMember], now: datetime) -> None:
    """Notes whom a fact asks, until when."""
    said = fact["said"]
    times = (datetime.fromisoformat(said["start"]), datetime.fromisoformat(said["end"]), now)
    by = datetime.fromisoformat(said["answer_by"])
    for member in members:
        await connection.execute(_ASK, fact["subject"], member.account_no, *times, by, fact["fact_id"])


async def over(connection: Connection, outage_no: str, known: Any, *, ended: bool, now: datetime) -> None:
    """Nobody is asked any more about a window that is not there; the answers stay in the book."""
    start = known.get("planned_from")
    kept = datetime.fromisoformat(start) if start and not ended else None
    await connection.execute(_OVER, outage_no, kept, now)


class Consents:
    """The rounds behind the asking."""

    def __init__(self, pool: Pool, clock: Clock, company: Company) -> None:
        self._pool, self._clock, self._company = pool, clock, company
        self._log = structlog.get_logger()

    async def tell_company(self) -> bool:
        """Tells the company the next answer; false: it knows all. Raises BackendError: it is told again later."""
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(_UNTOLD)
            if row is None:
                return False
            key = f"consent/{row['outage_no']}/{row['account_no']}/{row['answered_at'].isoformat()}"
            refusal = ""
            try:
                await self._company.record_consent(
                    row["outage_no"],
                    row["account_no"],
                    agreed=row["answer"] == "agreed",
                    wish=row["wish"],
                    idempotency_key=key,
                )
            except BackendRefused as error:
                refusal = error.reason
                self._log.error("notices.consent.refused", outage=row["outage_no"], reason=refusal)
            await connection.execute(_TOLD, *_key(row), self._clock.now(), refusal)
        return True

    async def miss(self) -> int:
        """Lists who has not answered by the day to be called; returns how many."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            rows = await connection.fetch(_MISSING, now)
            for row in rows:
                phone = await connection.fetchval(_PHONE, row["fact_id"], row["account_no"]) or ""
                await connection.execute(_CALL, row["fact_id"], row["account_no"], phone, now, now + _CALL_WITHIN)
                await connection.execute(_CALLED, *_key(row), now)
        return len(rows)


def _key(row: Any) -> tuple[str, str, datetime]:
    return row["outage_no"], row["account_no"], row["window_start"]
