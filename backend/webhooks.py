"""Reads what the utility sends by webhook: only what it has signed, just now, with the subscriber's own secret."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.errors import BackendProtocolError
from backend.models import CompanyEvent
from backend.wire.events import event
from backend.wire.reading import read

HEADER = "Utility-Signature"
WINDOW_S = 300
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def read_webhook(secret: str, signature: str, body: bytes, now: datetime) -> CompanyEvent:
    """Returns the event of a call; the caller answers 2xx once it has kept it, and drops an `event_id` it has.

    Args:
        secret: what the utility gave when the subscriber was registered.
        signature: the header `Utility-Signature`.
        body: every byte of the body.
        now: the receiver's clock, which must be the utility's within five minutes.

    Raises:
        BackendProtocolError: it is not signed, by somebody else, too long ago, or not an event.
    """
    check_signature(secret, signature, body, now)
    return read_body(body)


def check_signature(secret: str, signature: str, body: bytes, now: datetime) -> None:
    """Lets through what the utility has signed just now.

    Raises:
        BackendProtocolError: it is not signed, by somebody else, or too long ago.
    """
    match = _SIGNATURE.fullmatch(signature)
    if match is None:
        raise BackendProtocolError("the webhook is not signed")
    signed = hmac.digest(secret.encode(), f"{match[1]}.".encode() + body, "sha256").hex()
    if not hmac.compare_digest(signed, match[2]):
        raise BackendProtocolError("the webhook is not the utility's")
    if abs(now.timestamp() - int(match[1])) > WINDOW_S:
        raise BackendProtocolError("the webhook is not of now")


def read_body(body: bytes) -> CompanyEvent:
    """Reads the event of a body whose signature was checked. Raises BackendProtocolError: it is none."""
    return read(event, _json(body))


@dataclass(frozen=True)
class Unread:
    """What the utility has signed and is no event: it would not get better by being sent again."""

    body: bytes
    reason: str


def read_events(body: bytes) -> tuple[list[CompanyEvent], list[Unread]]:
    """Reads a body whose signature was checked: one event, or `{"events": [...]}` of a subscriber who takes several.

    One that is none leaves those beside it alone.
    """
    try:
        content = _json(body)
    except BackendProtocolError as error:
        return [], [Unread(body, error.detail)]
    several = content["events"] if isinstance(content, dict) and isinstance(content.get("events"), list) else None
    events: list[CompanyEvent] = []
    unread: list[Unread] = []
    for item in [content] if several is None else several:
        try:
            events.append(read(event, item))
        except BackendProtocolError as error:
            unread.append(Unread(body if several is None else json.dumps(item).encode(), error.detail))
    return events, unread


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BackendProtocolError("the webhook is not JSON") from error
