"""The figures that answers may name, made from the tables the utility itself works with; no figure is typed twice.

Each row is one figure as it holds from a day on: its name, how a customer reads it, where it holds, its source.
`python -m tools.knowledge figures` writes them to data/knowledge/standards.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tools.knowledge.prices import commercial, residential
from utility.regions import regions_of
from utility.seed.file import read_city

PROJECT = Path(__file__).parent.parent.parent
FILE = PROJECT / "data" / "knowledge" / "standards.yml"
_TABLES = PROJECT / "utility" / "data"
_HEAD = """\
# Figures that answers may name. MADE by `python -m tools.knowledge figures` from the utility's own versioned tables
# (utility/data/*.yml and the city's policy): change those, then run it again. One row is one figure from a day on.
version: "3.1"
"""
_UNITS = {
    "minute": "分钟",
    "hour": "小时",
    "day": "天",
    "workday": "个工作日",
    "month": "个月",
    "kW": "千瓦",
    "hours_per_day": "小时",
}
_HELD = ("from", "until", "source", "status")


@dataclass(frozen=True)
class Table:
    """Where a set of figures comes from and since when it holds."""

    region: str
    since: str
    until: str
    source: str
    status: str


def made() -> list[dict[str, str]]:
    """Makes every figure anew from the utility's tables."""
    city = read_city()
    company = city["utility"]
    chain = regions_of(company["province_table"])
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for table, name, value in _all(city, chain):
        row = {"name": name, "value": value, **table.__dict__}
        known = rows.get((name, table.since))
        if known is None or chain.index(table.region) < chain.index(known["region"]):
            rows[name, table.since] = row
    return [{key: value for key, value in rows[key_].items() if value} for key_ in sorted(rows)]


def written(rows: list[dict[str, str]]) -> str:
    """The file as it stands: one row a line."""
    lines = (
        yaml.safe_dump(row, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False) for row in rows
    )
    return _HEAD + "figures:\n" + "".join(f"  - {line}" for line in lines)


def _all(city: Mapping[str, Any], chain: tuple[str, ...]) -> Iterator[tuple[Table, str, str]]:
    for name, parse in _PARSERS.items():
        content = yaml.safe_load((_TABLES / f"{name}.yml").read_text(encoding="utf-8"))
        for row in content["versions"]:
            if row["region"] in chain:
                yield from ((_table(row), *figure) for figure in parse(row))
    own = Table(chain[0], city["meta"]["version"], "", f"{city['utility']['name']} policy", "operator")
    yield from ((own, *figure) for figure in (*_policy(city), *commercial(city["tariff"]["commercial"])))


def _table(row: Mapping[str, Any]) -> Table:
    since, until, source, status = (str(row.get(key) or "") for key in _HELD)
    return Table(row["region"], since, until, source, status)


def _limit(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`limit.reconnect` is 24 小时, `limit.reconnect.n` is 24; lists are numbered from 1, parts go by their name."""
    name, value, unit = f"limit.{row['limit']}", row.get("value"), _UNITS.get(str(row.get("unit")), "")
    for which, volts in enumerate(row.get("range_volt") or (), start=1):
        yield f"{name}.volt{which}", f"{volts:g}"
    if isinstance(value, list | dict):
        parts = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        yield from ((f"{name}.{key}", _number(part)) for key, part in parts)
    elif isinstance(value, str):
        yield name, value
    elif isinstance(value, int | float) and unit:
        yield name, f"{_number(value)} {unit}"
        yield f"{name}.n", _number(value)


def _damages(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for who, rate in row["rates_per_day"].items():
        yield f"damages.{who}", f"{_number(Decimal(rate) * 100)}%"
    yield "damages.minimum", _number(Decimal(row["minimum"]))


def _supply(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "supply.stop_after", str(row["postpaid"]["stop_after_days"])
    yield "supply.letter", str(row["postpaid"]["letter_days"])
    yield "supply.prepaid_letter", str(row["prepaid"]["letter_days"])
    yield "supply.prepaid_warning", str(row["prepaid"]["warning_days"])
    yield "supply.remind", "、".join(str(days) for days in row["postpaid"]["remind_days"])
    yield "supply.final", str(row["final_minutes"])
    yield "supply.remote", str(row["remote_hours"])
    yield "supply.temporary", str(row["temporary_hours"])
    for hours in ("cut_hours", "notice_hours"):
        yield f"supply.{hours}", f"{row[hours]['from']}—{row[hours]['to']}"


def _claims(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "claim.full_price", str(row["full_price_months"])
    yield "claim.floor", f"{_number(Decimal(row['floor']) * 100)}%"
    for category in row["categories"]:
        yield f"claim.life.{category['id']}", str(category["life_years"])


def _applications(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plain = ("single_phase_kw", "small_kw", "lead_workdays", "tou_lock_years", "charger_right_years", "temporary_years")
    yield from ((f"apply.{name}", str(row[name])) for name in (*plain, "kept_down_days"))
    yield "apply.reduce_least", str(row["reduce_days"][0])
    yield "apply.reduce_most_years", _number(Decimal(row["reduce_days"][1]) / 365)
    yield "apply.multi_least", str(row["multi_person"]["least"])
    yield "apply.multi_renew", str(row["multi_person"]["renew_years"])


def _slots(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((f"visit.{period['id']}", period["hours"].replace("-", "—")) for period in row["periods"])
    yield "visit.reminder", str(row["reminder_at"])


def _payments(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "pay.correction", str(row["correction_workdays"])
    yield "pay.invoice_days", str(row["invoice_days"])


def _factor(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "factor.standard", f"{Decimal(str(row['standard'])):.2f}"


def _catalogue(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "pay.reading_day", str(row["reading_day"])


def _policy(city: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    company, policy = city["utility"], city["policy"]
    yield from ((f"company.{key}", str(company[key])) for key in ("name", "city", "hotline", "regulator", "app"))
    yield from ((f"human.{key}", policy["human_hours"][key]) for key in ("from", "to"))
    for key in ("bill_day", "due_day", "posting_limit_h", "reconnect_limit_h"):
        yield f"pay.{key.removesuffix('_limit_h')}", str(policy["payment"][key])
    for key in ("per_yuan_paid_online_on_time", "binding", "e_bill", "sign_in"):
        yield f"points.{key.split('_paid')[0]}", str(policy["points"][key])
    yield "free.kwh", str(policy["low_income"]["free_kwh"])
    yield "claim.window", str(policy["claim"]["window_days"])
    yield "claim.visit", str(policy["claim"]["visit_hours"])
    yield "urge.gap", str(policy["urge"]["gap_min"])
    yield "visit.change_until", re.findall(r"\d\d:\d\d", policy["appointment"]["change_until"])[0]
    yield "visit.workdays", str(policy["appointment"]["within_workdays"])


def _number(value: Any) -> str:
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, int | float | Decimal) else str(value)


_PARSERS = {
    "service_standards": _limit,
    "tariffs": residential,
    "damages": _damages,
    "supply": _supply,
    "appliance_claims": _claims,
    "application_limits": _applications,
    "appointment_slots": _slots,
    "payments": _payments,
    "power_factor": _factor,
    "applications": _catalogue,
}
