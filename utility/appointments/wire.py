"""How half days and appointments look outside: phones masked, who comes and by which rules."""

from __future__ import annotations

from runtime.privacy import mask_phone
from utility.appointments.values import Appointment, Slot, VisitType, VisitTypes
from utility.counter.shown import Json, shown_time


def slot(value: Slot) -> Json:
    """Shows a half day to a customer: when it is and how much is free, not who else comes."""
    return {
        "slot_id": value.slot_id,
        "region": value.region,
        "day": value.day.isoformat(),
        "period": value.period,
        "starts": shown_time(value.starts_at),
        "ends": shown_time(value.ends_at),
        "free": value.free,
    }


def slot_for_staff(value: Slot) -> Json:
    """Shows a half day to the staff."""
    return {
        **slot(value),
        "capacity": value.capacity,
        "booked": value.booked,
        "status": value.status.value,
        "note": value.note,
    }


def appointment(value: Appointment, types: VisitTypes) -> Json:
    """Shows an appointment."""
    kind = types.known.get(value.business_type)
    return {
        "appointment_no": value.appointment_no,
        "account_no": value.account_no,
        "business_type": value.business_type,
        "status": value.status,
        "active": value.active,
        "slot": slot(value.slot),
        "contact_phone_masked": mask_phone(value.contact_phone),
        "change_until": shown_time(value.change_until),
        "result": value.result,
        "moves": value.moves,
        "note": value.note,
        "filed": shown_time(value.filed_at),
        "visitor": _visitor(kind, types),
    }


def _visitor(kind: VisitType | None, types: VisitTypes) -> Json:
    return {
        "who": kind.visitor if kind else "",
        "shows_card": types.shows_card,
        "takes_money": types.takes_money,
    }
