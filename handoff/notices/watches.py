"""What runs against a clock, in PostgreSQL: promises, call-backs, orders, calls; with the steps that were told of each.

`notices.watching` looks at what is due; here a matter is kept, moved and ended, and the desk reads what runs out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

LISTED_MOST = 300
CUSTOMER = "customer"
# Another due time of a matter whose steps are told anew is another round; one that had ended and comes back is, too.
_SEE = """
    insert into watches as w
        (kind, ref, conversation_id, account_no, title, owner, begins_at, due_at, first_due_at, next_at, called,
         made_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, case when $8::timestamptz is null then null else $11::timestamptz end,
        $10, $11)
    on conflict (kind, ref) do update set
        owner = coalesce(excluded.owner, w.owner), title = excluded.title, due_at = excluded.due_at,
        first_due_at = excluded.first_due_at, next_at = excluded.next_at,
        moved_at = case when w.due_at <> excluded.due_at then $11 else w.moved_at end,
        round = w.round + (w.state = 'ended' or $12 and w.due_at <> excluded.due_at)::integer,
        step = case when w.state = 'ended' or $12 and w.due_at <> excluded.due_at then '' else w.step end,
        called = case when w.state = 'ended' then excluded.called
                      else array(select distinct unnest(w.called || excluded.called)) end,
        state = 'watching', outcome = '', ended_at = null
    where w.state = 'ended' or w.due_at is distinct from excluded.due_at or not w.called @> excluded.called
        or w.owner is distinct from coalesce(excluded.owner, w.owner)
        or w.first_due_at is distinct from excluded.first_due_at
"""
_END = """
    update watches set state = 'ended', outcome = $3, ended_at = $4, next_at = null
    where kind = $1 and ref = any($2) and state = 'watching' returning ref
"""
_RUNNING = "select ref, due_at, first_due_at, owner from watches where kind = $1 and state = 'watching'"
_LISTED = """
    select w.*, a.name as owner_name,
        case when w.step <> '' then w.step when p.raised_at is not null then 'lead'
             when p.reminded_at is not null then 'owner' else '' end as stands
    from watches w left join agents a on a.agent_id = w.owner
    left join promises p on p.promise_id = case when w.kind = 'promise' then w.ref::bigint end
    where w.state = 'watching' and w.due_at is not null and ($1::text is null or w.owner = $1)
    order by w.due_at, w.watch_id limit $2
"""
_DUE = """
    select w.*, a.name as owner_name, a.active as owner_active from watches w left join agents a on a.agent_id = w.owner
    where w.state = 'watching' and w.next_at <= $1 order by w.next_at, w.watch_id limit 1 for update of w skip locked
"""
_ONE = """
    select w.*, a.name as owner_name, a.active as owner_active from watches w left join agents a on a.agent_id = w.owner
    where w.watch_id = $1
