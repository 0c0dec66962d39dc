"""OAuth of a platform for the chat page: who opens it in WeChat or Alipay is known there as the same person.

GET .../oauth sends the browser to the platform with a signed `state`; GET .../oauth/callback takes the one-time code it
comes back with. The state is good for ten minutes, for the browser it was made in (a cookie is part of what is signed)
and once (the house remembers it): nobody can be led into somebody else's chat. The visitor's token is handed to the
page behind the `#` of its address, which no server, log or referrer sees, with a word that a second cookie has to
match.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Protocol
from urllib.parse import quote

import structlog
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import redirect
from sanic.response import text as plain

from connectors.shared.errors import DoorError, Forbidden, PlatformError
from connectors.shared.pace import Gatekeeper, Limits
from connectors.shared.ports import Say
from connectors.shared.resume import Resuming
from connectors.shared.routes import function
from conversation.identity import ChannelName, ChannelUser

_LIFE_S, _HANDOVER_S, _MAC = 600, 60, 48
# Platforms take letters and digits only, 128 at most (WeChat) or 100 (Alipay): a nonce, an end, a signature, in hex.
_STATE = re.compile(r"(?P<nonce>[0-9a-f]{32})(?P<end>[0-9a-f]{8})(?P<mac>[0-9a-f]{48})")
_CODE = re.compile(r"[!-~]{1,512}")
_HANDOVER = "gridtalk_handover"
_SENT_AWAY = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


class Platform(Protocol):
    """What differs between platforms."""

    channel: ChannelName
    # The name under which the code comes back.
    code_name: str

    def address(self, redirect_uri: str, state: str) -> str:
        """Where the browser is sent."""

    async def person(self, code: str) -> ChannelUser:
        """Who the code stands for. Raises PlatformError."""

    async def close(self) -> None:
        """Leaves the platform."""


class OAuthDoor:
    """The two routes of one platform."""

    def __init__(
        self,
        platform: Platform,
        resuming: Resuming,
        say: Say,
        issue: Callable[[str], str],
        *,
        secret: str,
        public_url: str,
        limits: Limits,
    ) -> None:
        """Keeps what the routes need.

        Args:
            platform: the platform.
            resuming: remembers links and spent states.
            say: gives the sentence of an error.
            issue: makes a token for the visitor of that id.
            secret: signs states and names visitors.
            public_url: where browsers reach this house.
            limits: how much one address may ask.
        """
        self._platform = platform
        self._resuming = resuming
        self._say = say
        self._issue = issue
        self._secret = secret.encode()
        self._page = public_url.rstrip("/")
        self._path = f"/webhooks/{platform.channel.value}/oauth"
        self._cookie = f"gridtalk_oauth_{platform.channel.value}"
        self._gatekeeper = Gatekeeper(limits)
        self._log = structlog.get_logger()

    def blueprint(self) -> Blueprint:
        """Returns the routes."""
        routes = Blueprint(f"{self._platform.channel.value}_oauth", url_prefix=self._path)
        routes.add_route(function(self._begin), "", methods=["GET"], name="begin")
        routes.add_route(function(self._come_back), "/callback", methods=["GET"], name="come_back")
        return routes

    async def close(self) -> None:
        """Leaves the platform."""
        await self._platform.close()

    async def _begin(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        browser, nonce, end = secrets.token_hex(16), secrets.token_hex(16), f"{int(time.time()) + _LIFE_S:08x}"
        state = nonce + end + self._sign("state", nonce, end, browser)[:_MAC]
        away = redirect(
            self._platform.address(f"{self._page}{self._path}/callback", state), headers=_SENT_AWAY, status=302
        )
        self._set_cookie(away, self._cookie, browser, path=self._path, seconds=_LIFE_S, hidden=True)
        return away

    async def _come_back(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        channel = self._platform.channel.value
        try:
            person = await self._platform.person(await self._code(request))
        except PlatformError as error:
            self._log.warning("door.oauth.failed", door=channel, reason=error.detail)
            return self._refuse(502 if error.retryable else 400)
        except DoorError as error:
            self._log.warning("door.oauth.refused", door=channel, error_code=error.code)
            return self._refuse(error.status)
        visitor = ChannelUser(ChannelName.WEB, self._visitor(person))
        await self._resuming.link(visitor, person)
        self._log.info("door.oauth.opened", door=channel, conversation_id=visitor.conversation_id)
        word = secrets.token_hex(16)
        home = redirect(
            f"{self._page}/#token={quote(self._issue(visitor.user_id))}&word={word}", headers=_SENT_AWAY, status=302
        )
        self._set_cookie(home, _HANDOVER, word, path="/", seconds=_HANDOVER_S, hidden=False)
        self._set_cookie(home, self._cookie, "", path=self._path, seconds=0, hidden=True)
        return home

    async def _code(self, request: Request) -> str:
        """The code of a browser that may bring it.

        Raises:
            Forbidden: `door.oauth.state` (forged, old, another browser's), `door.oauth.code` (none came),
                `door.oauth.replayed`.
        """
        code, found = _only(request, self._platform.code_name), _STATE.fullmatch(_only(request, "state"))
        browser = request.cookies.get(self._cookie) or ""
        if found is None or not browser:
            raise Forbidden("door.oauth.state", "The state is none of this browser's.")
        right = self._sign("state", found["nonce"], found["end"], browser)[:_MAC]
        end = int(found["end"], 16)
        if not hmac.compare_digest(right.encode(), found["mac"].encode()) or end < time.time():
            raise Forbidden("door.oauth.state", "The state is none of this browser's, or too old.")
        if not _CODE.fullmatch(code):
            raise Forbidden("door.oauth.code", "No code came back.")
        if not await self._resuming.spend(found["nonce"], datetime.fromtimestamp(end, timezone.utc)):
            raise Forbidden("door.oauth.replayed", "The state was used before.")
        return code

    def _refuse(self, status: int) -> HTTPResponse:
        name = "utter_door_oauth_unreachable" if status >= 500 else "utter_door_oauth_failed"
        return plain(self._say(name), status=status, headers=_SENT_AWAY)

    def _visitor(self, person: ChannelUser) -> str:
        """The visitor that this person always is: their history stands in the page whenever they open it."""
        return f"v{self._sign('visitor', person.conversation_id)[:32]}"

    def _sign(self, *parts: str) -> str:
        signed = "\n".join((self._platform.channel.value, *parts))
        return hmac.new(self._secret, signed.encode(), hashlib.sha256).hexdigest()

    def _set_cookie(
        self, answer: HTTPResponse, name: str, value: str, *, path: str, seconds: int, hidden: bool
    ) -> None:
        answer.cookies[name] = value
        cookie = answer.cookies[name]
        cookie["path"], cookie["max-age"], cookie["samesite"] = path, seconds, "Lax"
        cookie["httponly"], cookie["secure"] = hidden, self._page.startswith("https://")


def _only(request: Request, name: str) -> str:
    """A parameter that came exactly once, else nothing."""
    values = request.args.getlist(name) or []
    return str(values[0]) if len(values) == 1 else ""
