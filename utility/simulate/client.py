"""The day's clients: REST with tokens, every write under its own key, repeated with it until somebody answers."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp

from runtime.errors import GridTalkError

WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
PATIENCE = aiohttp.ClientTimeout(total=15)
TRIES, REST_S = 40, 0.25
LATEST_KILL_S = 0.02

Kill = Callable[[], Awaitable[None]]


class PlayFailed(GridTalkError):
    """The service answered what it never may, or nobody answered at all."""

    code = "simulation.failed"


@dataclass(frozen=True)
class Reply:
    """What came back: the status and the JSON, a problem's stable code when it said no."""

    status: int
    content: Any

    @property
    def code(self) -> str:
        """The stable code of a refusal; empty when it was none."""
        return str(self.content.get("code", "")) if self.status >= 400 and isinstance(self.content, dict) else ""


@dataclass
class Client:
    """Asks the company as a counter and as its operator; `kills` are the writes in whose middle the service dies."""

    session: aiohttp.ClientSession
    url: str
    token: str
    operator: str
    random: Random
    kills: frozenset[int] = frozenset()
    kill: Kill | None = None
    writes: int = 0
    tally: Counter[str] = field(default_factory=Counter)

    async def read(self, path: str, *, person: str = "", query: Mapping[str, str] | None = None) -> Reply:
        """Reads as a customer's counter, or without a person as the operator."""
        return await self._until_answered("GET", path, self._headers(person, "", ""), None, query)

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, key: str, person: str = "", staff: str = ""
    ) -> Reply:
        """Writes as a customer's counter or as a member of the staff; the same key until it is answered."""
        headers = self._headers(person, staff, key)
        self.writes += 1
        if self.writes in self.kills and self.kill is not None:
            await self._die_in_the_middle(method, path, headers, body)
        return await self._until_answered(method, path, headers, body, None)

    async def raw(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Posts bytes as somebody outside does (a payment provider's callback)."""
        self.writes += 1
        if self.writes in self.kills and self.kill is not None:
            await self._die_in_the_middle("POST", path, headers, body)
        return await self._until_answered("POST", path, headers, body, None)

    async def _die_in_the_middle(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> None:
        """Sends the write and kills the service while it works: nobody knows whether it was done."""
        asked = asyncio.ensure_future(self._ask(method, path, headers, body, None))
        await asyncio.sleep(self.random.uniform(0, LATEST_KILL_S))
        assert_kill = self.kill
        if assert_kill is not None:
            await assert_kill()
        await asyncio.gather(asked, return_exceptions=True)

    async def _until_answered(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, str] | None
    ) -> Reply:
        for _ in range(TRIES):
            try:
                reply = await self._ask(method, path, headers, body, query)
            except WIRE_ERRORS:
                await asyncio.sleep(REST_S)
                continue
            if reply.status in (429, 503):
                await asyncio.sleep(REST_S)
                continue
            if reply.status >= 500:
                raise PlayFailed(f"{method} {path} answered {reply.status}", body=str(body), answer=reply.content)
            return reply
        raise PlayFailed(f"nobody answers {method} {path}")

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, str] | None
    ) -> Reply:
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        async with self.session.request(
            method, self.url + path, headers=headers, data=data, params=query, timeout=PATIENCE
        ) as answer:
            text = await answer.text()
            return Reply(answer.status, json.loads(text) if text[:1] in ("{", "[") else text)

    def _headers(self, person: str, staff: str, key: str) -> dict[str, str]:
        token = self.token if person else self.operator
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        named = {"Acting-User": person, "Acting-Staff": staff, "Idempotency-Key": key}
        return {**headers, **{name: value for name, value in named.items() if value}}
