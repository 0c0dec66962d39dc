"""Reads the demo city's file: numbers exactly as written, moments moved to the wanted now; it touches no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from runtime.clock import SHANGHAI

DEMO_CITY = Path(__file__).parent / "demo_utility.yml"
Section = Mapping[str, Any]

_DAY_AT = re.compile(r"([+-]\d+)d@(\d\d):(\d\d)")
_SPAN = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


class _ExactLoader(yaml.CSafeLoader):
    """Reads 190.20 as Decimal("190.20"): a float would not be the same money."""


def _exact(loader: yaml.CSafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _exact)


def read_city(path: Path = DEMO_CITY) -> dict[str, Any]:
    """Reads the whole file."""
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_ExactLoader)
    return content


def fixed_now(city: Section) -> datetime:
    """Returns the moment the file's absolute times were written for."""
    return datetime.fromisoformat(city["meta"]["fixed_now"])


def moment(value: Mapping[str, str] | None, now: datetime) -> datetime | None:
    """Returns where a row's moment lies when the city stands at `now`."""
    if value is None:
        return None
    if "offset_from_now" not in value:
        return datetime.fromisoformat(value["at"])
    return shifted(value["offset_from_now"], now.astimezone(SHANGHAI))


def shifted(offset: str, now: datetime) -> datetime:
    """Applies `-1h29m` (from now) or `+4d@08:30` (that many calendar days from today, at that time).

    Raises:
        ValueError: the offset has neither form.
    """
    if match := _DAY_AT.fullmatch(offset):
        day = now.date() + timedelta(days=int(match[1]))
        return datetime.combine(day, time(int(match[2]), int(match[3])), SHANGHAI)
    match = _SPAN.fullmatch(offset)
    if match is None or not any(match.groups()[1:]):
        raise ValueError(f"not an offset: {offset!r}")
    days, hours, minutes = (int(part or 0) for part in match.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes)
    return now - span if match[1] == "-" else now + span


def day(value: str | None) -> date | None:
    """Reads a calendar day."""
    return date.fromisoformat(value) if value else None


def local(value: str) -> datetime:
    """Reads `2026-11-08 20:10` as the city's own time."""
    return datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)
