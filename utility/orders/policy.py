"""The company's own settings of work orders, from the `policy` section of its books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class OrderPolicy:
    """The letters of ticket numbers by their key, and how far apart two urges are that both reach the owner."""

    letters: Mapping[str, str]
    urge_gap: timedelta


def parse_order_policy(policy: Mapping[str, Any]) -> OrderPolicy:
    """Reads the section."""
    letters = {key: letter for key, letter in policy["numbers"].items() if key != "format"}
    return OrderPolicy(letters, timedelta(minutes=policy["urge"]["gap_min"]))
