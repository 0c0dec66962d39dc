"""Asks the utility about appointments over its REST interface."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from backend.http.client import Client, part
from backend.models import Appointment, AppointmentPage, AppointmentSlot, Booking
from backend.wire import appointments as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class AppointmentsClient(Client):
    """The calls about appointments over HTTP."""

    async def appointment_slots(
        self, account_no: str, business_type: str, user: ChannelUser, *, wanted: date | None = None
    ) -> list[AppointmentSlot]:
        """See base class."""
        query = {"account_no": account_no, "business_type": business_type}
        if wanted:
            query["from"] = wanted.isoformat()
        return read_list(wire.slot, "slots", await self._get("/appointment-slots", user, query=query))

    async def book_appointment(self, booking: Booking, user: ChannelUser, *, idempotency_key: str) -> Appointment:
        """See base class."""
        body = wire.booking_body(booking)
        return read(wire.appointment, await self._write("POST", "/appointments", user, body, key=idempotency_key))

    async def move_appointment(
        self, appointment_no: str, slot_id: str, user: ChannelUser, *, idempotency_key: str
    ) -> Appointment:
        """See base class."""
        path = f"/appointments/{part(appointment_no)}/moves"
        return read(wire.appointment, await self._write("POST", path, user, {"slot_id": slot_id}, key=idempotency_key))

    async def cancel_appointment(
        self, appointment_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> Appointment:
        """See base class."""
        path = f"/appointments/{part(appointment_no)}/cancellations"
        return read(wire.appointment, await self._write("POST", path, user, {"note": note}, key=idempotency_key))

    async def appointment(self, appointment_no: str, user: ChannelUser) -> Appointment:
        """See base class."""
        return read(wire.appointment, await self._get(f"/appointments/{part(appointment_no)}", user))

    async def appointments(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, active_only: bool = True, cursor: str = ""
    ) -> AppointmentPage:
        """See base class."""
        query = {"state": "active" if active_only else "all"}
        if account_nos:
            query["account_no"] = ",".join(account_nos)
        if cursor:
            query["cursor"] = cursor
        return read(wire.appointment_page, await self._get("/appointments", user, query=query))
