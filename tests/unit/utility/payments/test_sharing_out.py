"""Sharing a sum out: oldest bill first, nothing lost, nothing paid twice; and the ledger's own arithmetic."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.payments import ledger
from utility.payments.rules import share_out
from utility.payments.values import Claim, Move

sums = st.decimals("0.00", "9999.99", places=2)
claims = st.lists(st.tuples(sums, sums), max_size=8).map(
    lambda found: [Claim(f"2026-{n:02d}", a, b, late=True) for n, (a, b) in enumerate(found, 1)]
)


@settings(deadline=None)
@given(amount=sums, claimed=claims, damages_first=st.booleans())
def test_nothing_is_lost_and_nothing_overpaid(amount: Decimal, claimed: list[Claim], damages_first: bool) -> None:
    shares = share_out(amount, claimed, damages_first=damages_first)

    asked = {(c.period, "bill"): c.principal for c in claimed} | {(c.period, "damages"): c.damages for c in claimed}
    assert all(0 < share.amount <= asked[share.period, share.book] for share in shares)
    assert len({(share.period, share.book) for share in shares}) == len(shares)
    assert sum(share.amount for share in shares) == min(amount, sum(asked.values()))


@settings(deadline=None)
@given(amount=sums, claimed=claims)
def test_a_newer_bill_gets_nothing_before_an_older_is_settled(amount: Decimal, claimed: list[Claim]) -> None:
    shares = share_out(amount, claimed)

    newest = max((share.period for share in shares), default="")
    for claim in claimed:
        paid = sum(share.amount for share in shares if share.period == claim.period)
        assert claim.period >= newest or paid == claim.principal + claim.damages


def test_a_part_payment_pays_damages_first_or_last_as_the_terms_say() -> None:
    claimed = [Claim("2026-09", Decimal("100.00"), Decimal("5.00"), late=True)]

    first = share_out(Decimal("10.00"), claimed)
    last = share_out(Decimal("10.00"), claimed, damages_first=False)

    assert [(s.book, s.amount) for s in first] == [("damages", Decimal("5.00")), ("bill", Decimal("5.00"))]
    assert [(s.book, s.amount) for s in last] == [("bill", Decimal("10.00"))]


books = st.sampled_from(["provider", "credit", "bill", "damages", "refund", "transfer"])


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(books, books, st.decimals("0.01", "999.99", places=2)).filter(lambda move: move[0] != move[1]),
        max_size=30,
    )
)
def test_whatever_moves_the_books_add_up_to_nothing(moved: list[tuple[str, str, Decimal]]) -> None:
    now = datetime(2026, 11, 21, tzinfo=SHANGHAI)
    moves = [Move("6201", now, a, b, amount, "ref", "2026-10") for a, b, amount in moved]

    names = {name for move in moves for name in (move.from_book, move.to_book)}

    assert sum(ledger.book(moves, name) for name in names) == 0
