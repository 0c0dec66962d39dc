"""How most projects answer WeChat, as a base line: no inbox, no duplicates known, nothing repeated.

`request` answers inside the request that pushed, as the examples of the SDKs do; `background` says "success" at once
and sends the answer when it has it, once. Both get a token anew when theirs is refused, as the SDKs do.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import Any

import aiohttp
from aiohttp import web
from defusedxml.ElementTree import fromstring

from bench.storm_script import answer_to, order_of
from tests.fakes.served import Served
from tests.fakes.wechat import FakeWeChat, Keys

STYLES = ("request", "background")
_THINKING_SECONDS = 0.05
_BAD_TOKEN = 40001


class NaiveDoor:
    """Takes pushes as the platform's page tells, and nothing beyond it."""

    def __init__(self, platform: FakeWeChat, style: str) -> None:
        self._keys: Keys = platform.keys
        self._api = platform.url
        self._style = style
        self._token = ""
        self._sending: set[asyncio.Task[None]] = set()
        app = web.Application()
        app.router.add_post("/wechat", self._push)
        app.on_cleanup.append(self._leave)
        self._http: aiohttp.ClientSession | None = None
        self._served = Served(app)

    @property
    def url(self) -> str:
        """Where it is pushed to."""
        return f"{self._served.url}/wechat"

    def start(self) -> None:
        """Listens."""
        self._served.start()

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    @property
    def is_busy(self) -> bool:
        """Whether answers are on their way."""
        return bool(self._sending)

    async def _push(self, request: web.Request) -> web.Response:
        sealed = _fields(await request.text())["Encrypt"]
        expected = self._keys.signature(request.query["timestamp"], request.query["nonce"], sealed)
        if request.query["msg_signature"] != expected:
            return web.Response(status=403)
        fields = _fields(self._keys.open(sealed))
        if self._style == "background":
            task = asyncio.ensure_future(self._answer_later(fields))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            return web.Response(text="success")
        return web.Response(text=self._passive(fields, await _think(fields["Content"])), content_type="text/xml")

    async def _answer_later(self, fields: dict[str, str]) -> None:
        text = await _think(fields["Content"])
        message = {"touser": fields["FromUserName"], "msgtype": "text", "text": {"content": text}}
        try:
            if await self._send(message) == _BAD_TOKEN:
                self._token = ""
                await self._send(message)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError):
            return  # nobody tries again: that is what is measured

    async def _send(self, message: dict[str, Any]) -> int:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=4))
        if not self._token:
            body = {
                "grant_type": "client_credential",
                "appid": self._keys.app_id,
                "secret": self._keys.secret,
            }
            async with self._http.post(f"{self._api}/cgi-bin/stable_token", json=body) as answer:
                self._token = (await answer.json())["access_token"]
        url, data = f"{self._api}/cgi-bin/message/custom/send", json.dumps(message, ensure_ascii=False).encode()
        async with self._http.post(url, params={"access_token": self._token}, data=data) as answer:
            return int((await answer.json())["errcode"])

    def _passive(self, fields: dict[str, str], text: str) -> str:
        now, nonce = str(int(time.time())), secrets.token_hex(5)
        reply = (
            f"<xml><ToUserName>{fields['FromUserName']}</ToUserName><FromUserName>{self._keys.account}</FromUserName>"
            f"<CreateTime>{now}</CreateTime><MsgType>text</MsgType><Content><![CDATA[{text}]]></Content></xml>"
        )
        sealed = self._keys.seal(reply)
        signed = self._keys.signature(now, nonce, sealed)
        return (
            f"<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature>"
            f"<TimeStamp>{now}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
        )

    async def _leave(self, _: web.Application) -> None:
        if self._http is not None:
            await self._http.close()


def _fields(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in fromstring(xml)}


async def _think(text: str) -> str:
    order = order_of(text)
    await asyncio.sleep(order.wait or _THINKING_SECONDS)
    return answer_to(order)
