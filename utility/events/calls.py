"""Puts events into calls: each by itself, or several for a subscriber who takes several; no I/O."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from utility.events import wire
from utility.events.values import Subscriber, Told

BYTES_MOST = 512 * 1024


@dataclass(frozen=True)
class Call:
    """One call of a subscriber: its body, where its first event stands in the page, and its last one.

    Without a body nothing is sent: what the subscriber does not want is passed over.
    """

    body: bytes
    first: int
    last: Told


def calls(subscriber: Subscriber, events: Sequence[Told]) -> Iterator[Call]:
    """Yields the calls that bring these events, in order; the last one ends at the last event."""
    parts: list[bytes] = []
    first, last = 0, events[0]
    for index, event in enumerate(events):
        if not subscriber.wants(event.type):
            continue
        part = json.dumps(wire.event(event), ensure_ascii=False).encode()
        if parts and (len(parts) >= subscriber.batch or sum(map(len, parts)) + len(part) > BYTES_MOST):
            yield Call(_body(subscriber, parts), first, last)
            parts = []
        if not parts:
            first = index
        parts.append(part)
        last = event
    if parts:
        yield Call(_body(subscriber, parts), first, last)
    if not parts or last is not events[-1]:
        yield Call(b"", len(events) - 1, events[-1])


def _body(subscriber: Subscriber, parts: Sequence[bytes]) -> bytes:
    return parts[0] if subscriber.batch == 1 else b'{"events": [' + b", ".join(parts) + b"]}"
