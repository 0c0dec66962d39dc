"""Contact data that cannot be right, as the bot and the desk share it: whom to ask, what they said, who mended it.

The notices find it (`notices.contacts`). States: open -> asked -> mended | dismissed; each change is made here but the
sweep's own "mended". Numbers are masked; an account shows its last four digits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection

KINDS = ("dead", "missing", "malformed", "no_mobile", "unfollowed", "shared", "duplicate", "two_numbers")
PAGE = 100
# Only in a quiet moment: the talk is under way and the customer is calm; nothing of a complaint, a fault or a danger
# was in it lately, no outage was told of, and nobody of theirs waits for a person. Once in so many days.
_TO_ASK = """
    select f.fault_id, f.kind, f.phone_masked from contact_faults f
    where f.people @> array[$1::text] and f.state in ('open', 'asked') and f.kind = any($2)
        and exists (select from messages m where m.conversation_id = $1 and m.role = 'customer' and m.seq < $3
                    and m.created_at > $4)
        and not exists (select from contact_faults o where o.asked_in = $1 and o.asked_at > $5)
        and not exists (select from conversations c where c.conversation_id = $1 and c.mood >= 2 and c.mood_at > $4)
        and not exists (select from trigger_marks t where t.conversation_id = $1 and t.kind = 'contact' and t.at > $6)
        and not exists (select from escalations e where e.conversation_id = $1 and
                        (e.state in ('waiting', 'offered', 'serving') or e.requested_at > $6))
        and not exists (select from messages m where m.conversation_id = $1 and m.created_at > $6
                        and m.body->'told'->>'kind' ~ '^(outage|supply|arrears)')
    order by array_position($2, f.kind), f.fault_id limit 1 for update skip locked
"""
_ASKED = """
    update contact_faults set state = 'asked', asked_at = $2, asked_in = $3, answer = null
    where fault_id = $1 and state in ('open', 'asked')
"""
_BEFORE = """
    select (body->>'contact_fault')::bigint as fault_id, created_at from messages
    where conversation_id = $1 and seq < $2 and role in ('bot', 'agent', 'system')
        and delivery is distinct from 'suppressed'
    order by seq desc limit 1
"""
_OPEN_ASK = """
    select fault_id from contact_faults where asked_in = $1 and state = 'asked' and answer is null and asked_at > $2
    order by asked_at desc limit 1
"""
_YES = """
    update contact_faults set state = 'dismissed', answer = 'yes', settled_at = $2, settled_by = 'customer',
        reason = 'in_use'
    where state in ('open', 'asked') and (fault_id = $1 or (account_no, phone_mark) =
        (select account_no, phone_mark from contact_faults where fault_id = $1)) returning fault_id
"""
_NO = "update contact_faults set answer = 'no' where fault_id = $1 and state = 'asked' returning fault_id"
_SETTLE = """
    update contact_faults set state = $2, settled_at = $3, settled_by = $4, reason = $5
    where fault_id = $1 and state in ('open', 'asked') returning account_no
"""
_LIST = """
    select f.*, d.settled_at as told_at, d.way as told_way, d.address_masked as told_where
    from contact_faults f left join contact_digests d on d.digest_id = f.digest_id and d.state = 'sent'
    where f.state = any($1) and ($2 = '' or kind = $2) and ($3 = '' or area_id = $3) and (area_id, fault_id) > ($4, $5)
    order by area_id, fault_id limit $6
"""
_SUMS = """
    select area_id, min(place) as place, max(manager) as manager, kind, count(*) as count,
        count(*) filter (where state = 'asked') as asked
    from contact_faults where state in ('open', 'asked') group by area_id, kind order by area_id, kind
