"""Half days and what may be done with them: drawn, offered, booked, changed. Pure: the caller says when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from runtime.clock import SHANGHAI
from utility.appointments.values import (
    Appointment,
    AppointmentRules,
    Period,
    Slot,
    SlotStatus,
    SlotTable,
    VisitType,
    VisitTypes,
)
from utility.errors import Clash, NotKnown
from utility.orders.worktime import Calendar, workdays

_DAY = timedelta(days=1)


def slot_id_of(region_id: str, day: date, period_id: str) -> str:
    """Names a half day."""
    return f"{region_id}-{day:%Y%m%d}-{period_id}"


def slot_named(slot_id: str, table: SlotTable) -> tuple[str, date, Period]:
    """Reads the name of a half day: its region, its day, its period.

    Raises:
        NotKnown: `slot.unknown`, no half day can have that name.
    """
    region_id, _, rest = slot_id.partition("-")
    written, _, period_id = rest.partition("-")
    period = next((period for period in table.periods if period.period_id == period_id), None)
    day = _day(written)
    if period is None or day is None:
        raise NotKnown("slot.unknown", "There is no such half day.")
    return region_id, day, period


def new_slot(region_id: str, region: str, day: date, period: Period, capacity: int) -> Slot:
    """Makes an open half day without bookings."""
    return Slot(
        slot_id=slot_id_of(region_id, day, period.period_id),
        region_id=region_id,
        region=region,
        day=day,
        period=period.name,
        starts_at=datetime.combine(day, period.since, SHANGHAI),
        ends_at=datetime.combine(day, period.until, SHANGHAI),
        capacity=capacity,
        taken_before=0,
        booked=0,
        status=SlotStatus.OPEN,
    )


def drawn_days(table: SlotTable, calendar: Calendar, today: date) -> list[date]:
    """Lists the days on which half days are laid open in advance: the next working days, never today."""
    return workdays(calendar, today + _DAY, table.ahead_workdays)


def drawn_slots(table: SlotTable, region_id: str, region: str, kind: str, days: Iterable[date]) -> Iterator[Slot]:
    """Draws the half days of a region; a kind of region without a capacity gets none."""
    capacity = table.capacity.get(kind, 0)
    if capacity:
        for day in days:
            yield from (new_slot(region_id, region, day, period, capacity) for period in table.periods)


def offer_window(rules: AppointmentRules, calendar: Calendar, now: datetime, wanted: date | None) -> tuple[date, date]:
    """Returns the first and the last day of what is offered: so many working days from tomorrow or a later wish on."""
    first = max(now.astimezone(SHANGHAI).date() + _DAY, wanted or date.min)
    return first, workdays(calendar, first, rules.within_workdays)[-1]


def offers(slots: Iterable[Slot], rules: AppointmentRules, window: tuple[date, date], now: datetime) -> list[Slot]:
    """Returns the half days to offer: open, not begun, not full, soonest first."""
    first, last = window
    fitting = [
        slot
        for slot in slots
        if slot.status is SlotStatus.OPEN and slot.free > 0 and slot.starts_at > now and first <= slot.day <= last
    ]
    return sorted(fitting, key=lambda slot: slot.starts_at)[: rules.offer_slots]


def check_bookable(slot: Slot, now: datetime) -> None:
    """Lets a booking through when the half day still takes one.

    Raises:
        Clash: `slot.past`, `slot.closed`, `slot.full`.
    """
    if slot.starts_at <= now:
        raise Clash("slot.past", "The half day has begun or is over.")
    if slot.status is SlotStatus.CLOSED:
        raise Clash("slot.closed", "The half day takes no bookings.")
    if slot.free <= 0:
        raise Clash("slot.full", "Every visit of the half day is taken.")


def check_active(appointment: Appointment) -> None:
    """Lets a change through when the visit is still to come.

    Raises:
        Clash: `appointment.not_active`.
    """
    if not appointment.active:
        raise Clash("appointment.not_active", "The appointment is done, missed or cancelled.", state=appointment.status)


def check_changeable(appointment: Appointment, now: datetime) -> None:
    """Lets the customer change it until the evening before.

    Raises:
        Clash: `appointment.not_active`, `appointment.fixed`.
    """
    check_active(appointment)
    if now > appointment.change_until:
        until = appointment.change_until.astimezone(SHANGHAI).isoformat()
        raise Clash("appointment.fixed", "It could be changed until the evening before.", change_until=until)


def check_over(appointment: Appointment, now: datetime) -> None:
    """Lets the outcome of a visit through when its half day has begun.

    Raises:
        Clash: `appointment.not_active`, `appointment.too_early`.
    """
    check_active(appointment)
    if now < appointment.slot.starts_at:
        raise Clash("appointment.too_early", "The half day of the visit has not begun.")


def visit_type(types: VisitTypes, name: str, *, residential: bool) -> VisitType:
    """Returns who comes for a kind of business.

    Raises:
        Clash: `appointment.no_visit` (nobody comes for that), `appointment.not_for_account`.
    """
    found = types.known.get(name)
    if found is None:
        raise Clash("appointment.no_visit", "Nobody comes for this kind of business, or it is not booked this way.")
    if found.customers not in ("any", "resident" if residential else "business"):
        raise Clash("appointment.not_for_account", "This kind of visit is not for this class of account.")
    return found


def change_until(slot: Slot, rules: AppointmentRules) -> datetime:
    """Returns until when the customer may change or cancel: a clock time of the day before."""
    return _evening_before(slot, rules.change_at)


def reminder_due(slot: Slot, table: SlotTable) -> datetime:
    """Returns when the customer is reminded: a clock time of the day before."""
    return _evening_before(slot, table.reminder_at)


def _evening_before(slot: Slot, at: time) -> datetime:
    return datetime.combine(slot.day - _DAY, at, SHANGHAI)


def _day(written: str) -> date | None:
    try:
        return datetime.strptime(written, "%Y%m%d").date() if len(written) == 8 else None
    except ValueError:
        return None
