"""The part of WeChat's platform that browsers and cameras see: QR codes, and OAuth for pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlencode

from aiohttp import web

_LONGEST_SCENE, _LONGEST_LIFE = 64, 2_592_000
# What the platform takes for a state: letters and digits, 128 bytes.
_STATE = re.compile(r"[a-zA-Z0-9]{0,128}")
_ORDER = ["appid", "redirect_uri", "response_type", "scope", "state"]


class AccountKeys(Protocol):
    """What is looked at of an account's keys."""

    app_id: str
    secret: str


class WeChatPages:
    """Makes codes and lets people in."""

    def __init__(self, keys: AccountKeys) -> None:
        self._keys = keys
        # Who holds the phone that opens the page; the codes given out, and whether they were used.
        self.holder = "oGRIDTALK-customer_1"
        self.codes: dict[str, bool] = {}
        # The scene and the life (in seconds, 0: for good) of every QR code, by its ticket.
        self.scenes: dict[str, tuple[str, int]] = {}
        self.is_down = False

    def add_to(self, app: web.Application, has_token: Callable[[web.Request], bool]) -> None:
        """Adds the routes."""
        self._has_token = has_token
        app.router.add_post("/cgi-bin/qrcode/create", self._create)
        app.router.add_get("/cgi-bin/showqrcode", self._show)
        app.router.add_get("/connect/oauth2/authorize", self._authorize)
        app.router.add_get("/sns/oauth2/access_token", self._access_token)

    async def _create(self, request: web.Request) -> web.Response:
        if self.is_down:
            return web.Response(status=502)
        if not self._has_token(request):
            return _error(40001)
        body = await request.json()
        scene = body.get("action_info", {}).get("scene", {}).get("scene_str", "")
        seconds = body.get("expire_seconds", 0)
        lasting = body.get("action_name") == "QR_LIMIT_STR_SCENE"
        if not lasting and body.get("action_name") != "QR_STR_SCENE":
            return _error(40053)
        if not 1 <= len(scene) <= _LONGEST_SCENE or lasting != (seconds == 0) or not 0 <= seconds <= _LONGEST_LIFE:
            return _error(40053)
        ticket = "gQ" + secrets.token_urlsafe(48)
        self.scenes[ticket] = (scene, seconds)
        url = f"http://weixin.qq.com/q/{ticket[:20]}"
        return web.json_response({"ticket": ticket, "url": url, **({"expire_seconds": seconds} if seconds else {})})

    async def _show(self, request: web.Request) -> web.Response:
        ticket = request.query.get("ticket", "")
        if ticket not in self.scenes:
            return web.Response(status=404)
        return web.Response(body=b"\xff\xd8\xff" + ticket.encode(), content_type="image/jpg")

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = request.query
        right = list(asked) == _ORDER and asked["appid"] == self._keys.app_id and asked["response_type"] == "code"
        if not right or asked["scope"] != "snsapi_base" or not _STATE.fullmatch(asked["state"]):
            return web.Response(status=400, text="invalid")
        code = secrets.token_hex(16)
        self.codes[code] = False
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        return web.Response(status=302, headers={"location": back})

    async def _access_token(self, request: web.Request) -> web.Response:
        if self.is_down:
            return web.Response(status=502)
        asked = request.query
        if asked.get("appid") != self._keys.app_id or asked.get("secret") != self._keys.secret:
            return _error(40125)
        if asked.get("grant_type") != "authorization_code" or asked.get("code") not in self.codes:
            return _error(40029)
        if self.codes[asked["code"]]:
            return _error(40163)
        self.codes[asked["code"]] = True
        token = {"access_token": secrets.token_hex(16), "expires_in": 7200, "refresh_token": secrets.token_hex(16)}
        return web.json_response({**token, "openid": self.holder, "scope": "snsapi_base"})


def _error(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "refused by the fake"})
