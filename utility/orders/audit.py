"""The audit of work orders: every clock, every timeline and every closing computed again from what is written."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company
from utility.orders.clock import limit_of, next_step
from utility.orders.machine import OrderRules
from utility.orders.store import order_of
from utility.orders.telling import rules_at
from utility.orders.values import WorkOrder
from utility.orders.worktime import Calendar, after

# Each statement lists the rows that are wrong: where, what the books say, what they should say.
RULES = MappingProxyType(
    {
        "orders.status": """
            select o.order_no, coalesce(o.side_state, o.state), c.to_state from work_orders o
            join lateral (select to_state from work_order_changes where order_no = o.order_no
                          order by step_no desc limit 1) c on true
            where coalesce(o.side_state, o.state) <> c.to_state""",
        "orders.steps": """
            select order_no, max(step_no)::text, count(*)::text from work_order_changes
            group by order_no having max(step_no) <> count(*)""",
        "orders.gap": """
            select order_no || ' step ' || step_no, from_state, before from (
                select order_no, step_no, from_state, lag(to_state, 1, '') over (partition by order_no order by step_no)
                    as before from work_order_changes) lines
            where from_state <> before""",
        "orders.closed_again": """
            select order_no, 'closed', 'a resolution' from work_orders
            where closed_at is not null and resolution_code = ''""",
    }
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what is wrong with the work orders."""
    found: list[Difference] = []
    for what, statement in RULES.items():
        found.extend(Difference(what, *map(str, row)) for row in await connection.fetch(statement))
    book = rules_at(company, company.clock.now())
    counts = await _counted_tries(connection)
    async for row in connection.cursor("select * from work_orders order by order_no"):
        found.extend(_wrong(book, company.calendar, order_of(row), counts.get(row["order_no"], 0)))
    return found


async def _counted_tries(connection: Connection) -> dict[str, int]:
    rows = await connection.fetch(
        """select order_no, count(*) as tries from work_order_changes join work_orders o using (order_no)
        where what = 'tried' and (data->>'counts')::boolean and at >= o.resolved_at group by order_no"""
    )
    return {row["order_no"]: row["tries"] for row in rows}


def _wrong(rules: OrderRules, calendar: Calendar, order: WorkOrder, tries: int) -> Iterator[Difference]:
    yield from _clock(rules, calendar, order)
    kind = rules.kinds[order.kind]
    closed = not order.open and order.side_state is None and "customer" in kind.keys
    word = order.confirmed or order.callback_declined or order.secrecy in rules.callback.not_contacted
    if closed and not word and tries < rules.callback.tries:
        yield Difference("orders.keys", order.order_no, f"closed after {tries} tries", "the customer's word")


def _clock(rules: OrderRules, calendar: Calendar, order: WorkOrder) -> Iterator[Difference]:
    kind, limit = rules.kinds[order.kind], limit_of(order)
    runs = limit is not None and order.open and kind.counts(order.state, order.side_state)
    if runs != (order.clock_from is not None):
        said = "runs" if order.clock_from else "stands"
        yield Difference("orders.clock", order.order_no, said, "runs" if runs else "stands")
    if limit is None or order.clock_from is None or order.clock_used >= limit.span:
        return
    ends = after(calendar, limit.unit, order.clock_from, limit.span - order.clock_used)
    if order.due_at != ends:
        yield Difference("orders.due", order.order_no, str(order.due_at), str(ends))
    following = next_step(rules, calendar, order)
    if order.ladder_at != (following[0] if following else None):
        yield Difference("orders.ladder", order.order_no, str(order.ladder_at), str(following and following[0]))
