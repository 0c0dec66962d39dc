"""The company's webhooks as bad networks bring them: once, twice, late, in another order, or not at all.

Which event meets which is drawn from the seed; whatever is lost is left to the stream's cursor.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bench.typhoon.fate import lot
from utility.events.signing import HEADER, signature
from utility.simulate.client import Client

SECRET = "a-secret-of-the-storm-for-webhooks"
LATE = timedelta(minutes=4)
_WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
_LOST, _TWICE, _LATE = 0.15, 0.4, 0.55


@dataclass
class Post:
    """Reads the company's new events and brings them to the notices."""

    client: Client
    session: aiohttp.ClientSession
    seed: int
    doors: Callable[[], Sequence[str]]
    tally: Counter[str] = field(default_factory=Counter)
    _cursor: str = ""
    _held: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def held_until(self) -> datetime | None:
        """When the next late one is due."""
        return min((at for at, _ in self._held), default=None)

    async def bring(self, now: datetime) -> None:
        """Brings what is new, and what was held back until now."""
        due = [event for at, event in self._held if at <= now]
        self._held = [(at, event) for at, event in self._held if at > now]
        for event in await self._fresh():
            if event["type"].startswith("outage."):
                due += self._meets(event, now)
        due.sort(key=lambda event: lot(self.seed, "order", event["type"], event["at"], event["subject"]))
        await asyncio.gather(*(self._deliver(event, now) for event in due))

    async def _fresh(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"limit": "200", **({"after": self._cursor} if self._cursor else {})}
            page = (await self.client.read("/v1/events", query=query)).content
            self._cursor = page["next_cursor"]
            found += page["events"]
            if not page["events"]:
                return found

    def _meets(self, event: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        name = f"{event['type']} {event['subject']}"
        self._seen[name] += 1
        drawn = lot(self.seed, "post", name, self._seen[name])
        what = "lost" if drawn < _LOST else "twice" if drawn < _TWICE else "late" if drawn < _LATE else "once"
        self.tally[what] += 1
        if what == "late":
            self._held.append((now + LATE, event))
        return {"lost": [], "late": [], "twice": [event, event], "once": [event]}[what]

    async def _deliver(self, event: dict[str, Any], now: datetime) -> None:
        doors = self.doors()
        if not doors:
            self.tally["nobody there"] += 1
            return
        body = json.dumps(event, ensure_ascii=False).encode()
        url = doors[int(len(doors) * lot(self.seed, "door", event["type"], event["subject"]))]
        headers = {HEADER: signature(SECRET, now, body), "Content-Type": "application/json"}
        try:
            async with self.session.post(f"{url}/events", data=body, headers=headers) as answer:
                self.tally[f"answered {answer.status}"] += 1
        except _WIRE_ERRORS:
            self.tally["nobody there"] += 1
