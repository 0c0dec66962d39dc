"""What is known of the messages a platform lets us send to a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Spending:
    """When a customer last wrote (an event is no writing), what was sent since, and whether they are there at all."""

    last_said: datetime | None
    spent: int
    reachable: bool = True
