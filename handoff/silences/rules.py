"""What follows on a silence, as `handoff/rules/silences.yml` says it by skill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

from handoff.rules import read_rules

FILE = "silences.yml"
_DEFAULT = "default"


class Side(str, Enum):
    """Who is waited for."""

    CUSTOMER = "customer"
    AGENT = "agent"


class Deed(str, Enum):
    """What the rule does."""

    REMIND = "remind"
    RETURN = "return"
    CLOSE = "close"
    REMIND_AGENT = "remind_agent"
    REMIND_SUPERVISOR = "remind_supervisor"
    TELL_CUSTOMER = "tell_customer"
    REQUEUE = "requeue"


_OF_SIDE = {
    Side.CUSTOMER: frozenset({Deed.REMIND, Deed.RETURN, Deed.CLOSE}),
    Side.AGENT: frozenset({Deed.REMIND_AGENT, Deed.REMIND_SUPERVISOR, Deed.TELL_CUSTOMER, Deed.REQUEUE}),
}


@dataclass(frozen=True)
class Step:
    """One deed, and how long after the other side's last word."""

    after: timedelta
    deed: Deed

    @property
    def minutes(self) -> str:
        """The time as sentences write it."""
        return f"{self.after.total_seconds() / 60:g}"


Steps = tuple[Step, ...]


@dataclass(frozen=True)
class SilenceRules:
    """The steps of every skill and side."""

    steps: Mapping[str, Mapping[Side, Steps]]

    def of(self, skill: str, side: Side) -> Steps:
        """The steps when this side says nothing."""
        return self.steps.get(skill, self.steps[_DEFAULT])[side]


@lru_cache(maxsize=1)
def silence_rules() -> SilenceRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return read_rules(FILE, parse_silence_rules)


def parse_silence_rules(raw: dict[str, Any]) -> SilenceRules:
    """Reads what the file says.

    Raises:
        ValueError: a deed is not one of its side, the steps are out of order, or there is no default.
    """
    if _DEFAULT not in raw:
        raise ValueError("there are no default steps")
    return SilenceRules(
        {skill: {side: _steps(side, sides[side.value]) for side in Side} for skill, sides in raw.items()}
    )


def _steps(side: Side, raw: list[dict[str, Any]]) -> Steps:
    steps = tuple(Step(timedelta(minutes=step["after_minutes"]), Deed(step["do"])) for step in raw)
    if any(step.deed not in _OF_SIDE[side] for step in steps):
        raise ValueError(f"{side.value}: a deed of the other side")
    if any(later.after <= step.after for step, later in zip(steps, steps[1:], strict=False)):
        raise ValueError(f"{side.value}: the steps are out of order")
    return steps
