"""Prices as answers name them: tiers, seasons, hours, and the lines of a business's bill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

_TIMES = ("peak", "flat", "valley")


def residential(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The figures of one version of a province's residential table."""
    since = row["from"]
    yield "tariff.since", f"{since.year}年{since.month}月{since.day}日"
    prices = [Decimal(str(price)) for price in row.get("price") or ()]
    for tier, price in enumerate(prices, start=1):
        yield f"tariff.tier{tier}.price", f"{price}"
        if tier > 1:
            yield f"tariff.tier{tier}.adder", f"{(price - prices[0]).normalize():f}"
    for season, bounds in row["bands"].items():
        for tier, bound in enumerate(bounds, start=1):
            yield f"tariff.tier{tier}.{season}", str(bound)
    for season, months in (row.get("seasons") or {}).items():
        yield f"tariff.{season}_months", _months(months)
    yield from _many(row.get("multi_person") or {}, row["bands"])
    yield from _hours(row.get("time_of_use") or {}, prices)


def commercial(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The lines of a business's bill, and what a single-part kWh costs in all."""
    lines = {name: Decimal(str(table[name])) for name in ("grid", "loss", "trans_single", "system", "fund")}
    yield from ((f"business.{name}", f"{price.normalize():f}") for name, price in lines.items())
    yield "business.single", f"{sum(lines.values()).normalize():f}"
    yield "business.capacity", f"{Decimal(str(table['capacity'])).normalize():f}"
    for time, ratio in zip(_TIMES, table["ratio_peak_flat_valley"], strict=True):
        yield f"business.ratio_{time}", f"{ratio}"


def _many(table: Mapping[str, Any], bands: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str]]:
    if not table:
        return
    yield "tariff.multi.least", str(table["min_persons"])
    yield "tariff.multi.plus", str(table["plus"])
    yield "tariff.multi.renew", str(table["renew_years"])
    for season, bounds in bands.items():
        yield f"tariff.multi.{season}", str(bounds[0] + table["plus"])


def _hours(table: Mapping[str, Any], prices: Sequence[Decimal]) -> Iterator[tuple[str, str]]:
    """When it is peak, flat and valley, and what tier 1 costs then; of a table with one season in the year."""
    if not table or len(table["seasons"]) > 1:
        return
    season = table["seasons"][0]
    yield "tou.lock", str(table["lock_years"])
    for time in _TIMES:
        ratio = Decimal(str(season["ratio"][time]))
        yield f"tou.{time}.hours", "、".join(span.replace("-", "—") for span in season["hours"][time])
        yield f"tou.{time}.ratio", f"{ratio}"
        yield f"tou.{time}.price", f"{(prices[0] * ratio).normalize():f}"


def _months(months: Sequence[int]) -> str:
    """5 to 10 is 5月到10月; 11 to 4 passes the year's end."""
    first, last = months[0], months[-1]
    return f"{first}月到{'次年' if last < first else ''}{last}月"
