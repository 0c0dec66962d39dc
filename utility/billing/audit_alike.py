"""Bills that are alike in everything a bill is computed from, found by SQL: such a class is recomputed once.

A bill is ordinary when nothing but its plan, its days and its energy decides it: a table by the month that holds all
through, an account without a change of plan, readings without registers or revisions, no adjustment, and figures
that add up. Whatever is not ordinary is left to be recomputed one by one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from runtime.postgres import Connection
from utility.billing.audit_store import Booked
from utility.billing.money import NOTHING
from utility.billing.tariffs import Tariffs
from utility.billing.terms import supply_of
from utility.billing.values import Bill, BillLine, Reading

Span = tuple[date, date]

_CLASSES = """
with own as (
    select account_no from accounts where closed_on is not null and account_no between $1 and $2
    union select account_no from plan_changes where account_no between $1 and $2
    union select account_no from meter_readings where revision > 1 and account_no between $1 and $2
), added as (
    select account_no, period, sum(amount) as total,
           bool_and(round(quantity * price, 2) = amount and code <> 'adjust') as exact,
           string_agg(concat_ws(' ', code, quantity, price, amount, segment_no), '|' order by line_no) as lines
    from bill_lines where account_no between $1 and $2 group by account_no, period
), following as (
    select *, lag(until, 1, since) over (partition by account_no order by period) as before
    from bills where account_no between $1 and $2
), looked_at as (
    select b.account_no, a.plan as account_plan, a.extra::text as extra, b.since, b.until,
           b.reading_after - b.reading_before as used, b.kwh, b.tier, b.plan, l.lines,
           coalesce(l.exact and l.total = b.total and b.days = b.until - b.since and b.before = b.since
               and f.value = b.reading_before and t.value = b.reading_after
               and exists (select from unnest($3::date[], $4::date[]) as span (since, until)
                           where (span.since, span.until) = (b.since, b.until))
               and b.account_no not in (select account_no from own), false) as ordinary
    from following b join accounts a using (account_no)
    left join added l using (account_no, period)
    left join meter_readings f
        on f.account_no = b.account_no and f.read_on = b.since and f.revision = 1 and f.registers is null
    left join meter_readings t
        on t.account_no = b.account_no and t.read_on = b.until and t.revision = 1 and t.registers is null
)
select ordinary, account_plan, extra, since, until, used, kwh, tier, plan, lines, array_agg(account_no) as account_nos
from looked_at group by ordinary, account_plan, extra, since, until, used, kwh, tier, plan, lines
"""


@dataclass(frozen=True)
class Kind:
    """What the bills of a class have in common; `lines` are written out, so that kinds can be compared."""

    ordinary: bool
    account_plan: str
    extra: str
    since: date
    until: date
    used: Decimal
    kwh: Decimal
    tier: int | None
    plan: str
    lines: str | None


@dataclass(frozen=True)
class Alike:
    """A class of bills: its kind and whose bills they are."""

    kind: Kind
    account_nos: Sequence[str]


async def ordinary_spans(connection: Connection, tariffs: Tariffs) -> list[Span]:
    """Lists the billed spans in which one table by the month holds."""
    rows = await connection.fetch("select distinct since, until from bills order by 1, 2")
    spans = [(row["since"], row["until"]) for row in rows]
    return [span for span in spans if not tariffs.changes(*span) and not tariffs.at(span[0]).value.annual]


async def classes(connection: Connection, first: str, last: str, spans: Sequence[Span]) -> list[Alike]:
    """Sorts the bills of the accounts from `first` to `last` into classes."""
    rows = await connection.fetch(_CLASSES, first, last, [since for since, _ in spans], [until for _, until in spans])
    return [_alike(*row) for row in rows]


def _alike(*values: Any) -> Alike:
    return Alike(Kind(*values[:-1]), values[-1])


def example(kind: Kind) -> Booked:
    """An account with one bill of an ordinary class; its meter begins at nothing, only what it used counts."""
    since, until = kind.since, kind.until
    lines = tuple(_line(text) for text in (kind.lines or "").split("|"))
    bill = Bill(
        account_no="",
        period=f"{since:%Y-%m}",
        days=(until - since).days,
        kwh=kind.kwh,
        tier=kind.tier,
        total=sum((line.amount for line in lines), NOTHING),
        issued=until,
        due=until,
        status="unpaid",
        paid_on=None,
        plan=kind.plan,
        since=since,
        until=until,
        reading_before=Decimal(0),
        reading_after=kind.used,
        lines=lines,
    )
    readings = {day: [Reading(day, value, "actual")] for day, value in ((since, Decimal(0)), (until, kind.used))}
    return Booked("", kind.account_plan, None, supply_of(json.loads(kind.extra)), (), readings, (bill,))


def _line(text: str) -> BillLine:
    code, quantity, price, amount, segment_no = text.split(" ")
    return BillLine(code, code, Decimal(quantity), Decimal(price), Decimal(amount), int(segment_no))
