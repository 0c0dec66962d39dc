"""The fake company, part appointments: the company's own rules over dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from backend.errors import NotFound
from backend.models import Appointment as ShownAppointment
from backend.models import AppointmentPage, AppointmentSlot, Booking
from backend.wire import appointments as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.city import read_once
from tests.fakes.backend.company import FakeCompany
from tests.fakes.backend.kept import KeptAnswers, refusals
from utility.appointments import rules, seed, tables
from utility.appointments import wire as show
from utility.appointments.values import Appointment, Slot
from utility.errors import Clash, NotKnown
from utility.orders.worktime import read_calendar
from utility.regions import regions_of
from utility.seed.file import fixed_now


class FakeAppointments(FakeCompany):
    """The calls about appointments."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        city = read_once()
        stands = now or fixed_now(city)
        regions = regions_of(city["utility"]["province_table"])
        self._visit_types = tables.read_visit_types().at(stands.date(), regions).value
        self._visit_calendar = read_calendar(city["holidays"])
        self._visit_keys = KeptAnswers()
        self._visit_slots, self._visits = _seeded(city, stands)

    async def appointment_slots(
        self, account_no: str, business_type: str, user: ChannelUser, *, wanted: date | None = None
    ) -> list[AppointmentSlot]:
        """See base class."""
        self._called("appointment_slots")
        account = self._access(account_no, user)
        with refusals():
            rules.visit_type(self._visit_types, business_type, residential=account.residential)
        return [read.slot(show.slot(slot)) for slot in self._visit_offers(account.region, wanted)]

    async def book_appointment(self, booking: Booking, user: ChannelUser, *, idempotency_key: str) -> ShownAppointment:
        """See base class."""
        self._called("book_appointment")
        return self._visit_keys.once(idempotency_key, (booking, user), lambda: self._visit_book(booking, user))

    async def move_appointment(
        self, appointment_no: str, slot_id: str, user: ChannelUser, *, idempotency_key: str
    ) -> ShownAppointment:
        """See base class."""
        self._called("move_appointment")
        asked = (appointment_no, slot_id, user)
        return self._visit_keys.once(idempotency_key, asked, lambda: self._visit_move(appointment_no, slot_id, user))

    async def cancel_appointment(
        self, appointment_no: str, user: ChannelUser, *, note: str = "", idempotency_key: str
    ) -> ShownAppointment:
        """See base class."""
        self._called("cancel_appointment")
        return self._visit_keys.once(
            idempotency_key, (appointment_no, user), lambda: self._visit_cancel(appointment_no, user)
        )

    async def appointment(self, appointment_no: str, user: ChannelUser) -> ShownAppointment:
        """See base class."""
        self._called("appointment")
        return self._visit_shown(self._visit_of(appointment_no, user))

    async def appointments(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, active_only: bool = True, cursor: str = ""
    ) -> AppointmentPage:
        """See base class."""
        self._called("appointments")
        bound = self._bound_nos(user)
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        found = [v for v in self._visits.values() if v.account_no in wanted and (v.active or not active_only)]
        newest = sorted(found, key=lambda v: (v.slot.starts_at, v.appointment_no), reverse=True)
        return AppointmentPage(tuple(self._visit_shown(visit) for visit in newest), None)

    def _visit_offers(self, region: str, wanted: date | None) -> list[Slot]:
        now, settings = self._clock.now(), self._city.policy.appointment
        window = rules.offer_window(settings, self._visit_calendar, now, wanted)
        return rules.offers([s for s in self._visit_slots.values() if s.region == region], settings, window, now)

    def _visit_book(self, booking: Booking, user: ChannelUser) -> ShownAppointment:
        account = self._access(booking.account_no, user)
        rules.visit_type(self._visit_types, booking.business_type, residential=account.residential)
        for visit in self._visits.values():
            same = (visit.account_no, visit.business_type) == (booking.account_no, booking.business_type)
            if visit.active and same:
                raise Clash("appointment.already_booked", "", order_no=visit.appointment_no)
        slot, now = self._visit_take(booking.slot_id, account.region), self._clock.now()
        key = "A", now.date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        visit = Appointment(
            appointment_no=f"A{now:%y%m%d}{self._city.numbers[key]:05d}",
            account_no=account.account_no,
            business_type=booking.business_type,
            status="booked",
            active=True,
            slot=slot,
            contact_phone=booking.contact_phone or account.contact_phone,
            change_until=rules.change_until(slot, self._city.policy.appointment),
            result="",
            moves=0,
            note=booking.note,
            filed_at=now,
        )
        return self._visit_keep(visit)

    def _visit_move(self, appointment_no: str, slot_id: str, user: ChannelUser) -> ShownAppointment:
        visit = self._visit_of(appointment_no, user)
        rules.check_changeable(visit, self._clock.now())
        if slot_id == visit.slot.slot_id:
            raise Clash("appointment.same_slot", "")
        slot = self._visit_take(slot_id, visit.slot.region)
        self._visit_give_back(visit)
        until = rules.change_until(slot, self._city.policy.appointment)
        return self._visit_keep(replace(visit, slot=slot, change_until=until, moves=visit.moves + 1))

    def _visit_cancel(self, appointment_no: str, user: ChannelUser) -> ShownAppointment:
        visit = self._visit_of(appointment_no, user)
        rules.check_changeable(visit, self._clock.now())
        self._visit_give_back(visit)
        return self._visit_keep(replace(visit, status="cancelled", active=False))

    def _visit_take(self, slot_id: str, region: str) -> Slot:
        slot = self._visit_slots.get(slot_id)
        if slot is None:
            raise NotKnown("slot.unknown", "")
        if slot.region != region:
            raise Clash("slot.elsewhere", "", region=slot.region)
        try:
            rules.check_bookable(slot, self._clock.now())
        except Clash as refused:
            free = [show.slot(offer) for offer in self._visit_offers(region, None)]
            names = [{name: one[name] for name in ("slot_id", "day", "period", "starts")} for one in free]
            raise Clash(refused.reason, refused.detail, alternatives=names) from refused
        self._visit_slots[slot_id] = replace(slot, booked=slot.booked + 1)
        return self._visit_slots[slot_id]

    def _visit_give_back(self, visit: Appointment) -> None:
        slot = self._visit_slots[visit.slot.slot_id]
        self._visit_slots[slot.slot_id] = replace(slot, booked=slot.booked - 1)

    def _visit_of(self, appointment_no: str, user: ChannelUser) -> Appointment:
        visit = self._visits.get(appointment_no)
        if visit is None or visit.account_no not in self._bound_nos(user):
            raise NotFound("appointment.unknown")
        return visit

    def _visit_keep(self, visit: Appointment) -> ShownAppointment:
        self._visits[visit.appointment_no] = visit
        return self._visit_shown(visit)

    def _visit_shown(self, visit: Appointment) -> ShownAppointment:
        now = replace(visit, slot=self._visit_slots[visit.slot.slot_id])
        return read.appointment(show.appointment(now, self._visit_types))


def _seeded(city: dict[str, Any], now: datetime) -> tuple[dict[str, Slot], dict[str, Appointment]]:
    rows = {
        table.name: [dict(zip(table.columns.split(", "), row, strict=True)) for row in table.rows]
        for table in seed.tables(city, now)
    }
    names = {region["id"]: region["name"] for region in city["regions"]}
    slots = {row["slot_id"]: Slot(**row, region=names[row["region_id"]]) for row in rows["appointment_slots"]}
    orders = {row["order_no"]: row for row in rows["work_orders"]}
    visits = {}
    for row in rows["appointments"]:
        order = orders[row["appointment_no"]]
        known = {
            name: row[name] for name in ("appointment_no", "account_no", "business_type", "change_until", "result")
        }
        visits[row["appointment_no"]] = Appointment(
            **known,
            status=order["side_state"] or order["state"],
            active=order["closed_at"] is None,
            slot=slots[row["slot_id"]],
            contact_phone=order["contact_phone"],
            moves=0,
            note=order["text"],
            filed_at=order["filed_at"],
        )
    return slots, visits
