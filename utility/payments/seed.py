"""The payments of the demo city as rows, and every move of the ledger that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from runtime.clock import SHANGHAI
from utility.seed.file import Section, local, moment
from utility.seed.table import Row, Table

MOVES = "account_no, at, from_book, to_book, period, amount, ref"


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists payments, the ledger, and who signed for auto-debit."""
    paid = [(no, payment) for no, rows in city["payments"].items() for payment in rows]
    columns = "payment_no, account_no, at, amount, channel, status, channel_order, note"
    yield Table("payments", columns, [_payment(no, payment) for no, payment in paid])
    yield Table("ledger_moves", MOVES, sorted(_moves(city), key=lambda move: move[1]))
    signed = [
        (row["account_no"], row["extra"]["autopay"]) for row in city["accounts"] if row.get("extra", {}).get("autopay")
    ]
    columns = "mandate_no, account_no, provider, state, signed_at, signed_by"
    begin = moment({"at": city["meta"]["fixed_now"]}, now)
    yield Table("mandates", columns, [(f"M-{no}", no, name, "signed", begin, "seed") for no, name in signed])


def _moves(city: Section) -> Iterator[Row]:
    totals = {(no, bill["period"]): bill["total"] for no, bills in city["bills"].items() for bill in bills}
    for account in city["accounts"]:
        yield from _opening(account, city)
    for no, rows in city["payments"].items():
        for row in rows:
            if row["status"] == "success":
                yield from _paid(no, row, totals)
    for no, bills in city["bills"].items():
        for bill in bills:
            if bill["status"] == "settled_from_balance":
                at = datetime.combine(date.fromisoformat(bill["paid_on"]), time(), SHANGHAI)
                yield (no, at, "credit", "bill", bill["period"], bill["total"], bill["period"])


def _opening(account: Section, city: Section) -> Iterator[Row]:
    amount = Decimal(account.get("extra", {}).get("opening_balance", "0"))
    if amount:
        first = min(local(row["at"]) for row in city["payments"][account["account_no"]])
        at = datetime.combine(first.date().replace(day=1), time(), SHANGHAI)
        yield (account["account_no"], at, "opening", "credit", None, amount, "opening")


def _paid(account_no: str, row: Section, totals: dict[tuple[str, str], Decimal]) -> Iterator[Row]:
    no, at = row["payment_no"], local(row["at"])
    yield (account_no, at, "provider", "credit", None, row["amount"], no)
    for period in row["periods"]:
        yield (account_no, at, "credit", "bill", period, totals[account_no, period], no)


def _payment(account_no: str, row: Section) -> Row:
    head = (row["payment_no"], account_no, local(row["at"]), row["amount"], row["channel"], row["status"])
    return (*head, row.get("channel_order"), row.get("note", ""))
