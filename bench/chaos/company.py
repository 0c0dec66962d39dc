"""The company's own day: outages are raised and ended through the operator's door, each call repeated under its key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import psycopg2

from bench.chaos.schedule import words

_STAFF = "K0103"
_AREAS = ("TA05", "TA01", "TA03", "TA07", "TA02", "TA08")
_RESTORED_AFTER, _LASTS = 20.0, timedelta(hours=2)
_TRIES, _REPEAT_SECONDS = 300, 1.0
_PATIENCE = aiohttp.ClientTimeout(total=8)


@dataclass
class Company:
    """Drives the utility; `raised` and `ended` are the outages whose call was answered."""

    http: aiohttp.ClientSession
    url: str
    token: str
    now: Any
    began: float
    raised: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def live(self, moments: Sequence[float]) -> None:
        """Raises an outage at each moment, another area each time, and ends it a little later."""
        await asyncio.gather(*(self._outage(number, at) for number, at in enumerate(moments)))

    async def _outage(self, number: int, at: float) -> None:
        await asyncio.sleep(max(0.0, self.began + at - time.monotonic()))
        begun: datetime = self.now()
        draft = {
            "kind": "fault",
            "area_ids": [_AREAS[number % len(_AREAS)]],
            "cause": words()["outage_cause"],
            "started": begun.isoformat(),
            "eta": (begun + _LASTS).isoformat(),
        }
        answer = await self._ask("/v1/outages", draft, key=f"chaos-raise-{number:04}-0123456789")
        if answer is None:
            return
        outage_no = str(answer["outage_no"])
        self.raised.append(outage_no)
        await asyncio.sleep(_RESTORED_AFTER)
        if await self._ask(f"/v1/outages/{outage_no}/restoration", {}, key=f"chaos-end-{number:04}-0123456789"):
            self.ended.append(outage_no)

    async def _ask(self, path: str, body: Mapping[str, Any], *, key: str) -> Mapping[str, Any] | None:
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key, "acting-staff": _STAFF}
        for _ in range(_TRIES):
            try:
                async with self.http.post(self.url + path, json=body, headers=headers, timeout=_PATIENCE) as answer:
                    content: Mapping[str, Any] = await answer.json()
                    if answer.status < 300:
                        return content
                    if answer.status < 500 and answer.status != 429:
                        self.refused.append(f"{path}: {content.get('code', answer.status)}")
                        return None
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
                pass  # the company is away: the same call again
            await asyncio.sleep(_REPEAT_SECONDS)
        self.refused.append(f"{path}: never answered")
        return None


def bind(utility_database: str, users: Sequence[tuple[str, str]], at: datetime) -> None:
    """Binds each (channel, user) to an account of the areas where something will happen."""
    connection = psycopg2.connect(utility_database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select account_no from accounts order by account_no")
            accounts = [row[0] for row in cursor.fetchall()]
            for place, (channel, user) in enumerate(users):
                cursor.execute("insert into channel_users values (%s, %s) on conflict do nothing", (channel, user))
                cursor.execute(
                    "insert into bindings values (%s, %s, %s, %s) on conflict do nothing",
                    (channel, user, accounts[place % len(accounts)], at),
                )
    finally:
        connection.close()
