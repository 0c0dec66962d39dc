"""The ledger of notices as the desk reads it: what was told of each event, to whom it came, who is left and why.

It names nobody: an account by its last four digits, no phone, no address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection

REST_MOST = 1000
_SUMS = """
    count(n.notice_id) as planned,
    count(*) filter (where n.outcome in ('delivered', 'read')) as reached,
    count(*) filter (where n.outcome = 'read') as read,
    count(*) filter (where n.outcome in ('undelivered', 'unconfirmed')) as missed,
    count(*) filter (where n.outcome in ('superseded', 'void')) as dropped,
    count(*) filter (where n.notice_id is not null and n.state <> 'final') as open
"""
_EVENTS = f"""
    select f.family, f.subject, max(f.due_at) as told_at,
        (array_agg(f.kind order by f.due_at desc, f.fact_id desc))[1] as kind, {_SUMS}
    from notice_facts f left join notices n using (fact_id) where f.said is not null
    group by f.family, f.subject order by max(f.due_at) desc, f.subject limit $1
"""
_FACTS = f"""
    select f.fact_id, f.kind, f.state, f.reason, f.due_at, f.settled_at, f.words, f.places, {_SUMS}
    from notice_facts f left join notices n using (fact_id)
    where f.family = $1 and f.subject = $2 and f.state <> 'folded'
    group by f.fact_id order by f.due_at, f.fact_id
"""
_REST = """
    select f.kind, n.account_no, n.place, coalesce(n.way, '') as way, coalesce(n.outcome, n.state) as state, n.reason,
        n.tries, n.made_at
    from notices n join notice_facts f using (fact_id)
    where f.family = $1 and f.subject = $2
        and coalesce(n.outcome, '') not in ('delivered', 'read', 'superseded', 'void')
    order by n.place, n.reason, n.notice_id limit $3
"""


_SILENT = """
    select u.*, n.account_no, n.place, n.read_at, n.outcome, f.due_at as told_at, c.done_at as called_at, c.reached
    from notice_unconfirmed u join notices n using (notice_id) join notice_facts f on f.fact_id = u.fact_id
    left join notice_calls c on c.fact_id = u.fact_id and c.account_no = n.account_no
    where f.family = $1 and f.subject = $2 order by f.due_at desc, u.care = '', n.place, u.notice_id limit $3
"""


@dataclass(frozen=True)
class Sums:
    """How many people of a fact or an event stand where."""

    planned: int
    reached: int
    read: int
    missed: int
    dropped: int
    open: int

    def to_wire(self) -> dict[str, int]:
        """Returns the counts; `percent` of those it still concerns."""
        concerned = self.planned - self.dropped
        percent = 100 * self.reached // concerned if concerned else 100
        return {**vars(self), "percent": percent}


async def events(connection: Connection, most: int) -> list[dict[str, Any]]:
    """Lists the events that people were told of, the newest first."""
    rows = await connection.fetch(_EVENTS, most)
    return [
        {
            "family": row["family"],
            "subject": _masked(row["family"], row["subject"]),
            "key": row["subject"],
            "kind": row["kind"],
            "told_at": _shown(row["told_at"]),
            **_sums(row).to_wire(),
        }
        for row in rows
    ]


async def facts(connection: Connection, family: str, subject: str) -> list[dict[str, Any]]:
    """Lists the facts of an event in the order they were, or will be, told: words, places, sums."""
    rows = await connection.fetch(_FACTS, family, subject)
    return [
        {
            "fact_id": row["fact_id"],
            "kind": row["kind"],
            "state": row["state"],
            "reason": row["reason"],
            "due_at": _shown(row["due_at"]),
            "settled_at": _shown(row["settled_at"]),
            "words": row["words"],
            "places": list(row["places"]),
            **_sums(row).to_wire(),
        }
        for row in rows
    ]


async def rest(connection: Connection, family: str, subject: str, most: int = REST_MOST) -> list[dict[str, Any]]:
    """Lists who was not reached, or not yet, by place and reason."""
    rows = await connection.fetch(_REST, family, subject, most)
    return [
        {
            "kind": row["kind"],
            "account_tail": row["account_no"][-4:],
            "place": row["place"],
            "way": row["way"],
            "state": row["state"],
            "reason": row["reason"],
            "tries": row["tries"],
            "made_at": _shown(row["made_at"]),
        }
        for row in rows
    ]


async def unconfirmed(connection: Connection, family: str, subject: str, most: int = REST_MOST) -> list[dict[str, Any]]:
    """Lists who had not confirmed in time, key accounts first: what was done, and whether they have by now."""
    rows = await connection.fetch(_SILENT, family, subject, most)
    return [
        {
            "account_tail": row["account_no"][-4:],
            "place": row["place"],
            "care": row["care"],
            "did": row["did"],
            "way": row["way"],
            "told_at": _shown(row["told_at"]),
            "listed_at": _shown(row["at"]),
            "confirmed": row["read_at"] is not None or row["outcome"] == "read" or bool(row["reached"]),
        }
        for row in rows
    ]


def _sums(row: Any) -> Sums:
    return Sums(**{name: row[name] for name in ("planned", "reached", "read", "missed", "dropped", "open")})


def _masked(family: str, subject: str) -> str:
    """Shows a number; what begins with an account shows its last digits only."""
    if family in ("bill", "supply"):
        account, dash, period = subject.partition("-")
        return f"****{account[-4:]}{dash}{period}"
    return subject


def _shown(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
