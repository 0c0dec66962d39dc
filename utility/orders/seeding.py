"""Work orders of the demo city: from what its file says to rows with the clock the rules give; for every subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from utility.orders.clock import climbed, next_step, set_clock
from utility.orders.machine import OrderRules, read_order_rules
from utility.orders.opening import new_order
from utility.orders.standards import Standards, read_standards
from utility.orders.store import CHANGE_COLUMNS, COLUMNS, row_of
from utility.orders.values import NO_LIMIT, Change, Draft, WorkOrder
from utility.orders.worktime import Calendar, Limit, due, read_calendar
from utility.regions import regions_of
from utility.seed.file import Section
from utility.seed.table import Table


@dataclass(frozen=True)
class SeedBooks:
    """What the seed needs to set clocks: the same tables the running company reads."""

    standards: Standards
    rules: OrderRules
    calendar: Calendar
    regions: tuple[str, ...]

    def limit(self, name: str, filed: datetime) -> Limit | None:
        """Returns a published limit; an empty name or "-" is none."""
        if not name or name == NO_LIMIT:
            return None
        return self.standards.limit(name, filed.date(), self.regions)


def seed_books(city: Section, now: datetime) -> SeedBooks:
    """Reads the tables as they hold at `now`."""
    regions = regions_of(city["utility"]["province_table"])
    rules = read_order_rules().at(now.date(), regions).value
    return SeedBooks(read_standards(), rules, read_calendar(city["holidays"]), regions)


def seeded(books: SeedBooks, order_no: str, draft: Draft, now: datetime, **known: Any) -> WorkOrder:
    """Builds an order that was filed at `draft.filed_at` and stands as `known` at `now`, with the warnings so far.

    `known` are fields of WorkOrder; the clock stopped at `resolved_at` or `closed_at`, if one is known.
    """
    kind, filed = books.rules.kinds[draft.kind], draft.filed_at or now
    limit = draft.limit or books.limit(draft.limit_name or kind.limit, filed)
    contact = books.limit(kind.contact, filed)
    fresh = new_order(
        order_no, kind, draft, filed, limit=limit, contact_by=due(books.calendar, contact, filed) if contact else None
    )
    started = set_clock(books.rules, books.calendar, fresh, filed)
    ended = known.get("resolved_at") or known.get("closed_at")
    warned = _warned(books, started, min(ended or now, now))
    return set_clock(books.rules, books.calendar, replace(warned, **known), ended or now)


def opened(order: WorkOrder, actor: str) -> Change:
    """The first line of a seeded order's timeline."""
    return Change(
        1, order.filed_at, actor, "opened", "", order.status if order.open else "", "", {"owner": order.owner}
    )


def story(books: SeedBooks, order: WorkOrder, actor: str) -> Iterator[Change]:
    """The timeline of an order of which only its beginning and how it stands are known."""
    first = books.rules.kinds[order.kind].first
    yield Change(1, order.filed_at, actor, "opened", "", first, "", {"owner": order.owner})
    if order.status != first:
        what = "advanced" if order.open else "ended" if order.side_state else "closed"
        yield Change(2, order.closed_at or order.filed_at, actor, what, first, order.status, "")


def order_table(orders: Iterable[WorkOrder]) -> Table:
    """Writes orders as rows."""
    return Table("work_orders", ", ".join(COLUMNS), [row_of(order) for order in orders])


def change_table(changes: Iterable[tuple[str, Change]]) -> Table:
    """Writes lines of timelines as rows; each comes with its order's number."""
    rows = [(no, c.step_no, c.at, c.actor, c.what, c.from_state, c.to_state, c.note, dict(c.data)) for no, c in changes]
    return Table("work_order_changes", ", ".join(CHANGE_COLUMNS), rows)


def _warned(books: SeedBooks, order: WorkOrder, until: datetime) -> WorkOrder:
    while (following := next_step(books.rules, books.calendar, order)) and following[0] <= until:
        order = climbed(books.rules, order, following[1])
    return order
