"""The arithmetic of points: pure. The oldest are spent first; what was earned in a year is gone after the next one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from utility.points.values import PointBalance, PointMove

CARRIED = "carried"


def balance(account_no: str, moves: Iterable[PointMove], today: date) -> PointBalance:
    """Computes what is there today and what of it goes at the end of this year."""
    years = by_year(moves, today)
    return PointBalance(account_no, sum(years.values()), years.get(today.year - 1, 0), date(today.year, 12, 31))


def by_year(moves: Iterable[PointMove], today: date) -> dict[int, int]:
    """Tells how many points of each year of earning are left today; `moves` are oldest first."""
    years: dict[int, int] = {}
    for move in moves:
        years = _alive(years, move.on_day)
        if move.points > 0:
            year = earned_in(move)
            years[year] = years.get(year, 0) + move.points
        else:
            _spend(years, -move.points)
    return _alive(years, today)


def earned_in(move: PointMove) -> int:
    """Returns the year in which points count as earned."""
    return move.on_day.year - 1 if move.why == CARRIED else move.on_day.year


def _alive(years: dict[int, int], day: date) -> dict[int, int]:
    return {year: points for year, points in years.items() if points and year >= day.year - 1}


def _spend(years: dict[int, int], points: int) -> None:
    """Takes points from the oldest year on; what is missing would be a debt of the newest year."""
    for year in sorted(years):
        part = min(points, years[year])
        years[year] -= part
        points -= part
    if points and years:
        years[max(years)] -= points
