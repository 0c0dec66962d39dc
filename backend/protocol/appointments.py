"""What is asked of a utility about appointments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from backend.models import Appointment, AppointmentPage, AppointmentSlot, Booking
from conversation.identity import ChannelUser


class Appointments(Protocol):
    """The calls about appointments."""

    async def appointment_slots(
        self, account_no: str, business_type: str, user: ChannelUser, *, wanted: date | None = None
    ) -> list[AppointmentSlot]:
        """Lists the half days offered for a visit, soonest first, from a wished day on.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `appointment.no_visit` (nobody comes for that), `appointment.not_for_account`.
        """

    async def book_appointment(self, booking: Booking, user: ChannelUser, *, idempotency_key: str) -> Appointment:
        """Promises a visit.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `slot.unknown`.
            Conflict: `appointment.already_booked` (field order_no), `appointment.no_visit`,
                `appointment.not_for_account`, `slot.full`, `slot.closed`, `slot.past` (field alternatives: what is free
                instead, each with slot_id, day, period, starts), `slot.elsewhere`, `idempotency.mismatch`.
        """

    async def move_appointment(
        self, appointment_no: str, slot_id: str, user: ChannelUser, *, idempotency_key: str
    ) -> Appointment:
        """Puts an appointment into another half day.

        Raises:
            NotFound: `appointment.unknown` (also when it is somebody else's), `slot.unknown`.
            Conflict: `appointment.not_active`, `appointment.fixed` (field change_until), `appointment.same_slot`, and
                those of a half day.
        """

    async def cancel_appointment(
        self, appointment_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> Appointment:
        """Cancels an appointment; its place is free at once.

        Raises:
            NotFound: `appointment.unknown` (also when it is somebody else's).
            Conflict: `appointment.not_active`, `appointment.fixed` (field change_until).
        """

    async def appointment(self, appointment_no: str, user: ChannelUser) -> Appointment:
        """Reads one appointment of this user.

        Raises:
            NotFound: `appointment.unknown` (also when it is somebody else's).
        """

    async def appointments(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, active_only: bool = True, cursor: str = ""
    ) -> AppointmentPage:
        """Lists the appointments of this user's accounts, the latest visit first; an account not bound is left out."""
