"""The points and goods of the demo city as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, day
from utility.seed.table import Row, Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists goods (a coupon's sum stands before its name) and every account's points."""
    columns = "goods_no, name, points, stock, first_stock, coupon"
    yield Table("point_goods", columns, [_goods(row) for row in city["point_goods"]])
    rows = [_move(no, row) for no, points in city["points"].items() for row in points["ledger"] if row["points"]]
    yield Table("point_moves", "account_no, on_day, why, points, ref", rows)


def _goods(row: Section) -> Row:
    sum_first = re.match(r"\d+", row["name"])
    return (row["goods_no"], row["name"], row["points"], row["stock"], row["stock"], sum_first and int(sum_first[0]))


def _move(account_no: str, row: Section) -> Row:
    why, _, ref = row["why"].partition(" ")
    return (account_no, day(row["date"]), why, row["points"], ref or row["date"])