"""
_LAST = "select day, accounts, found, mended, began_at, ended_at from contact_sweeps order by sweep_id desc limit 1"


@dataclass(frozen=True)
class ToAsk:
    """One thing to ask a customer about; `phone_masked` ends with the digits they know it by."""

    fault_id: int
    kind: str
    phone_masked: str


@dataclass(frozen=True)
class Quiet:
    """When a moment is quiet enough: how long ago the talk began at most, and what must lie how far back."""

    talk: timedelta
    again: timedelta
    trouble: timedelta


async def to_ask(
    connection: Connection, conversation_id: str, seq: int, kinds: Collection[str], quiet: Quiet, at: datetime
) -> ToAsk | None:
    """Finds what the customer of a conversation may be asked about at this moment, the first of `kinds` first."""
    moments = (at - quiet.talk, at - quiet.again, at - quiet.trouble)
    row = await connection.fetchrow(_TO_ASK, conversation_id, list(kinds), seq, *moments)
    return ToAsk(**row) if row else None


async def asked(connection: Connection, fault_id: int, conversation_id: str, at: datetime) -> None:
    """Notes that the customer was asked."""
    await connection.execute(_ASKED, fault_id, at, conversation_id)


async def asked_before(connection: Connection, conversation_id: str, seq: int, *, since: datetime) -> int | None:
    """Which finding the line right before a message asks about; none: it asks about none."""
    row = await connection.fetchrow(_BEFORE, conversation_id, seq)
    return row["fault_id"] if row and row["created_at"] > since else None


async def open_ask(connection: Connection, conversation_id: str, *, since: datetime) -> int | None:
    """Which finding a conversation was asked about and has not answered: a button may be pressed late."""
    found: int | None = await connection.fetchval(_OPEN_ASK, conversation_id, since)
    return found


async def in_use(connection: Connection, fault_id: int, at: datetime) -> bool:
    """The customer says that the number is right: that closes everything that was wrong with it. False: it is over."""
    return bool(await connection.fetch(_YES, fault_id, at))


async def out_of_use(connection: Connection, fault_id: int) -> bool:
    """The customer says that the number is not theirs any more; the new one ends it. False: it is over."""
    return bool(await connection.fetchval(_NO, fault_id))


async def settle(
    connection: Connection, fault_id: int, state: str, *, at: datetime, by: str, reason: str
) -> str | None:
    """A person has mended or dismissed it; returns whose account. None: it is over already, or there is none."""
    found: str | None = await connection.fetchval(_SETTLE, fault_id, state, at, by, reason)
    return found


async def listed(
    connection: Connection,
    *,
    states: Collection[str] = ("open", "asked"),
    kind: str = "",
    area_id: str = "",
    after: tuple[str, int] = ("", 0),
    most: int = PAGE,
) -> list[dict[str, Any]]:
    """Lists findings by area, then in the order they were found."""
    rows = await connection.fetch(_LIST, list(states), kind, area_id, *after, most)
    return [_shown(row) for row in rows]


async def sums(connection: Connection) -> list[dict[str, Any]]:
    """Counts what is open by area and kind, with who looks after the area."""
    return [dict(row) for row in await connection.fetch(_SUMS)]


async def last_sweep(connection: Connection) -> dict[str, Any] | None:
    """Tells of the newest look over the accounts."""
    row = await connection.fetchrow(_LAST)
    if row is None:
        return None
    return {
        "day": row["day"].isoformat(),
        "accounts": row["accounts"],
        "found": row["found"],
        "mended": row["mended"],
        "ended_at": _time(row["ended_at"]),
    }


def _shown(row: Any) -> dict[str, Any]:
    texts = ("kind", "state", "area_id", "place", "manager", "phone_masked", "reason")
    return {
        "fault_id": row["fault_id"],
        "account_tail": row["account_no"][-4:],
        **{name: row[name] for name in texts},
        "detail": dict(row["detail"]),
        "bound": len(row["people"]),
        "answer": row["answer"] or "",
        "found_at": _time(row["found_at"]),
        "asked_at": _time(row["asked_at"]),
        "settled_at": _time(row["settled_at"]),
        "settled_by": row["settled_by"] or "",
        "told_at": _time(row["told_at"]),
        "told_way": row["told_way"] or "",
        "told_where": row["told_where"] or "",
    }


def _time(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
