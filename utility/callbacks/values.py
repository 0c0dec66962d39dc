"""Requests to be called back, as frozen values; a phone leaves only masked, or whole for a purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CallbackWish:
    """What somebody asks for; no phone: the one on file of the account; `call_by`: the hour that was named to them."""

    reason: str
    phone: str = ""
    account_no: str = ""
    call_by: datetime | None = None


@dataclass(frozen=True)
class Callback:
    """A request to be called back: `open`, or `done` by somebody of the staff."""

    callback_no: str
    account_no: str | None
    phone: str
    reason: str
    state: str
    asked_at: datetime
    done_at: datetime | None = None
    note: str = ""
    call_by: datetime | None = None
