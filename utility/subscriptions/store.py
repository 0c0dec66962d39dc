"""Notices by account, type and channel: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.subscriptions.values import Subscription


async def subscriptions(
    connection: Connection, account_no: str, limited: list[str], notice_type: str = ""
) -> list[Subscription]:
    """Lists the notices of an account, or those of one type; the limit of `limited` types stands with supply."""
    rows = await connection.fetch(
        """select account_no, notice_type, channel, enabled, s.set_at,
            case when notice_type = any($2) then warning_limit end as threshold
        from subscriptions s left join supply_settings using (account_no)
        where account_no = $1 and ($3 = '' or notice_type = $3) order by notice_type, channel""",
        *(account_no, limited, notice_type),
    )
    return [Subscription(**row) for row in rows]


async def set_channel(
    connection: Connection, account_no: str, notice_type: str, channel: str, enabled: bool, at: datetime, by: str
) -> None:
    """Turns a type of notice on or off for one channel."""
    await connection.execute(
        """insert into subscriptions (account_no, notice_type, channel, enabled, set_at, set_by)
        values ($1, $2, $3, $4, $5, $6) on conflict (account_no, notice_type, channel) do update
        set enabled = excluded.enabled, set_at = excluded.set_at, set_by = excluded.set_by
        where subscriptions.enabled <> excluded.enabled""",
        *(account_no, notice_type, channel, enabled, at, by),
    )
