"""Points: the oldest are spent first, what was earned in a year is gone after the next one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utility.points.rules import balance, by_year
from utility.points.values import PointMove
from utility.seed.file import read_city

TODAY = date(2026, 11, 21)


def moves_of(account_no: str) -> list[PointMove]:
    rows = read_city()["points"][account_no]["ledger"]
    return [PointMove(date.fromisoformat(row["date"]), row["why"].split()[0], row["points"]) for row in rows]


@pytest.mark.parametrize("account_no", list(read_city()["points"]))
def test_the_demo_city_s_points(account_no: str) -> None:
    known = read_city()["points"][account_no]

    found = balance(account_no, moves_of(account_no), TODAY)

    assert (found.balance, found.expiring) == (known["balance"], known["expiring"]["points"])
    assert found.expires_on.isoformat() == known["expiring"]["on"]


def test_carried_points_are_gone_at_the_end_of_the_year() -> None:
    found = balance("6117", moves_of("6201011006117"), date(2027, 1, 1))

    assert found.balance == 1920 - 180


earnings = st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 500), st.booleans()), max_size=40)


@settings(deadline=None)
@given(earnings, st.integers(0, 2000))
def test_spending_what_is_there_never_goes_below_zero(steps: list[tuple[int, int, bool]], later: int) -> None:
    moves: list[PointMove] = []
    start = date(2024, 1, 1)
    for offset, points, spend in sorted(steps, key=lambda step: step[0]):
        day = start + timedelta(days=offset)
        there = balance("x", moves, day).balance
        if not spend:
            moves.append(PointMove(day, "paid", points))
        elif there:
            moves.append(PointMove(day, "redeem", -min(points, there)))

    left = by_year(moves, start + timedelta(days=1500 + later))

    assert all(points > 0 for points in left.values())
