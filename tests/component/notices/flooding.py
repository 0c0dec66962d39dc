"""A flood at the notices' door: the company's events as on the wire, signed, by real HTTP, again until taken."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sanic import Sanic

from backend.models import CompanyEvent
from notices.door import BODY_BYTES, Doors
from notices.following import Following
from notices.intake import Intake
from notices.registration import Registration
from runtime import embedded, web
from runtime.clock import Clock
from runtime.postgres import Pool
from tests.component.notices.company import Company, Listening
from utility.events.signing import HEADER, signature

SECRET = "the-subscriber-s-secret"
OUTAGES, EACH = 30, 5


@asynccontextmanager
async def door(pool: Pool, clock: Clock) -> AsyncIterator[str]:
    """The real door on a store; gives its address."""
    app = Sanic(f"notices-{secrets.token_hex(6)}", configure_logging=False)
    web.limit(app, body_bytes=BODY_BYTES)
    web.install_errors(app)
    registration = Registration(pool, clock, Listening(), url="", given=SECRET, token="t")
    doors = Doors(Intake(pool, clock), Following(pool, clock), clock, registration=registration, report_token="")
    doors.install(app)
    port = embedded.free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.start_serving()
    yield f"http://127.0.0.1:{port}/events"
    server.close()
    await server.wait_closed()
    await doors.gathering.close()
    Sanic._app_registry.pop(app.name, None)


def wire(event: CompanyEvent) -> dict[str, Any]:
    """Writes an event as the contract says."""
    texts = {"event_id": event.event_id, "type": event.type, "at": event.at.isoformat(), "subject": event.subject}
    return {**texts, "account_no": None, "area_ids": list(event.area_ids), "data": dict(event.data)}


def lives(company: Company, now: datetime) -> list[CompanyEvent]:
    """Many outages at once, each from its beginning to its end, step by step over all of them."""
    for step in range(EACH):
        what = "raised" if step == 0 else "restored" if step == EACH - 1 else "updated"
        for number in range(OUTAGES):
            end = {"restored": now, "status": "restored"} if what == "restored" else {}
            eta = now + timedelta(hours=2, minutes=step)
            company.outage(what, f"T{number}", areas=(f"TA-{1 + number % 2}",), eta=eta, started=now, **end)
    return list(company.told)


def calls(events: Sequence[CompanyEvent], chance: random.Random) -> list[list[CompanyEvent]]:
    """Puts events into calls as bad networks bring them: some twice, in any order, one or several a call."""
    sent = [event for event in events for _ in range(chance.choice((1, 1, 2)))]
    chance.shuffle(sent)
    found: list[list[CompanyEvent]] = []
    while sent:
        many = chance.choice((1, 1, 3, 8))
        found.append(sent[:many])
        sent = sent[many:]
    return found


@dataclass
class Flood:
    """Brings calls to a door, again until they are taken; what was taken is noted."""

    url: str
    clock: Clock
    secret: str = SECRET
    acknowledged: set[int] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    taken: asyncio.Event = field(default_factory=asyncio.Event)

    async def bring(self, calls: Sequence[Sequence[CompanyEvent]], *, at_once: int = 16) -> None:
        """Brings all of them, so many at once."""
        waiting = list(calls)[::-1]
        async with aiohttp.ClientSession() as session:
            await asyncio.gather(*(self._work(session, waiting) for _ in range(at_once)))

    async def _work(self, session: aiohttp.ClientSession, waiting: list[Sequence[CompanyEvent]]) -> None:
        while waiting:
            call = waiting.pop()
            status = await self.post(session, body_of(call))
            if status == 204:
                self.acknowledged.update(int(event.event_id) for event in call)
                self.taken.set()
            else:
                waiting.insert(0, call)
                await asyncio.sleep(0.05)

    async def post(self, session: aiohttp.ClientSession, body: bytes) -> int:
        """Brings one body; 0: nobody was there."""
        headers = {HEADER: signature(self.secret, self.clock.now(), body)}
        try:
            async with session.post(self.url, data=body, headers=headers) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError):
            status = 0
        self.answers[status] += 1
        return status


def body_of(call: Sequence[CompanyEvent]) -> bytes:
    """Writes a call: one event by itself, several as a list."""
    content = wire(call[0]) if len(call) == 1 else {"events": [wire(event) for event in call]}
    return json.dumps(content).encode()


async def numbers(pool: Pool) -> list[int]:
    """Lists the events that are kept."""
    return [row["event_no"] for row in await pool.fetch("select event_no from notice_events order by event_no")]
