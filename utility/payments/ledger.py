"""The ledger as pure arithmetic: what stands in a book and what is open of a bill, folded from the moves alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from runtime.clock import SHANGHAI
from utility.billing.rules import NOTHING
from utility.billing.values import Bill
from utility.payments.values import Debt, Move, Settled


def book(moves: Iterable[Move], name: str) -> Decimal:
    """Adds up what stands in a book: what came in less what went out."""
    return sum((signed(move, name) for move in moves), NOTHING)


def signed(move: Move, name: str) -> Decimal:
    """What a move adds to a book, below zero when it takes from it."""
    if move.to_book == name:
        return move.amount
    return -move.amount if move.from_book == name else NOTHING


def debt(bill: Bill, moves: Sequence[Move]) -> Debt:
    """Says what is open of a bill."""
    own = [move for move in moves if move.period == bill.period]
    parts = [(move.at.astimezone(SHANGHAI).date(), signed(move, "bill")) for move in own]
    settled = tuple(Settled(day, amount) for day, amount in parts if amount)
    return Debt(bill.period, bill.total, bill.due, settled, book(own, "damages"))
