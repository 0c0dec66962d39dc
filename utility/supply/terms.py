"""The terms of cutting and reconnecting, by region and day; read from utility/data/supply.yml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any


@dataclass(frozen=True)
class Hours:
    """From when to when on a day, the end not included."""

    begin: time
    end: time

    def hold(self, at: time) -> bool:
        """Tells whether `at` lies inside."""
        return self.begin <= at < self.end


@dataclass(frozen=True)
class SupplyTerms:
    """When somebody who owes is told and cut, and how power comes back; see utility/data/supply.yml."""

    remind_days: tuple[int, ...]
    stop_after: timedelta
    letter: timedelta
    letter_prepaid: timedelta
    letter_valid: timedelta
    warning_days: int
    final: timedelta
    final_valid: timedelta
    notice_hours: Hours
    cut_hours: Hours
    not_on_days_off: bool
    not_before_days_off: bool
    protected: frozenset[str]
    handed_over: frozenset[str]
    authority: frozenset[str]
    life_support: frozenset[str]
    remote: timedelta
    temporary: timedelta
    remote_close: str
    remote_voltages: frozenset[str]
    reconnect_owner: str
    cut_reason: str

    def spared(self, tags: Iterable[str]) -> bool:
        """Tells whether a person, never the round, decides about somebody with these tags."""
        return bool((self.protected | self.handed_over) & set(tags))


def parse_supply(row: dict[str, Any]) -> SupplyTerms:
    """Builds one version."""
    post, pre = row["postpaid"], row["prepaid"]
    return SupplyTerms(
        remind_days=tuple(sorted(post["remind_days"])),
        stop_after=timedelta(days=post["stop_after_days"]),
        letter=timedelta(days=post["letter_days"]),
        letter_prepaid=timedelta(days=pre["letter_days"]),
        letter_valid=timedelta(days=row["letter_valid_days"]),
        warning_days=pre["warning_days"],
        final=timedelta(minutes=row["final_minutes"]),
        final_valid=timedelta(minutes=row["final_valid_minutes"]),
        notice_hours=_hours(row["notice_hours"]),
        cut_hours=_hours(row["cut_hours"]),
        not_on_days_off=row["not_on_days_off"],
        not_before_days_off=row["not_before_days_off"],
        protected=frozenset(row["protected"]),
        handed_over=frozenset(row["handed_over"]),
        authority=frozenset(row["authority"]),
        life_support=frozenset(row["life_support"]),
        remote=timedelta(hours=row["remote_hours"]),
        temporary=timedelta(hours=row["temporary_hours"]),
        remote_close=row["remote_close"],
        remote_voltages=frozenset(row["remote_voltages"]),
        reconnect_owner=row["reconnect_owner"],
        cut_reason=row["cut_reason"],
    )


def _hours(span: dict[str, str]) -> Hours:
    return Hours(time.fromisoformat(span["from"]), time.fromisoformat(span["to"]))
