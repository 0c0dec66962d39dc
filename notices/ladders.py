"""The ladders: who is told when something runs out, and when the customer hears of it; checked when they are read.

Pure: moments are worked out from a matter's times, nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff.notices.watches import CUSTOMER, Step
from notices.errors import KindsBroken
from notices.kinds import Book
from notices.outage_times import evening_before_quiet
from runtime.yaml_files import read_yaml

FILE = Path(__file__).parent / "data" / "ladders.yml"


@dataclass(frozen=True)
class Ladder:
    """One kind of matter; notices/data/ladders.yml says what each word means."""

    steps: Mapping[Step, timedelta]
    percent: Mapping[int, Step]
    customer: timedelta | None
    notice: str
    moved: str
    at_night: bool


@dataclass(frozen=True)
class Ladders:
    """The whole file."""

    kinds: Mapping[str, Ladder]
    talking: timedelta
    moved: timedelta
    worth: timedelta
    customer_worth: timedelta
    callback: timedelta
    order_kinds: Mapping[str, str]
    orders_met: Mapping[str, frozenset[str]]
    who_agent: str
    who_none: str


@dataclass(frozen=True)
class Run:
    """The times of a matter: when it began, until when, what the customer knows, and when it was moved."""

    begins: datetime
    due: datetime
    said: datetime
    moved_at: datetime | None = None
    called: frozenset[str] = frozenset()

    @property
    def moved(self) -> bool:
        """Whether it will be later than the customer knows."""
        return self.due > self.said


def moments(ladders: Ladders, kind: str, run: Run, book: Book) -> dict[str, datetime]:
    """Returns when each step is due, and the customer's sentence; a step that was called for is due at once."""
    ladder = ladders.kinds[kind]
    found = {step.value: _not_before_half(run, run.due, run.due + lead) for step, lead in ladder.steps.items()}
    found.update(dict.fromkeys(run.called, run.begins))
    if ladder.customer is not None:
        at = _not_before_half(run, run.said, run.said - ladder.customer)
        if not ladder.at_night:
            quiet = evening_before_quiet(at, book.rules.quiet_from, book.rules.quiet_until)
            at = max(quiet, run.begins)
        if run.moved and run.moved_at is not None:
            at = min(at, run.moved_at + ladders.moved)
        found[CUSTOMER] = at
    return found


def _not_before_half(run: Run, due: datetime, moment: datetime) -> datetime:
    return max(moment, run.begins + (due - run.begins) / 2) if moment < due else moment


@lru_cache(maxsize=1)
def the_ladders() -> Ladders:
    """Reads the ladders of the house, once. Raises KindsBroken."""
    return read_ladders(read_yaml(FILE))


def read_ladders(content: Mapping[str, Any]) -> Ladders:
    """Reads and checks the ladders. Raises KindsBroken."""
    try:
        rules, orders = content["settings"], content["orders"]
        return Ladders(
            kinds={kind: _ladder(row) for kind, row in content["ladders"].items()},
            talking=timedelta(minutes=rules["talking_minutes"]),
            moved=timedelta(minutes=rules["moved_minutes"]),
            worth=timedelta(hours=rules["worth_hours"]),
            customer_worth=timedelta(minutes=rules["customer_worth_minutes"]),
            callback=timedelta(hours=rules["callback_hours"]),
            order_kinds=dict(orders["kinds"]),
            orders_met={ladder: frozenset(orders["met"][ladder]) for ladder in set(orders["kinds"].values())},
            who_agent=content["who"]["agent"],
            who_none=content["who"]["none"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KindsBroken(f"the ladders cannot be read: {error!r}") from error


def _ladder(row: Mapping[str, Any]) -> Ladder:
    customer = row.get("customer")
    if customer is not None and not row.get("notice"):
        raise ValueError("a ladder that tells the customer names the notice")
    return Ladder(
        steps={Step(step): timedelta(minutes=minutes) for step, minutes in row["steps"].items()},
        percent={int(percent): Step(step) for percent, step in row.get("percent", {}).items()},
        customer=None if customer is None else timedelta(minutes=customer),
        notice=row.get("notice", ""),
        moved=row.get("moved", row.get("notice", "")),
        at_night=bool(row.get("at_night", True)),
    )
