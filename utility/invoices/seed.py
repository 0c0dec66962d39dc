"""The invoices of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from runtime.clock import SHANGHAI
from utility.seed.file import Section
from utility.seed.table import Row, Table

SPECIAL_CLASSES = ("two_part",)


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the invoices; an account billed in two parts got a special one, its sum is the bill's."""
    plans = {row["account_no"]: row["plan"] for row in city["accounts"]}
    totals = {(no, bill["period"]): bill["total"] for no, bills in city["bills"].items() for bill in bills}
    columns = "invoice_no, account_no, period, kind, title, tax_no, amount, state, issued_at, issued_for"
    yield Table(
        "invoices",
        columns,
        [_invoice(row, plans[row["account_no"]], totals[row["account_no"], row["period"]]) for row in city["invoices"]],
    )


def _invoice(row: Section, plan: str, total: object) -> Row:
    kind = "special" if plan in SPECIAL_CLASSES else "electronic"
    issued = datetime.strptime(row["invoice_no"][1:7], "%y%m%d").replace(tzinfo=SHANGHAI)
    return (
        row["invoice_no"],
        row["account_no"],
        row["period"],
        kind,
        row["title"],
        "",
        total,
        "issued",
        issued,
        "seed",
    )
