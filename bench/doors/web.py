"""A visitor at GridTalk's web door: session over HTTP, talk over the WebSocket, as the chat page does it."""

from __future__ import annotations

import secrets
from typing import Any

import aiohttp

# Who answers: the bot, and the house itself where a person was asked for.
_VOICES = ("bot", "system")


class WebVisitor:
    """One visitor with one window open; `apologies` are the sentences that stand for "no answer"."""

    channel = "web"

    def __init__(self, http: aiohttp.ClientSession, base: str, apologies: frozenset[str]) -> None:
        self._http = http
        self._base = f"{base}/webhooks/web"
        self._apologies = apologies
        self._token = ""
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.visitor_id = ""

    async def register(self) -> None:
        """Gets the visitor's token and name."""
        async with self._http.post(f"{self._base}/session", json={}) as answer:
            session = await answer.json()
        self._token, self.visitor_id = session["token"], session["visitor_id"]

    async def arrive(self) -> None:
        """See base class."""
        self._socket = await self._http.ws_connect(f"{self._base}/ws")
        await self._socket.send_json({"type": "hello", "token": self._token, "last_seq": 0})
        await self._frame("welcome")

    async def say(self, text: str) -> str | None:
        """See base class; the house's first line after our own belongs to our turn; an apology is no answer."""
        client_id = secrets.token_hex(8)
        await self._open().send_json({"type": "message", "client_id": client_id, "text": text})
        own = None
        while True:
            frame = await self._frame("message", "ack", "error")
            line = frame.get("message", frame)
            if client_id == frame.get("client_id") and frame["type"] == "error":
                return None
            if client_id == line.get("client_id"):
                own = line["seq"]
            elif own and line.get("role") in _VOICES and line["seq"] > own:
                return None if line["text"] in self._apologies else said(line)

    async def leave(self) -> None:
        """See base class."""
        if self._socket is not None:
            await self._socket.close()

    async def _frame(self, *kinds: str) -> dict[str, Any]:
        while True:
            got = await self._open().receive()
            if got.type is not aiohttp.WSMsgType.TEXT:
                raise aiohttp.ClientConnectionError(f"the bot closed the talk ({self._open().close_code})")
            frame: dict[str, Any] = got.json()
            if frame["type"] in kinds:
                return frame

    def _open(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None:
            raise RuntimeError("the visitor has not arrived")
        return self._socket


def said(line: dict[str, Any]) -> str:
    """Returns the words of a bot's line, or the title of its card when it has no words."""
    return str(line.get("text") or line.get("card", {}).get("title") or "(card)")
