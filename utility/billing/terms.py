"""What an account is billed by: its plan's basis and options, and the technical facts a commercial bill needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

ONE = Decimal(1)


class Basis(str, Enum):
    """What the price hangs on."""

    TIER = "tier"  # 居民阶梯
    SHARED = "shared"  # 合表
    CHARGER = "charger"  # 居民充电桩, at the shared-meter price
    SINGLE = "single"  # 单一制
    TWO_PART = "two_part"  # 两部制


HOMES = frozenset({Basis.TIER, Basis.SHARED, Basis.CHARGER})
OPTIONS = ("tou", "multi", "free")


@dataclass(frozen=True)
class Plan:
    """A plan's name taken apart: `tier_tou_free` is tiers by time of use with a free quota."""

    name: str
    basis: Basis
    tou: bool = False
    multi: bool = False
    free: bool = False

    @property
    def home(self) -> bool:
        """Whether a home is billed by it."""
        return self.basis in HOMES


@lru_cache(maxsize=64)
def plan_of(name: str) -> Plan:
    """Takes a plan's name apart.

    Raises:
        ValueError: there is no such plan.
    """
    if name in (Basis.SINGLE.value, Basis.TWO_PART.value):
        return Plan(name, Basis(name))
    basis, *options = name.split("_")
    if Basis(basis) not in HOMES or options != [option for option in OPTIONS if option in options]:
        raise ValueError(f"not a plan: {name!r}")
    if "multi" in options and basis != Basis.TIER.value:
        raise ValueError(f"only tiers can be widened: {name!r}")
    return Plan(name, Basis(basis), *(option in options for option in OPTIONS))


@dataclass(frozen=True)
class Supply:
    """The technical facts of an account: what the meter multiplies by, the contracted kVA, the power factor."""

    multiplier: Decimal = ONE
    kva: Decimal = Decimal(0)
    power_factor: Decimal | None = None


def supply_of(extra: Mapping[str, Any]) -> Supply:
    """Reads the technical facts that bills need from an account's own."""
    factor = extra.get("factor")
    return Supply(
        multiplier=Decimal(str(extra.get("multiplier", 1))),
        kva=Decimal(str(extra.get("kva", 0))),
        power_factor=None if factor is None else Decimal(str(factor)),
    )


@dataclass(frozen=True)
class PlanChange:
    """A change of plan, class or holder: the bill splits at the midnight reading of `since`."""

    since: date
    before: str
    after: str
    new_holder: bool = False


def plan_on(day: date, current: str, changes: list[PlanChange]) -> str:
    """Returns the plan that held on `day`; `changes` are oldest first, `current` is what holds after them."""
    later = [change for change in changes if change.since > day]
    return later[0].before if later else current
