"""Half days and the appointments in them: the SQL. Locks come in one order: the work order, then half days by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.appointments.values import CANCELLED, Appointment, Slot, SlotStatus

_SLOT_COLUMNS = (
    "slot_id", "region_id", "day", "period", "starts_at", "ends_at", "capacity", "taken_before", "booked", "status",
    "note",
)  # fmt: skip
_SLOT = f"""
    select {", ".join(f"s.{name}" for name in _SLOT_COLUMNS)}, r.name as region
    from appointment_slots s join regions r using (region_id)
"""
_APPOINTMENT = f"""
    select a.appointment_no, a.account_no, a.business_type, coalesce(o.side_state, o.state) as state,
           o.closed_at is null as active, o.contact_phone, a.change_until, a.result, a.moves, o.text, o.filed_at,
           {", ".join(f"s.{name}" for name in _SLOT_COLUMNS)}, r.name as region
    from appointments a join work_orders o on o.order_no = a.appointment_no
    join appointment_slots s using (slot_id) join regions r on r.region_id = s.region_id
"""


async def region_of_area(connection: Connection, area_id: str) -> str:
    """Returns the region an area lies in."""
    found = await connection.fetchval("select region_id from transformer_areas where area_id = $1", area_id)
    return str(found)


async def regions(connection: Connection) -> list[tuple[str, str, str]]:
    """Lists every region: its number, its name, its kind."""
    rows = await connection.fetch("select region_id, name, kind from regions order by region_id")
    return [(row["region_id"], row["name"], row["kind"]) for row in rows]


async def slots(connection: Connection, region_id: str, first: date, last: date) -> list[Slot]:
    """Lists the half days of a region between two days, soonest first."""
    rows = await connection.fetch(
        f"{_SLOT} where s.region_id = $1 and s.day between $2 and $3 order by s.starts_at", region_id, first, last
    )
    return [_slot(row) for row in rows]


async def slot_ids_after(connection: Connection, now: datetime) -> set[str]:
    """Names every half day that has not begun."""
    rows = await connection.fetch("select slot_id from appointment_slots where starts_at > $1", now)
    return {row["slot_id"] for row in rows}


async def add_slots(connection: Connection, drawn: Sequence[Slot]) -> int:
    """Writes new half days; one that is there already stays as it is. Returns how many were new."""
    written = 0
    for slot in drawn:
        written += await connection.fetchval(
            f"""with new as (insert into appointment_slots ({", ".join(_SLOT_COLUMNS)})
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning 1)
            select count(*) from new""",
            *(getattr(slot, name) for name in _SLOT_COLUMNS),
        )
    return written


async def hold_slots(connection: Connection, slot_ids: Iterable[str]) -> dict[str, Slot]:
    """Holds half days until the transaction ends, in one order, so that nobody waits for each other."""
    rows = await connection.fetch(
        f"{_SLOT} where s.slot_id = any($1) order by s.slot_id for update of s", list(slot_ids)
    )
    return {row["slot_id"]: _slot(row) for row in rows}


async def slot(connection: Connection, slot_id: str) -> Slot | None:
    """Reads a half day."""
    row = await connection.fetchrow(f"{_SLOT} where s.slot_id = $1", slot_id)
    return _slot(row) if row else None


async def count_booked(connection: Connection, slot_id: str, change: int) -> None:
    """Adds to, or takes from, what is booked in a half day; the caller holds it."""
    await connection.execute("update appointment_slots set booked = booked + $2 where slot_id = $1", slot_id, change)


async def set_slot(connection: Connection, slot_id: str, capacity: int, status: SlotStatus, note: str) -> None:
    """Writes how many visits a half day takes, and whether it takes bookings; the caller holds it."""
    await connection.execute(
        "update appointment_slots set capacity = $2, status = $3, note = $4 where slot_id = $1",
        *(slot_id, capacity, status.value, note),
    )


async def add_appointment(
    connection: Connection, appointment_no: str, account_no: str, business_type: str, slot_id: str, until: datetime
) -> None:
    """Writes a new appointment; its work order is there already."""
    await connection.execute(
        """insert into appointments (appointment_no, account_no, business_type, slot_id, change_until)
        values ($1, $2, $3, $4, $5)""",
        *(appointment_no, account_no, business_type, slot_id, until),
    )


async def move_appointment(connection: Connection, appointment_no: str, slot_id: str, until: datetime) -> None:
    """Puts an appointment into another half day."""
    await connection.execute(
        "update appointments set slot_id = $2, change_until = $3, moves = moves + 1 where appointment_no = $1",
        *(appointment_no, slot_id, until),
    )


async def set_result(connection: Connection, appointment_no: str, result: str) -> None:
    """Writes what came of a visit."""
    await connection.execute("update appointments set result = $2 where appointment_no = $1", appointment_no, result)


async def note_reminded(connection: Connection, appointment_no: str, slot_id: str) -> None:
    """Notes that the customer was reminded of this half day."""
    await connection.execute(
        "update appointments set reminded_for = $2 where appointment_no = $1", appointment_no, slot_id
    )


async def reminded_for(connection: Connection, appointment_no: str) -> str | None:
    """Names the half day the customer was last reminded of."""
    found: str | None = await connection.fetchval(
        "select reminded_for from appointments where appointment_no = $1", appointment_no
    )
    return found


async def appointment(connection: Connection, appointment_no: str) -> Appointment | None:
    """Reads an appointment."""
    row = await connection.fetchrow(f"{_APPOINTMENT} where a.appointment_no = $1", appointment_no)
    return _appointment(row) if row else None


async def is_filed_by(connection: Connection, appointment_no: str, person: Person) -> bool:
    """Tells whether `person` booked it themselves."""
    found = await connection.fetchval(
        "select 1 from work_orders where order_no = $1 and channel = $2 and channel_user = $3",
        *(appointment_no, person.channel, person.user_id),
    )
    return bool(found)


async def appointments_of(
    connection: Connection,
    account_nos: Sequence[str],
    *,
    active_only: bool,
    after: tuple[datetime, str] | None,
    most: int,
) -> list[Appointment]:
    """Lists the appointments of accounts, the latest visit first."""
    at, no = after or (None, "")
    rows = await connection.fetch(
        f"""{_APPOINTMENT} where a.account_no = any($1) and (not $2 or o.closed_at is null)
        and ($3::timestamptz is null or (s.starts_at, a.appointment_no) < ($3, $4))
        order by s.starts_at desc, a.appointment_no desc limit $5""",
        *(list(account_nos), active_only, at, no, most),
    )
    return [_appointment(row) for row in rows]


async def appointments_in(connection: Connection, slot_id: str) -> list[Appointment]:
    """Lists the appointments of a half day, by their number."""
    rows = await connection.fetch(
        f"{_APPOINTMENT} where a.slot_id = $1 and o.side_state is distinct from $2 order by a.appointment_no",
        *(slot_id, CANCELLED),
    )
    return [_appointment(row) for row in rows]


async def due_reminders(connection: Connection, first: datetime, last: datetime, most: int) -> list[str]:
    """Names the visits that begin between two moments and of which the customer was not reminded."""
    rows = await connection.fetch(
        """select a.appointment_no from appointments a join work_orders o on o.order_no = a.appointment_no
        join appointment_slots s using (slot_id)
        where s.starts_at > $1 and s.starts_at <= $2 and s.status = 'open' and o.closed_at is null
        and a.reminded_for is distinct from a.slot_id order by s.starts_at, a.appointment_no limit $3""",
        *(first, last, most),
    )
    return [row["appointment_no"] for row in rows]


async def in_closed_slots(connection: Connection, now: datetime, most: int) -> list[str]:
    """Names the visits still to come whose half day was closed and that nobody has put off yet."""
    rows = await connection.fetch(
        """select a.appointment_no from appointments a join work_orders o on o.order_no = a.appointment_no
        join appointment_slots s using (slot_id)
        where s.starts_at > $1 and s.status = 'closed' and o.closed_at is null and o.side_state is null
        order by a.appointment_no limit $2""",
        *(now, most),
    )
    return [row["appointment_no"] for row in rows]


def _slot(row: Any) -> Slot:
    known = {name: row[name] for name in (*_SLOT_COLUMNS, "region")}
    return Slot(**{**known, "status": SlotStatus(row["status"])})


def _appointment(row: Any) -> Appointment:
    same = (
        "appointment_no", "account_no", "business_type", "active", "contact_phone", "change_until", "result", "moves",
        "filed_at",
    )  # fmt: skip
    return Appointment(**{name: row[name] for name in same}, status=row["state"], slot=_slot(row), note=row["text"])
