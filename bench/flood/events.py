"""The events of a flood, as on the company's wire, from one seed: numbers in their order, then shaken for the door."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

PER_OUTAGE, HOMES_AREA = 10, "TA-HOMES"
_SEED, _WINDOW = 20261121, 400


def body(number: int, what: str, outage: str, area: str, now: datetime, eta: datetime) -> bytes:
    """Writes one event of an outage."""
    data = {"outage_no": outage, "kind": "fault", "status": "repairing", "area_ids": [area], "cause": "-", "note": ""}
    times = {"eta": eta, "eta_said_at": now, "started": now, "restored": now if what == "restored" else None}
    moments = {name: at.isoformat() if at else None for name, at in times.items()}
    whole = {**data, **moments, "buildings": [], "planned_from": None, "planned_to": None}
    event = {"event_id": str(number), "type": f"outage.{what}", "at": now.isoformat(), "subject": outage}
    return json.dumps({**event, "account_no": None, "area_ids": [area], "data": whole}).encode()


def many(count: int, now: datetime) -> list[bytes]:
    """One outage of the homes, then many of ten events each: raised, the estimate changed eight times, restored."""
    outages = count // PER_OUTAGE
    found = [body(1, "raised", "T-HOMES", HOMES_AREA, now, now + timedelta(hours=5))]
    for number in range(outages * PER_OUTAGE):
        step, outage = divmod(number, outages)
        what = "raised" if step == 0 else "restored" if step == PER_OUTAGE - 1 else "updated"
        eta = now + timedelta(hours=1, minutes=step)
        found.append(body(number + 2, what, f"T{outage}", f"TA-{outage % 500}", now, eta))
    return found


def one_story(count: int, now: datetime) -> list[bytes]:
    """One outage of the homes whose estimate changes with each event."""
    first = body(1, "raised", "T-HOMES", HOMES_AREA, now, now + timedelta(hours=5))
    later = (now + timedelta(hours=5, minutes=number) for number in range(1, count))
    return [first, *(body(2 + n, "updated", "T-HOMES", HOMES_AREA, now, eta) for n, eta in enumerate(later))]


def shaken(bodies: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yields number and body: a tenth comes twice, a fifth out of order within a window; the same each time."""
    chance = random.Random(_SEED)  # noqa: S311  # a bench
    held: list[tuple[int, bytes]] = []
    for one in enumerate(bodies, 1):
        if chance.random() < 0.2:
            held.append(one)
        else:
            yield one
        if chance.random() < 0.1:
            yield one
        if len(held) > _WINDOW:
            chance.shuffle(held)
            yield from held
            held.clear()
    yield from held
