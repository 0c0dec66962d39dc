"""The limits of the wall, read from `wall_limits.yml`: when a wait, a first answer or a silence is amber or red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("wall_limits.yml")


@dataclass(frozen=True)
class Limit:
    """Seconds from which on something is amber, and red."""

    amber: int
    red: int

    def colour(self, seconds: float) -> str:
        """Returns `green`, `amber` or `red`."""
        return "red" if seconds >= self.red else "amber" if seconds >= self.amber else "green"

    def to_wire(self) -> dict[str, int]:
        """Returns `{"amber", "red"}`."""
        return {"amber": self.amber, "red": self.red}


@dataclass(frozen=True)
class Limits:
    """One kind of limit, by priority, else by skill."""

    default: Limit
    skills: Mapping[str, Limit]
    priorities: Mapping[int, Limit]

    def of(self, skill: str, priority: int) -> Limit:
        """The limit of a request."""
        return self.priorities.get(priority) or self.skills.get(skill) or self.default


@dataclass(frozen=True)
class WallLimits:
    """Everything the file says."""

    wait: Limits
    first_response: Limits
    silence: Limits
    errors: Limit
    error_minutes: int
    angry: int
    service_level: float


@lru_cache(maxsize=1)
def wall_limits() -> WallLimits:
    """Reads the file, once."""
    held = read_yaml(_FILE)
    errors = held["errors"]
    return WallLimits(
        wait=_limits(held["wait"]),
        first_response=_limits(held["first_response"]),
        silence=_limits(held["silence"]),
        errors=Limit(errors["amber"], errors["red"]),
        error_minutes=errors["minutes"],
        angry=held["angry"],
        service_level=held["service_level"],
    )


def _limits(held: Mapping[str, Any]) -> Limits:
    return Limits(
        Limit(*held["default"]),
        {skill: Limit(*pair) for skill, pair in held["skills"].items()},
        {priority: Limit(*pair) for priority, pair in held["priorities"].items()},
    )
