"""What the calls of every subject share: one transport, who acts, how a path is written."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from string import punctuation
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from backend.breaker import Breaker
from backend.transport import Call, Deadlines, Transport
from conversation.identity import ChannelUser

NONE: Mapping[str, str] = MappingProxyType({})
HEADER_TEXT = re.compile(r"[!-~]{1,40}")
TEXT_MOST = 200  # what the utility's contract takes for a place


class Client:
    """One utility behind one transport."""

    def __init__(
        self, url: str, token: str, *, breaker: Breaker | None = None, deadlines: Deadlines = Deadlines()
    ) -> None:
        """Keeps where the utility is; nothing is opened before the first call."""
        self._transport = Transport(url, token, breaker or Breaker(), deadlines)

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()

    async def _get(
        self,
        path: str,
        user: ChannelUser | None,
        *,
        query: Mapping[str, str] = NONE,
        headers: Mapping[str, str] = NONE,
    ) -> Any:
        who = acting(user.conversation_id) if user else {}
        return await self._transport.send(Call("GET", path, repeatable=True, headers={**who, **headers}, query=query))

    async def _write(
        self, method: str, path: str, user: ChannelUser, body: Mapping[str, Any] | None = None, *, key: str = ""
    ) -> Any:
        """Sends a write; the key (a fresh one if none is given) makes the retry of a lost answer harmless."""
        headers = {**acting(user.conversation_id), "Idempotency-Key": _header(key or uuid.uuid4().hex)}
        return await self._transport.send(Call(method, path, repeatable=True, headers=headers, body=body))

    async def _report(self, path: str, body: Mapping[str, Any], *, key: str) -> Any:
        """Sends a write of the house's own, on nobody's behalf."""
        headers = {"Idempotency-Key": _header(key)}
        return await self._transport.send(Call("POST", path, repeatable=True, headers=headers, body=body))

    async def _upload(
        self, path: str, user: ChannelUser, content: bytes, *, headers: Mapping[str, str] = NONE, key: str
    ) -> Any:
        """Sends the bytes of a document under a key."""
        kind = {"Content-Type": "application/octet-stream", "Idempotency-Key": _header(key)}
        send = Call("POST", path, True, {**acting(user.conversation_id), **kind, **headers}, content=content)
        return await self._transport.send(send)


def acting(person: str) -> dict[str, str]:
    """Says for whom the call is made."""
    return {"Acting-User": person}


def _header(key: str) -> str:
    """Writes a key as a header may carry it: what is not ASCII (the name of a notice in it) is escaped."""
    return quote(key, safe=punctuation + " ")


def part(value: str) -> str:
    """Writes a value as one part of a path."""
    return quote(value, safe="") or "-"
