"""Fault orders of the fake company: the same rules of joining, growing and merging, over dictionaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.errors import Conflict, NotFound
from backend.models import FaultReport
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.city import City
from utility.errors import Refusal
from utility.faults.merging import (
    Tally,
    agrees,
    agrees_dark,
    dark_buildings,
    grows,
    in_window,
    is_event,
    scope_of,
    tally,
)
from utility.faults.sites import Site, site_of_account, site_of_text
from utility.faults.values import FINISHED, Dark, FaultOrder
from utility.faults.values import FaultReport as Told
from utility.outages.values import Fact, Outage, Step

NEXT_WORD = timedelta(hours=2)


class FaultBooks:
    """Takes reports and reads orders."""

    def __init__(self, city: City, clock: Clock) -> None:
        self._city = city
        self._known = city.faults
        self._clock = clock
        self._keys: dict[str, tuple[object, str]] = {}

    def outages_of(self, area_id: str) -> list[Outage]:
        """Lists what runs or is still to come."""
        now = self._clock.now()
        found = [
            outage
            for outage in self._known.outages.values()
            if area_id in outage.dark_areas and not outage.over and (outage.ends is None or outage.ends > now)
        ]
        return sorted(found, key=lambda outage: (outage.started or outage.planned_from or now, outage.outage_no))

    def read(self, order_no: str, user: ChannelUser, bound: list[str], phone: str = "") -> FaultOrder:
        """Reads an order of this person."""
        order = self._known.orders.get(order_no)
        if order is None:
            raise NotFound("order.unknown")
        if (order.channel, order.channel_user) == (user.channel.value, user.user_id) or order.account_no in bound:
            return self.as_known(order)
        if phone and phone in (order.phone, order.contact_phone):
            return replace(self.as_known(order), account_no=None)
        raise NotFound("order.unknown")

    def open_orders(self, user: ChannelUser, account_nos: list[str]) -> list[FaultOrder]:
        """Lists open orders, newest first."""
        found = [
            self.as_known(order)
            for order in self._known.orders.values()
            if self.is_open(order)
            and ((order.channel, order.channel_user) == (user.channel.value, user.user_id)
                 or order.account_no in account_nos)
        ]  # fmt: skip
        return sorted(found, key=lambda order: (order.reported, order.order_no), reverse=True)

    def is_open(self, order: FaultOrder) -> bool:
        """Tells whether power is still to come back for an order."""
        if order.status != "merged":
            return order.status not in FINISHED
        if order.outage_no:
            event = self._known.outages[order.outage_no]
            return not event.over and order.area_id not in event.restored_areas
        return order.parent_no is not None and self._known.orders[order.parent_no].status not in FINISHED

    def as_known(self, order: FaultOrder) -> FaultOrder:
        """Reads an order with what is known now: the event's estimate comes before its own."""
        eta = self._known.outages[order.outage_no].eta if order.outage_no else None
        return replace(order, eta=eta or order.eta, open=self.is_open(order))

    def once(self, key: str, what: object, order_no: str = "") -> str:
        """Returns the order that this key made or changed before; empty when the key is new."""
        before, number = self._keys.get(key, (what, ""))
        if before != what:
            raise Conflict("idempotency.mismatch")
        if order_no:
            self._keys[key] = what, order_no
        return number

    def report(self, report: FaultReport, key: str) -> FaultOrder:
        """Files a fault."""
        order_no = self.once(key, report) or self._file(report)
        self.once(key, report, order_no)
        return self.as_known(self._known.orders[order_no])

    def number(self, letter: str) -> str:
        """Takes the next ticket number."""
        now = self._clock.now()
        key = letter, now.date()
        self._city.numbers[key] = self._city.numbers.get(key, 0) + 1
        return f"{letter}{now:%y%m%d}{self._city.numbers[key]:05d}"

    def _file(self, report: FaultReport) -> str:
        site = self._site(report)
        alone = bool(report.danger_sign) or not site.key
        again = None if alone else self._again(report, site)
        if again:
            return again.order_no
        event = None if alone else self._event(report, site)
        main = None if alone or event else self._first(site, report)
        order = self._draft(report, site, event, main)
        self._known.orders[order.order_no] = order
        if main and site.area:
            self._raise_event(main, site)
        elif event and site.area and not event.covers(site.area.area_id, site.building):
            self._grow(event)
        return order.order_no

    def _site(self, report: FaultReport) -> Site:
        try:
            if report.account_no:
                account = self._city.accounts.get(report.account_no)
                area = self._city.areas[account.area_id] if account else None
                return site_of_account(account, area, self._known.stairs.get(report.account_no, ""))
            if report.area_id and report.area_id not in self._city.areas:
                raise NotFound("area.unknown")
            told = Told(report.severity, address=report.address)
            return site_of_text(self._city.gazetteer, told, self._city.areas.get(report.area_id))
        except Refusal as refusal:
            raise (NotFound if refusal.status == 404 else Conflict)(refusal.reason) from refusal

    def _again(self, report: FaultReport, site: Site) -> FaultOrder | None:
        for order in sorted(self._known.orders.values(), key=lambda order: order.reported, reverse=True):
            same_place = site.area is not None and (order.area_id, order.building) == (site.area.area_id, site.building)
            same_person = (order.channel, order.channel_user) == (report.channel, report.channel_user)
            mine = same_person and same_place and not order.account_no
            same = order.account_no == site.account_no if site.account_no else mine
            if same and self.is_open(order):
                return order
        return None

    def _event(self, report: FaultReport, site: Site) -> Outage | None:
        now, dark = self._clock.now(), self._known.fault_rules.dark
        for event in self.outages_of(site.area.area_id) if site.area else []:
            reached = event.covers(site.area.area_id, site.building) if site.area else False
            main = self._known.orders.get(event.main_order_no or "")
            symptom = main.symptom if main else dark[0]
            if event.runs(now) and (reached or grows(event)) and agrees_dark(symptom, report.symptom, dark):
                return event
        return None

    def _group(self, main_no: str) -> list[FaultOrder]:
        found = [o for o in self._known.orders.values() if main_no in (o.order_no, o.parent_no)]
        return sorted(found, key=lambda order: order.reported)

    def _tally(self, main_no: str) -> Tally:
        homes = {}
        for order in self._group(main_no):
            home = order.account_no or f"{order.channel}:{order.channel_user}"
            stair = self._known.stairs.get(order.account_no or "", "")
            homes.setdefault(home, Dark(order.area_id or "", order.building, stair, 1))
        return tally(homes.values())

    def _first(self, site: Site, report: FaultReport) -> FaultOrder | None:
        now, window = self._clock.now(), self._city.policy.fault_merge.window
        for order in self._known.orders.values():
            leads = not order.parent_no and not order.outage_no and not order.danger_sign and self.is_open(order)
            here = site.area is not None and order.area_id == site.area.area_id
            if not leads or not here or not agrees(order.symptom, report.symptom):
                continue
            if in_window(self._group(order.order_no)[-1].reported, now, window):
                return order
        return None

    def _draft(self, report: FaultReport, site: Site, event: Outage | None, main: FaultOrder | None) -> FaultOrder:
        now, area = self._clock.now(), site.area
        parent_no = event.main_order_no if event else main.order_no if main else None
        merged = bool(event or main)
        promise = now + timedelta(minutes=area.arrive_minutes) if area and not merged else None
        arrive_by = main.arrive_by if main else promise
        account = self._city.accounts.get(site.account_no or "")
        community = f"{area.region}{area.street}{area.estate}" if area else ""
        return FaultOrder(
            order_no=f"{parent_no}-{len(self._group(parent_no)):02d}" if parent_no else self.number("F"),
            parent_no=parent_no,
            outage_no=event.outage_no if event else None,
            account_no=site.account_no,
            area_id=area.area_id if area else None,
            building=site.building,
            community=f"{account.city}{community}" if account else community,
            phone=report.phone,
            contact_phone=account.contact_phone if account else "",
            channel=report.channel,
            channel_user=report.channel_user,
            status="merged" if merged else "reported",
            severity=self._known.fault_rules.severity(report.severity, report.danger_sign, site.tags),
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

    def _raise_event(self, main: FaultOrder, site: Site) -> None:
        counted, rules = self._tally(main.order_no), self._city.policy.fault_merge
        if not is_event(counted, rules):
            return
        now, outage_no = self._clock.now(), self.number("E")
        scope = scope_of(counted, rules)
        times = {"eta": None, "eta_said_at": None, "planned_from": None, "planned_to": None, "restored": None}
        self._known.outages[outage_no] = Outage(
            outage_no, "fault", "reported", counted.areas, "", main.crew, main.order_no, started=main.reported,
            next_update_by=now + NEXT_WORD, line_id=site.line_id, scope=scope, homes=counted.homes,
            buildings=dark_buildings(counted, scope), **times,
        )  # fmt: skip
        self._known.steps[outage_no] = [Step("reported", now, "", "system:faults")]
        self._known.facts[outage_no] = [Fact("status", "reported", now, "system:faults")]
        for order in self._group(main.order_no):
            self._known.orders[order.order_no] = replace(order, outage_no=outage_no)

    def _grow(self, event: Outage) -> None:
        counted, rules = self._tally(event.main_order_no or ""), self._city.policy.fault_merge
        scope = scope_of(counted, rules)
        self._known.outages[event.outage_no] = replace(
            event, area_ids=counted.areas, buildings=dark_buildings(counted, scope), scope=scope, homes=counted.homes
        )
