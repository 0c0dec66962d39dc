"""Cases and orders of the fake company: the same pure rules over dictionaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from backend.errors import Conflict, NotAllowed, NotFound
from runtime.clock import SHANGHAI, Clock
from tests.fakes.backend.city import City, read_once
from utility.accounts.values import Account, Person
from utility.actors import Actor, customer, system
from utility.cases import rules as case_rules
from utility.cases import wire as show_case
from utility.cases.rulebook import CaseRules, CaseType, read_case_rules
from utility.cases.values import Facts, Filing, Taken
from utility.counter.shown import Json
from utility.errors import Clash
from utility.orders import rules, wire
from utility.orders.clock import overdue, set_clock
from utility.orders.opening import new_order
from utility.orders.policy import parse_order_policy
from utility.orders.seeding import SeedBooks, seed_books
from utility.orders.values import Change, Draft, Urge, WorkOrder
from utility.orders.worktime import due
from utility.outages.rules import count_frequent


class CaseBooks:
    """Takes cases, keeps orders and their timelines."""

    def __init__(self, city: City, clock: Clock) -> None:
        self._city = city
        self._clock = clock
        self._books, self._cases = _tables(clock.now().date())
        self._policy = parse_order_policy(read_once()["policy"])
        self._kept: dict[str, tuple[object, Json]] = {}
        self.orders: dict[str, WorkOrder] = dict(city.work_orders)
        self.changes: dict[str, list[Change]] = {no: list(lines) for no, lines in city.order_changes.items()}

    def once(self, key: str, request: object, work: Any) -> Json:
        """The same key gives the same answer."""
        if key not in self._kept:
            self._kept[key] = (request, _answered(work))
        if self._kept[key][0] != request:
            raise Conflict("idempotency.mismatch")
        return self._kept[key][1]

    def file(self, person: Person, filing: Filing, bound: list[str]) -> Json:
        """Files a case."""
        asked = case_rules.type_of(self._cases, filing)
        case_rules.check_account(asked, filing)
        if filing.account_no and filing.account_no not in bound:
            raise NotAllowed("account.not_bound")
        account = self._city.accounts[filing.account_no] if filing.account_no else None
        facts = self._facts(asked, account)
        taken, why = case_rules.taken_as(self._cases, asked, facts)
        area = self._city.areas[account.area_id] if account else None
        draft = case_rules.draft_of(self._cases, self._books.rules, taken, person, filing, account, area, {})
        self._check_matter(draft)
        order = self._open(draft, customer(person.channel, person.user_id))
        now = self._clock.now()
        moved = rules.advance(self._books.rules, self._books.calendar, order, "dispatched", system("cases"), now)
        self._write(order, moved, system("cases"), "advanced")
        return show_case.taken(Taken(moved, asked.kind, asked.name, why, facts), self.shown(moved.order_no))

    def listed(self, person: Person, wanted: list[str], open_only: bool) -> list[Json]:
        """Lists a person's orders, newest first."""
        found = [
            order
            for order in self.orders.values()
            if order.kind != "urge" and (order.open or not open_only) and self._theirs(order, person, wanted)
        ]
        found.sort(key=lambda order: (order.filed_at, order.order_no), reverse=True)
        return [wire.summary(order, self._by()) for order in found]

    def own(self, person: Person, order_no: str, bound: list[str]) -> WorkOrder:
        """Finds an order of this person."""
        order = self.orders.get(order_no)
        if order is None or not self._theirs(order, person, bound):
            raise NotFound("order.unknown")
        return order

    def shown(self, order_no: str) -> Json:
        """Shows an order to the customer."""
        urges = sum(1 for other in self.orders.values() if other.kind == "urge" and other.parent_no == order_no)
        return wire.own(self.orders[order_no], self.changes.get(order_no, []), urges, self._by())

    def urge(self, order: WorkOrder, person: Person, note: str, risk: bool) -> Json:
        """Urges an order."""
        rules.check_open(order)
        if order.resolution_code:
            raise Clash("order.resolved", "The order has its reply.")
        now, actor = self._clock.now(), customer(person.channel, person.user_id)
        told = [
            other.filed_at
            for other in self.orders.values()
            if other.parent_no == order.order_no and other.side_state is None
            and (other.kind, other.channel, other.channel_user) == ("urge", person.channel, person.user_id)
        ]  # fmt: skip
        dispatched = risk or not told or now - max(told) >= self._policy.urge_gap
        draft = Draft(
            "urge",
            order.owner,
            channel=person.channel,
            channel_user=person.user_id,
            parent_no=order.order_no,
            filed_at=now,
        )
        opened = self._open(draft, actor)
        if not dispatched:
            done = replace(opened, side_state="recorded", resolution_code="recorded", closed_at=now)
            self._write(opened, done, actor, "recorded")
        self._write(order, order, actor, "urged", note)
        since = now if dispatched else max(told)
        return wire.urge(Urge(opened.order_no, order.order_no, dispatched, now, since + self._policy.urge_gap))

    def confirm(self, order: WorkOrder, person: Person, satisfied: bool, note: str) -> Json:
        """Keeps the customer's word."""
        new = rules.confirm(self._books.rules, self._books.calendar, order, satisfied, self._clock.now())
        actor = customer(person.channel, person.user_id)
        return self._write(order, new, actor, "confirmed" if satisfied else "disputed", note)

    def rate(self, order: WorkOrder, person: Person, rating: int) -> Json:
        """Keeps the customer's rating."""
        new = rules.rate(order, rating)
        return self._write(order, new, customer(person.channel, person.user_id), "rated")

    def withdraw(self, order: WorkOrder, person: Person, note: str) -> Json:
        """Takes a case back."""
        actor = customer(person.channel, person.user_id)
        now = self._clock.now()
        new = rules.suspend(self._books.rules, self._books.calendar, order, "withdrawn", actor, now)
        return self._write(order, new, actor, "ended", note)

    def _open(self, draft: Draft, actor: Actor) -> WorkOrder:
        now, kind = draft.filed_at or self._clock.now(), self._books.rules.kinds[draft.kind]
        limit, contact = self._books.limit(kind.limit, now), self._books.limit(kind.contact, now)
        letter = self._policy.letters.get(kind.number, kind.letter)
        number = self._city.numbers[letter, now.date()] = self._city.numbers.get((letter, now.date()), 0) + 1
        contact_by = due(self._books.calendar, contact, now) if contact else None
        fresh = new_order(f"{letter}{now:%y%m%d}{number:05d}", kind, draft, now, limit=limit, contact_by=contact_by)
        order = set_clock(self._books.rules, self._books.calendar, fresh, now)
        self._write(None, order, actor, "opened")
        return order

    def _write(self, old: WorkOrder | None, new: WorkOrder, actor: Actor, what: str, note: str = "") -> Json:
        self.orders[new.order_no] = new
        lines = self.changes.setdefault(new.order_no, [])
        before = old.status if old else ""
        lines.append(Change(len(lines) + 1, self._clock.now(), str(actor), what, before, new.status, note))
        return self.shown(new.order_no)

    def _check_matter(self, draft: Draft) -> None:
        for other in self.orders.values():
            same = (other.account_no, other.subject) == (draft.account_no, draft.subject)
            person = (other.channel, other.channel_user) == (draft.channel, draft.channel_user)
            if draft.subject and other.open and same and (draft.account_no or person):
                raise Conflict("case.already_open", order_no=other.order_no, status=other.status)

    def _facts(self, asked: CaseType, account: Account | None) -> Facts:
        now = self._clock.now()
        if account is None:
            return Facts()
        if asked.matter == case_rules.FREQUENT:
            outages = [o for o in self._city.faults.outages.values() if o.touches(account.area_id, account.building)]
            counted = count_frequent(outages, self._city.faults.outage_rules.frequent, now)
            return Facts(counted.counted, counted.frequent, counted.since, self._line_told(account, asked.matter, now))
        mine = [order for order in self.orders.values() if order.account_no == account.account_no and order.open]
        late = [o.order_no for o in mine if o.kind == "application" and overdue(self._books.calendar, o, now)]
        return Facts(late_applications=tuple(late) if asked.rule == case_rules.LATE else ())

    def _line_told(self, account: Account, matter: str, now: datetime) -> str:
        line = self._city.areas[account.area_id].line_id
        since = now - timedelta(hours=self._cases.same_line_hours)
        told = [
            order.order_no
            for order in self.orders.values()
            if (order.kind, order.subject) == ("complaint", matter)
            and order.filed_at >= since and order.area_id and self._city.areas[order.area_id].line_id == line
        ]  # fmt: skip
        return told[-1] if told else ""

    def _theirs(self, order: WorkOrder, person: Person, account_nos: list[str]) -> bool:
        if (order.channel, order.channel_user) == (person.channel, person.user_id):
            return True
        return order.account_no in account_nos and not rules.secret(self._books.rules, order)

    def _by(self) -> wire.Shown:
        return wire.Shown(self._books.rules, self._books.calendar, self._clock.now())


@lru_cache(maxsize=4)
def _tables(day: date) -> tuple[SeedBooks, CaseRules]:
    books = seed_books(read_once(), datetime.combine(day, time(12), SHANGHAI))
    return books, read_case_rules().at(day, books.regions).value


def _answered(work: Any) -> Json:
    try:
        content: Json = work()
    except Clash as refused:
        raise Conflict(refused.reason, refused.detail, **refused.fields) from refused
    return content
