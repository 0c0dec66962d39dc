"""The fake company, part faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.errors import Conflict
from backend.models import FaultOrder, FaultReport, FaultUpdate, FaultUrge
from backend.wire import faults as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.outages import FakeOutages
from utility.faults import wire as show
from utility.faults.values import FaultOrder as BooksOrder
from utility.outages.values import Step

URGE_GAP = timedelta(minutes=5)


class FakeFaults(FakeOutages):
    """The calls about faults."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._urges: dict[str, FaultUrge] = {}
        self._urged: dict[tuple[str, str], datetime] = {}

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """See base class."""
        self._called("report_fault")
        return read.fault_order(show.fault_order(self._faults.report(report, idempotency_key)))

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """See base class."""
        self._called("fault_order")
        return read.fault_order(show.fault_order(self._order(order_no, user, phone)))

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """See base class."""
        self._called("open_fault_orders")
        bound = self._bound_nos(user)
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return [read.fault_order(show.fault_order(order)) for order in self._faults.open_orders(user, wanted)]

    async def fault_info_update(
        self, order_no: str, update: FaultUpdate, *, user: ChannelUser, idempotency_key: str
    ) -> FaultOrder:
        """See base class."""
        self._called("fault_info_update")
        order = self._order(order_no, user)
        if not self._faults.once(idempotency_key, (order_no, update)):
            if not order.open:
                raise Conflict("order.done")
            self._write(self._updated(order, update))
            self._faults.once(idempotency_key, (order_no, update), order_no)
        return read.fault_order(show.fault_order(self._order(order_no, user)))

    async def urge_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str, note: str = "") -> FaultUrge:
        """See base class."""
        self._called("urge_fault")
        order = self._order(order_no, user)
        if self._faults.once(idempotency_key, (order_no, note)):
            return self._urges[idempotency_key]
        target = order.parent_no if order.status == "merged" and order.parent_no else order.order_no
        if target in self._city.faults.replied:
            raise Conflict("order.closed" if order.status == "archived" else "order.resolved")
        urge = self._urge(target, user)
        self._urges[idempotency_key] = urge
        self._faults.once(idempotency_key, (order_no, note), order_no)
        return urge

    async def confirm_restored(
        self, order_no: str, restored: bool, *, user: ChannelUser, idempotency_key: str, note: str = ""
    ) -> FaultOrder:
        """See base class."""
        self._called("confirm_restored")
        order = self._order(order_no, user)
        if not self._faults.once(idempotency_key, (order_no, restored)):
            self._write(self._is_back(order) if restored else self._still_dark(order))
            self._faults.once(idempotency_key, (order_no, restored), order_no)
        return read.fault_order(show.fault_order(self._order(order_no, user)))

    async def close_own_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str) -> FaultOrder:
        """See base class."""
        self._called("close_own_fault")
        order = self._order(order_no, user)
        if not self._faults.once(idempotency_key, order_no):
            if order.status == "merged":
                raise Conflict("order.merged")
            if order.status == "archived":
                raise Conflict("order.closed")
            self._write(self._moved(order, "replied", "called_back", "archived"))
            self._city.faults.replied.add(order_no)
            self._faults.once(idempotency_key, order_no, order_no)
        return read.fault_order(show.fault_order(self._order(order_no, user)))

    def _order(self, order_no: str, user: ChannelUser, phone: str = "") -> BooksOrder:
        return self._faults.read(order_no, user, self._bound_nos(user), phone)

    def _write(self, order: BooksOrder) -> None:
        self._city.faults.orders[order.order_no] = order

    def _urge(self, target: str, user: ChannelUser) -> FaultUrge:
        now, who = self._clock.now(), (target, f"{user.channel.value}:{user.user_id}")
        last = self._urged.get(who)
        dispatched = last is None or now - last >= URGE_GAP
        since = now if dispatched or last is None else last
        self._urged[who] = since
        return FaultUrge(self._faults.number("U"), target, dispatched, since + URGE_GAP)

    def _updated(self, order: BooksOrder, update: FaultUpdate) -> BooksOrder:
        told = {name: value for name in ("scope", "symptom", "danger_sign") if (value := getattr(update, name))}
        order = replace(order, **told)
        if not update.danger_sign:
            return order
        order = replace(order, severity=self._city.faults.fault_rules.urgent)
        return self._alone(self._moved(order, "reported")) if order.status == "merged" else order

    def _is_back(self, order: BooksOrder) -> BooksOrder:
        if order.order_no in self._city.faults.replied and order.status != "archived":
            if order.status == "called_back":
                raise Conflict("order.confirmed")
            return self._moved(order, "called_back")
        alone = order.open and order.status != "merged" and not order.outage_no
        return self._moved(order, "restored") if alone else order

    def _still_dark(self, order: BooksOrder) -> BooksOrder:
        if order.open:
            return order
        if order.status == "called_back":
            raise Conflict("order.confirmed")
        self._city.faults.replied.discard(order.order_no)
        to = {"archived": "dispatched", "merged": "reported"}.get(order.status, "repairing")
        return self._alone(self._moved(order, to))

    def _alone(self, order: BooksOrder) -> BooksOrder:
        area = self._city.areas.get(order.area_id or "")
        promise = self._clock.now() + timedelta(minutes=area.arrive_minutes) if area else None
        minutes = area.arrive_minutes if area else None
        return replace(order, outage_no=None, eta=None, arrive_by=promise, arrive_minutes=minutes)

    def _moved(self, order: BooksOrder, *states: str) -> BooksOrder:
        now = self._clock.now()
        steps = tuple(Step(state, now) for state in states)
        return replace(order, status=states[-1], timeline=(*order.timeline, *steps))
