"""Fault orders of the fake company: the same rules of joining and merging, over dictionaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from backend.errors import Conflict, NotFound
from backend.models import FaultReport
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.city import City, as_known, is_open
from utility.faults.merging import is_event
from utility.faults.values import FaultOrder
from utility.grid.values import Area
from utility.outages.values import Outage, Step


class FaultBooks:
    """Takes reports and reads orders."""

    def __init__(self, city: City, clock: Clock) -> None:
        self._city = city
        self._clock = clock
        self._keys: dict[str, tuple[FaultReport, str]] = {}

    def outages_of(self, area_id: str) -> list[Outage]:
        """Lists what runs or is still to come."""
        now = self._clock.now()
        found = [
            outage
            for outage in self._city.outages.values()
            if area_id in outage.area_ids
            and outage.restored is None
            and (outage.planned_to is None or outage.planned_to > now)
        ]
        return sorted(found, key=lambda outage: (outage.started or outage.planned_from or now, outage.outage_no))

    def read(self, order_no: str, user: ChannelUser, bound: list[str], phone: str) -> FaultOrder:
        """Reads an order of this person."""
        order = self._city.orders.get(order_no)
        if order is None:
            raise NotFound("order.unknown")
        if (order.channel, order.channel_user) == (user.channel.value, user.user_id) or order.account_no in bound:
            return as_known(self._city, order)
        if phone and phone in (order.phone, order.contact_phone):
            return replace(as_known(self._city, order), account_no=None)
        raise NotFound("order.unknown")

    def open_orders(self, user: ChannelUser, account_nos: list[str]) -> list[FaultOrder]:
        """Lists open orders, newest first."""
        found = [
            as_known(self._city, order)
            for order in self._city.orders.values()
            if is_open(self._city, order)
            and ((order.channel, order.channel_user) == (user.channel.value, user.user_id)
                 or order.account_no in account_nos)
        ]  # fmt: skip
        return sorted(found, key=lambda order: (order.reported, order.order_no), reverse=True)

    def report(self, report: FaultReport, key: str) -> FaultOrder:
        """Files a fault."""
        if key in self._keys:
            before, order_no = self._keys[key]
            if before != report:
                raise Conflict("idempotency.mismatch")
            return as_known(self._city, self._city.orders[order_no])
        order_no = self._file(report)
        self._keys[key] = report, order_no
        return as_known(self._city, self._city.orders[order_no])

    def _file(self, report: FaultReport) -> str:
        area, building, community, account_no = self._site(report)
        alone = bool(report.danger_sign) or area is None
        again = None if alone else self._again(report, area, building, account_no)
        if again:
            return again.order_no
        now = self._clock.now()
        event = None if alone or area is None else self._running(area, now)
        main = None if alone or area is None or event else self._first(area, report, now)
        order = self._draft(report, area, building, community, account_no, event, main)
        self._city.orders[order.order_no] = order
        if main and area:
            self._raise_event(area, main, now)
        return order.order_no

    def _site(self, report: FaultReport) -> tuple[Area | None, str, str, str | None]:
        if report.account_no:
            account = self._city.accounts.get(report.account_no)
            if account is None or account.status == "closed":
                raise NotFound("account.unknown")
            if account.status == "cut_off":
                raise Conflict("account.cut_off")
            community = f"{account.city}{account.region}{account.street}{account.estate}"
            return self._city.areas[account.area_id], account.building, community, account.account_no
        places = self._city.gazetteer.find(report.address)
        if report.area_id:
            if report.area_id not in self._city.areas:
                raise NotFound("area.unknown")
            places = [place for place in places if place.area.area_id == report.area_id]
            area, building = self._city.areas[report.area_id], places[0].building if places else ""
        elif len(places) == 1:
            area, building = places[0].area, places[0].building
        else:
            return None, "", "", None
        return area, building, f"{area.region}{area.street}{area.estate}", None

    def _again(
        self, report: FaultReport, area: Area | None, building: str, account_no: str | None
    ) -> FaultOrder | None:
        for order in sorted(self._city.orders.values(), key=lambda order: order.reported, reverse=True):
            same_place = area is not None and (order.area_id, order.building) == (area.area_id, building)
            same_person = (order.channel, order.channel_user) == (report.channel, report.channel_user)
            same = order.account_no == account_no if account_no else same_person and same_place and not order.account_no
            if same and is_open(self._city, order):
                return order
        return None

    def _running(self, area: Area, now: datetime) -> Outage | None:
        return next((outage for outage in self.outages_of(area.area_id) if outage.runs(now)), None)

    def _group(self, main_no: str) -> list[FaultOrder]:
        found = [o for o in self._city.orders.values() if main_no in (o.order_no, o.parent_no)]
        return sorted(found, key=lambda order: order.reported)

    def _first(self, area: Area, report: FaultReport, now: datetime) -> FaultOrder | None:
        for order in self._city.orders.values():
            leads = order.area_id == area.area_id and not order.parent_no and not order.outage_no
            differs = bool(order.symptom and report.symptom) and order.symptom != report.symptom
            if order.danger_sign or differs or not leads or not is_open(self._city, order):
                continue
            if now - self._group(order.order_no)[-1].reported <= self._city.policy.fault_merge.window:
                return order
        return None

    def _draft(
        self,
        report: FaultReport,
        area: Area | None,
        building: str,
        community: str,
        account_no: str | None,
        event: Outage | None,
        main: FaultOrder | None,
    ) -> FaultOrder:
        now = self._clock.now()
        parent_no = event.main_order_no if event else main.order_no if main else None
        merged = bool(event or main)
        promise = now + timedelta(minutes=area.arrive_minutes) if area and not merged else None
        arrive_by = main.arrive_by if main else promise
        return FaultOrder(
            order_no=f"{parent_no}-{len(self._group(parent_no)):02d}" if parent_no else self._number("F", now),
            parent_no=parent_no,
            outage_no=event.outage_no if event else None,
            account_no=account_no,
            area_id=area.area_id if area else None,
            building=building,
            community=community,
            phone=report.phone,
            contact_phone=self._city.accounts[account_no].contact_phone if account_no else "",
            channel=report.channel,
            channel_user=report.channel_user,
            status="merged" if merged else "reported",
            severity=report.severity,
            scope=report.scope,
            symptom=report.symptom,
            danger_sign=report.danger_sign,
            crew=event.crew if event else "",
            reported=now,
            arrive_by=arrive_by,
            arrive_minutes=area.arrive_minutes if area and arrive_by else None,
            eta=None,
            open=True,
            timeline=tuple(Step(status, now) for status in (("reported", "merged") if merged else ("reported",))),
        )

    def _raise_event(self, area: Area, main: FaultOrder, now: datetime) -> None:
        group = self._group(main.order_no)
        if not is_event(group, self._city.policy.fault_merge):
            return
        outage_no = self._number("E", now)
        times = {"eta": None, "eta_said_at": None, "planned_from": None, "planned_to": None, "restored": None}
        self._city.outages[outage_no] = Outage(
            outage_no, "fault", "reported", (area.area_id,), "", main.crew, main.order_no,
            started=group[0].reported, next_update_by=now + timedelta(hours=2), **times,
        )  # fmt: skip
        for order in group:
            self._city.orders[order.order_no] = replace(order, outage_no=outage_no)

    def _number(self, letter: str, now: datetime) -> str:
        key = letter, now.date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        return f"{letter}{now:%y%m%d}{self._city.numbers[key]:05d}"
