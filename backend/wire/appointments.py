"""How appointments look on the wire."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from backend.models import Appointment, AppointmentPage, AppointmentSlot, Booking, Visitor
from backend.wire.reading import Json


def slot(content: Json) -> AppointmentSlot:
    """Reads a half day."""
    return AppointmentSlot(
        slot_id=content["slot_id"],
        region=content["region"],
        day=date.fromisoformat(content["day"]),
        period=content["period"],
        starts=datetime.fromisoformat(content["starts"]),
        ends=datetime.fromisoformat(content["ends"]),
        free=content["free"],
    )


def appointment(content: Json) -> Appointment:
    """Reads an appointment."""
    same = (
        "appointment_no", "account_no", "business_type", "status", "active", "contact_phone_masked", "result", "moves",
        "note",
    )  # fmt: skip
    visitor = content["visitor"]
    return Appointment(
        **{name: content[name] for name in same},
        slot=slot(content["slot"]),
        change_until=datetime.fromisoformat(content["change_until"]),
        filed=datetime.fromisoformat(content["filed"]),
        visitor=Visitor(visitor["who"], visitor["shows_card"], visitor["takes_money"]),
    )


def appointment_page(content: Json) -> AppointmentPage:
    """Reads a page of appointments."""
    return AppointmentPage(tuple(appointment(one) for one in content["appointments"]), content["next_cursor"])


def booking_body(booking: Booking) -> dict[str, str]:
    """Writes a booking; what was not told is left out."""
    return {name: value for name, value in asdict(booking).items() if value}
