"""The half days and appointments of the demo city as rows; an appointment is a work order with what it alone has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from runtime.clock import SHANGHAI
from utility.appointments import rules
from utility.appointments.tables import read_rules, read_slot_tables, read_visit_types
from utility.appointments.values import CANCELLED, AppointmentRules, Period, Slot, SlotTable, VisitTypes
from utility.orders.seeding import SeedBooks, change_table, order_table, seed_books, seeded, story
from utility.orders.values import Draft, WorkOrder
from utility.seed.file import Section, moment, shifted
from utility.seed.table import Row, Table

_SLOT_COLUMNS = (
    "slot_id", "region_id", "day", "period", "starts_at", "ends_at", "capacity", "taken_before", "booked", "status",
    "note",
)  # fmt: skip
# The file names the day a number was given, not the hour: the office's first.
_FILED_AT = timedelta(hours=9)
_SEEDED_BY = "system:seed"


@dataclass(frozen=True)
class _Books:
    """What the rows are made with."""

    orders: SeedBooks
    table: SlotTable
    types: VisitTypes
    rules: AppointmentRules
    regions: Mapping[str, Section]
    accounts: Mapping[str, Section]
    now: datetime


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the work orders of appointments, half days, appointments."""
    books = _books(city, now)
    slots = {slot.slot_id: slot for slot in _slots(city, books)}
    made = [(row, _order(row, books), _slot_of(row, books)) for row in city["appointments"]]
    for _, _, slot in made:
        slots.setdefault(slot.slot_id, slot)
    yield order_table(order for _, order, _ in made)
    lines = ((order.order_no, line) for _, order, _ in made for line in story(books.orders, order, _SEEDED_BY))
    yield change_table(lines)
    counted = [
        _counted(slot, [order for _, order, its in made if its.slot_id == slot.slot_id]) for slot in slots.values()
    ]
    rows: list[Row] = [tuple(getattr(slot, name) for name in _SLOT_COLUMNS) for slot in counted]
    yield Table("appointment_slots", ", ".join(_SLOT_COLUMNS), rows)
    columns = "appointment_no, account_no, business_type, slot_id, change_until, result"
    yield Table("appointments", columns, [_appointment(row, slot, books) for row, _, slot in made])


def _books(city: Section, now: datetime) -> _Books:
    orders = seed_books(city, now)
    return _Books(
        orders=orders,
        table=read_slot_tables().at(now.date(), orders.regions).value,
        types=read_visit_types().at(now.date(), orders.regions).value,
        rules=read_rules(city["policy"]["appointment"]),
        regions={row["id"]: row for row in city["regions"]},
        accounts={row["account_no"]: row for row in city["accounts"]},
        now=now,
    )


def _slots(city: Section, books: _Books) -> Iterator[Slot]:
    for row in city["appointment_slots"]:
        starts = shifted(f"{row['offset_from_now']}@{row['hours'][:5]}", books.now)
        slot = _slot_at(row["region"], starts, books)
        yield replace(slot, capacity=row["capacity"], taken_before=row["booked"], booked=row["booked"])


def _slot_of(row: Section, books: _Books) -> Slot:
    starts = moment(row["slot"], books.now) or books.now
    return _slot_at(row["region"], starts, books)


def _slot_at(region_id: str, starts: datetime, books: _Books) -> Slot:
    region = books.regions[region_id]
    return rules.new_slot(
        region_id, region["name"], starts.date(), _period(starts, books), books.table.capacity[region["kind"]]
    )


def _period(starts: datetime, books: _Books) -> Period:
    return next(period for period in books.table.periods if period.since == starts.time())


def _counted(slot: Slot, orders: list[WorkOrder]) -> Slot:
    """Tells the file's bookings apart: what its appointments take, and what was promised before."""
    ours = sum(1 for order in orders if order.side_state != CANCELLED)
    booked = max(slot.booked, ours)
    return replace(slot, taken_before=booked - ours, booked=booked)


def _order(row: Section, books: _Books) -> WorkOrder:
    account = books.accounts[row["account_no"]]
    starts = moment(row["slot"], books.now) or books.now
    filed = min(_filed(row, books), books.now)
    draft = Draft(
        kind="appointment",
        owner=books.types.known[row["business_type"]].visitor,
        type=row["business_type"],
        subject=f"appointment:{row['business_type']}",
        account_no=row["account_no"],
        contact_phone=row["contact_phone"],
        region_id=row["region"],
        area_id=account["transformer_area"],
        filed_at=filed,
    )
    number = row["appointment_no"]
    if row["status"] == "done":
        known = {"state": "done", "closed_at": starts, "resolved_at": starts, "confirmed": True}
        return seeded(books.orders, number, draft, books.now, resolution_code=row["result"], **known)
    if row["status"] == CANCELLED:
        ended = {"side_state": CANCELLED, "resolution_code": CANCELLED, "closed_at": filed}
        return seeded(books.orders, number, draft, books.now, **ended)
    return seeded(books.orders, number, draft, books.now)


def _filed(row: Section, books: _Books) -> datetime:
    """The number names the day it was given; at another now it moves with the visit."""
    written = datetime.strptime(row["appointment_no"][1:7], "%y%m%d").replace(tzinfo=SHANGHAI)
    visit = datetime.fromisoformat(row["slot"]["at"])
    starts = moment(row["slot"], books.now) or books.now
    return written + _FILED_AT + (starts - visit)


def _appointment(row: Section, slot: Slot, books: _Books) -> Row:
    until = rules.change_until(slot, books.rules)
    return (row["appointment_no"], row["account_no"], row["business_type"], slot.slot_id, until, row.get("result", ""))
