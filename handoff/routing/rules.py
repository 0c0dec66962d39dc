"""The rules of routing, read from `rules.yml`; the file says what each figure means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from handoff.errors import RulesError
from runtime.yaml_files import read_yaml

STANDARD = Path(__file__).with_name("rules.yml")

# A danger to life is the first priority; for it every rule but presence gives way at once.
DANGER = 0


class Rule(str, Enum):
    """What an agent is measured by; the order is that of their weight once they are soft."""

    SKILL = "skill"
    LANGUAGE = "language"
    CUSTOMER_CLASS = "customer_class"
    REGION = "region"
    CAPACITY = "capacity"


@dataclass(frozen=True)
class Rules:
    """The figures of offering and routing; see `rules.yml`."""

    offer_s: float
    danger_offer_s: float
    rest_s: float
    tries: int
    too_long_s: float
    transfer_s: float
    transfer_skill_s: float
    seen_s: float
    beat_s: float
    grace_s: float
    lost_urgency: int
    age_step_s: float
    age_most: int
    sticky_days: int
    weights: Mapping[str, float]
    default_weight: float
    hard_for_s: Mapping[Rule, float | None]

    @classmethod
    def load(cls, path: Path) -> Rules:
        """Reads a file of rules.

        Raises:
            RulesError: it cannot be read, lacks a figure, or has one that is none.
        """
        try:
            told = read_yaml(path)
            return cls(**{field.name: _figure(field.name, told[field.name]) for field in fields(cls)})
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise RulesError(f"{path} does not read as rules of routing: {error!r}", path=str(path)) from error

    def is_hard(self, rule: Rule, priority: int, waited_s: float) -> bool:
        """Whether an agent who misses this rule is no candidate for a customer who has waited so long."""
        if priority == DANGER:
            return False
        until = self.hard_for_s[rule]
        return until is None or waited_s < until

    def weight(self, channel: str) -> float:
        """How much a chat of this channel counts against an agent's `max_chats`."""
        return self.weights.get(channel, self.default_weight)

    def offer_for(self, priority: int) -> timedelta:
        """How long an offer waits for an answer."""
        return timedelta(seconds=self.danger_offer_s if priority == DANGER else self.offer_s)

    def urgency_at(self, priority: int, urgency: int, waited_s: float) -> int:
        """The place in the queue of who has waited so long; never behind the one they have."""
        if urgency <= self.age_most:
            return urgency
        return min(urgency, max(self.age_most, priority - int(waited_s // self.age_step_s)))


@lru_cache(maxsize=1)
def standard_rules() -> Rules:
    """The rules of the house, as the file beside this module says them."""
    return Rules.load(STANDARD)


def _figure(name: str, value: Any) -> Any:
    if name == "hard_for_s":
        return MappingProxyType({rule: _span(value[rule.value]) for rule in Rule})
    if name == "weights":
        return MappingProxyType({str(channel): float(weight) for channel, weight in value.items()})
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(f"{name} must be a number from 0 on")
    return value


def _span(value: Any) -> float | None:
    return None if value in {None, "none"} else float(value)
