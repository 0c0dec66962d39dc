"""Answers of key accounts to planned work, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Consent:
    """What an account said of a window: `agreed`, or `refused` with what it would like instead."""

    outage_no: str
    account_no: str
    planned_from: datetime
    answer: str
    wish: str
    said_at: datetime
    said_by: str
