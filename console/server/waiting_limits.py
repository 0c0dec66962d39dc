"""How long a customer may wait by skill and priority, read from a file; the desk's colours come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runtime.errors import SettingsError
from runtime.yaml_files import read_yaml

_HERE = Path(__file__).with_suffix(".yml")


@dataclass(frozen=True)
class Limit:
    """The seconds a customer may wait, and from when on it is said to be late soon."""

    red_s: int
    amber_s: int

    def to_wire(self) -> dict[str, int]:
        """Returns `{"limit_s", "amber_s"}`."""
        return {"limit_s": self.red_s, "amber_s": self.amber_s}


@dataclass(frozen=True)
class _Table:
    default: int
    priority: Mapping[int, int] = field(default_factory=dict)
    skill: Mapping[str, int] = field(default_factory=dict)

    def seconds(self, skill: str, priority: int) -> int:
        known = [seconds for seconds in (self.priority.get(priority), self.skill.get(skill)) if seconds is not None]
        return min(known, default=self.default)


@dataclass(frozen=True)
class WaitingLimits:
    """The limits of the queue and of an answer."""

    queue: _Table
    answer: _Table
    amber_share: float

    @classmethod
    def load(cls, path: Path = _HERE) -> WaitingLimits:
        """Reads the file. Raises SettingsError when it says no limits."""
        try:
            told = read_yaml(path)
            return cls(_table(told["queue"]), _table(told["answer"]), float(told["amber_share"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"{path} does not say how long customers may wait: {error}") from error

    def of_queue(self, skill: str, priority: int) -> Limit:
        """How long a customer may wait for a person."""
        return self._limit(self.queue.seconds(skill, priority))

    def of_answer(self, skill: str, priority: int) -> Limit:
        """How long a customer may wait for a person's next words."""
        return self._limit(self.answer.seconds(skill, priority))

    def _limit(self, seconds: int) -> Limit:
        return Limit(seconds, int(seconds * self.amber_share))


def _table(told: Mapping[str, Any]) -> _Table:
    priorities = {int(key): int(value) for key, value in told.get("priority", {}).items()}
    skills = {str(key): int(value) for key, value in told.get("skill", {}).items()}
    return _Table(int(told["default"]), priorities, skills)
