"""WeChat's API in the storm: a share of the calls fails, each in one of the ways the platform and the network have."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from bench.storm_books import Books
from tests.fakes.wechat import FakeWeChat

# The door waits 4 s for a call.
_HANGING_SECONDS = 6.0
# What the platform shows of a message that holds no words.
_SILENT = ""


class StormyWeChat(FakeWeChat):
    """Takes calls as the fake does, keeps its books, and fails `failing` of the sends before it took the message."""

    def __init__(self, books: Books, *, failing: float, seed: int) -> None:
        super().__init__()
        self.books = books
        self._failing = failing
        self._chance = random.Random(seed)
        self._faults: tuple[Callable[[web.Request], Coroutine[Any, Any, web.Response]], ...] = (
            self._busy,
            self._too_many_calls,
            self._broken,
            self._cut,
            self._hang,
            self._token_gone,
        )

    async def _send(self, request: web.Request) -> web.Response:
        if self._chance.random() < self._failing:
            fault = self._chance.choice(self._faults)
            self.books.calls[fault.__name__.strip("_")] += 1
            return await fault(request)
        message = json.loads(await request.read())
        refused = self.books.refusal(message["touser"])
        if refused:
            self.books.calls[str(refused)] += 1
            return _coded(refused)
        answer = await super()._send(request)
        code = _code_of(answer)
        self.books.calls["taken" if code == 0 else str(code)] += 1
        if code == 0:
            self.books.take(message["touser"], _words_of(message))
        return answer

    async def _busy(self, _: web.Request) -> web.Response:
        return _coded(-1)

    async def _too_many_calls(self, _: web.Request) -> web.Response:
        return _coded(45011)

    async def _broken(self, _: web.Request) -> web.Response:
        return web.Response(status=500, text="<html>500</html>")

    async def _cut(self, request: web.Request) -> web.Response:
        if request.transport:
            request.transport.close()
        return web.Response()

    async def _hang(self, _: web.Request) -> web.Response:
        await asyncio.sleep(_HANGING_SECONDS)
        return web.Response(status=504)

    async def _token_gone(self, _: web.Request) -> web.Response:
        self.revoke()
        return _coded(40001)


def _coded(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "a fault of the storm"})


def _code_of(answer: web.Response) -> int:
    body = answer.body if isinstance(answer.body, bytes) else b""
    return int(json.loads(body)["errcode"]) if answer.status == 200 and body else answer.status


def _words_of(message: dict[str, Any]) -> str:
    """What the customer reads of a message."""
    if message["msgtype"] == "text":
        return str(message["text"]["content"])
    if message["msgtype"] != "msgmenu":
        return _SILENT
    menu = message["msgmenu"]
    return "\n".join([menu["head_content"], *(row["content"] for row in menu["list"]), menu.get("tail_content", "")])