"""
_STEPS = "select step from watch_steps where watch_id = $1 and (round = $2 or step = 'customer')"
_TELL = "insert into watch_steps (watch_id, round, step, told, at) values ($1, $2, $3, $4, $5) on conflict do nothing"
_CLIMBED = "update watches set step = $2 where watch_id = $1"
_NEXT = "update watches set next_at = $2 where watch_id = $1"
_CUSTOMER_TOLD = "update watches set customer_told_at = $2 where watch_id = $1"


Mark = tuple[datetime | None, datetime | None, str | None]


class Step(str, Enum):
    """The steps of the ladder, in their order."""

    OWNER = "owner"
    LEAD = "lead"
    DUTY = "duty"


@dataclass(frozen=True)
class Matter:
    """One thing somebody waits for.

    Attributes:
        kind: promise, reply, follow_up, callback, order, call, consent, fault.
        ref: its number among its kind.
        begins: when the time began to run.
        due: until when; None: its clock stands.
        owner: the agent who is answerable; None: nobody in particular.
        said: the time that the customer knows, when that is not `due`: it was moved since.
        called: steps that somebody else calls for (the company's own warnings).
        anew: another due time is another round: its steps are told again.
    """

    kind: str
    ref: str
    begins: datetime
    due: datetime | None
    conversation_id: str = ""
    account_no: str = ""
    title: str = ""
    owner: str | None = None
    said: datetime | None = None
    called: tuple[str, ...] = ()
    anew: bool = False

    @property
    def mark(self) -> Mark:
        """What would make it be seen again when it changes."""
        return (self.due, self.said or self.due, self.owner)


async def see(connection: Connection, matter: Matter, now: datetime) -> None:
    """Watches a matter from now on, or notes what is new of it; one that had ended and comes back runs anew."""
    await connection.execute(
        _SEE,
        *(matter.kind, matter.ref, matter.conversation_id, matter.account_no, matter.title, matter.owner),
        *(matter.begins, matter.due, matter.said or matter.due, list(matter.called), now, matter.anew),
    )


async def end(connection: Connection, kind: str, refs: Collection[str], outcome: str, now: datetime) -> list[str]:
    """Ends matters: nobody is warned of them any more. Returns those that ran."""
    return [row["ref"] for row in await connection.fetch(_END, kind, sorted(refs), outcome, now)]


async def running(connection: Connection, kind: str) -> dict[str, Mark]:
    """The matters of a kind that run, each with what would make it be seen again when it changes."""
    rows = await connection.fetch(_RUNNING, kind)
    return {row["ref"]: (row["due_at"], row["first_due_at"], row["owner"]) for row in rows}


async def take_due(connection: Connection, now: datetime) -> Any:
    """Takes the matter whose next step is due first and holds it; none: nothing is due, or others have it."""
    return await connection.fetchrow(_DUE, now)


async def read(connection: Connection, watch_id: int) -> Any:
    """Reads a matter that is held again, as it stands now."""
    return await connection.fetchrow(_ONE, watch_id)


async def steps_told(connection: Connection, row: Any) -> set[str]:
    """The steps of its round that were told; the customer is told once, whatever the round."""
    return {one["step"] for one in await connection.fetch(_STEPS, row["watch_id"], row["round"])}


async def note_step(connection: Connection, row: Any, step: str, told: Collection[str], now: datetime) -> None:
    """Notes that a step was told, and to whom; to nobody: it was too late, or needless."""
    await connection.execute(_TELL, row["watch_id"], row["round"], step, list(told), now)
    if step == CUSTOMER:
        await connection.execute(_CUSTOMER_TOLD, row["watch_id"], now if told else None)
    else:
        await connection.execute(_CLIMBED, row["watch_id"], step)


async def look_again(connection: Connection, row: Any, at: datetime | None) -> None:
    """Notes when its next step is due; None: none is left."""
    await connection.execute(_NEXT, row["watch_id"], at)


async def listed(connection: Connection, now: datetime, agent_id: str | None) -> list[dict[str, Any]]:
    """Lists what runs, of one agent or of all, the most urgent first: `Watch` of contracts/console.openapi.yml."""
    return [_wire(row, now) for row in await connection.fetch(_LISTED, agent_id, LISTED_MOST)]


def _wire(row: Any, now: datetime) -> dict[str, Any]:
    owner = {"id": row["owner"], "name": row["owner_name"] or row["owner"]} if row["owner"] else None
    return {
        "id": row["watch_id"],
        "kind": row["kind"],
        "ref": row["ref"],
        "conversation_id": row["conversation_id"] or None,
        "account_tail": row["account_no"][-4:],
        "title": mask_text(row["title"]),
        "owner": owner,
        "begins_at": _shown(row["begins_at"]),
        "due_at": _shown(row["due_at"]),
        "late": row["due_at"] <= now,
        "step": row["stands"],
        "customer_told_at": _shown(row["customer_told_at"]),
    }


def _shown(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
