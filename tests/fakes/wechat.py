"""WeChat's platform on loopback: takes our calls as strictly as the real one, and pushes what customers send.

Its cryptography is written here a second time, from the platform's page, so that a mistake of the door is not shared.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml.ElementTree import fromstring

from tests.fakes.served import Served, spoiled
from tests.fakes.wechat_pages import WeChatPages
from tests.fakes.wechat_rules import Followers, Now, Templates, Tokens, real_time

TEXT_BYTES = 2048
_TYPES = frozenset({"text", "msgmenu", "image"})
# What the customer sees of a picture, in a list of texts.
PICTURE = "[picture]"
_IMAGE_BYTES = 2 * 1024 * 1024
_STARTS = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif"}


@dataclass(frozen=True)
class Keys:
    """An account's keys, as its page shows them."""

    app_id: str = "wx" + "0123456789abcdef"
    account: str = "gh_gridtalk00001"
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    aes_key: str = field(default_factory=lambda: base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="))
    # Told of each message that is signed to be pushed: the platform knows what its customers do.
    listeners: list[Callable[[str], None]] = field(default_factory=list, repr=False, compare=False)

    def signature(self, *parts: str) -> str:
        """Signs as the platform does."""
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()

    def seal(self, message: str, app_id: str = "") -> str:
        """Seals a message for the account."""
        raw = message.encode()
        plain = secrets.token_bytes(16) + struct.pack(">I", len(raw)) + raw + (app_id or self.app_id).encode()
        padder = padding.PKCS7(256).padder()
        encryptor = self._cipher().encryptor()
        padded = padder.update(plain) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> str:
        """Opens what the account sealed."""
        decryptor = self._cipher().decryptor()
        unpadder = padding.PKCS7(256).unpadder()
        padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        plain = unpadder.update(padded) + unpadder.finalize()
        (size,) = struct.unpack(">I", plain[16:20])
        assert plain[20 + size :].decode() == self.app_id, "the reply is sealed for another account"
        return plain[20 : 20 + size].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


@dataclass(frozen=True)
class Push:
    """One HTTP request of the platform: the query of its address and its body."""

    query: dict[str, str]
    body: bytes


def message_xml(keys: Keys, openid: str, kind: str, created: int, fields: Mapping[str, object]) -> str:
    """Writes a message as the platform does; fields may be nested."""
    head = {"ToUserName": keys.account, "FromUserName": openid, "CreateTime": created, "MsgType": kind}
    return f"<xml>{_rows({**head, **fields})}</xml>"


def _rows(fields: Mapping[str, Any]) -> str:
    return "".join(f"<{tag}>{_value(value)}</{tag}>" for tag, value in fields.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _rows(value)
    if isinstance(value, int | float):
        return str(value)
    return f"<![CDATA[{value}]]>" if "]]>" not in value else escape(value)


def signed(keys: Keys, message: str, at: int, *, sealed: bool, nonce: str = "", clear: bool = False) -> Push:
    """Signs a message, sealed (safe mode) or plain; `clear` sends its fields beside the envelope (compatible mode)."""
    for listener in keys.listeners:
        listener(message)
    stamp, nonce = str(at), nonce or secrets.token_hex(5)
    query = {"signature": keys.signature(stamp, nonce), "timestamp": stamp, "nonce": nonce}
    if not sealed:
        return Push(query, message.encode())
    envelope = keys.seal(message)
    body = f"<xml><ToUserName><![CDATA[{keys.account}]]></ToUserName><Encrypt><![CDATA[{envelope}]]></Encrypt></xml>"
    if clear:
        body = message.replace("</xml>", f"<Encrypt><![CDATA[{envelope}]]></Encrypt></xml>")
    more = {"encrypt_type": "aes", "msg_signature": keys.signature(stamp, nonce, envelope)}
    return Push({**query, **more}, body.encode())


def passive_text(keys: Keys, body: str) -> str:
    """The text of a passive reply, plain or sealed; empty when there is none. Its signature and size are checked."""
    if body in ("", "success"):
        return ""
    reply = {child.tag: child.text or "" for child in fromstring(body)}
    if "Encrypt" in reply:
        expected = keys.signature(reply["TimeStamp"], reply["Nonce"], reply["Encrypt"])
        assert reply["MsgSignature"] == expected, "the passive reply is signed wrongly"
        reply = {child.tag: child.text or "" for child in fromstring(keys.open(reply["Encrypt"]))}
    assert reply["MsgType"] == "text"
    assert len(reply["Content"].encode()) <= TEXT_BYTES, "the passive reply is too long: the customer sees an error"
    return reply["Content"]


class FakeWeChat:
    """The API side: tokens, customer-service messages and their quota, typing, templates, media.

    `now` is the platform's clock: a test that lets days pass sets it.
    """

    def __init__(self, keys: Keys | None = None, now: Now = real_time) -> None:
        self.keys = keys or Keys()
        self.followers = Followers(now)
        self.keys.listeners.append(self.followers.heard)
        self.tokens = Tokens(now)
        self.templates = Templates()
        self.template_sent: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.template_trouble: deque[int] = deque()
        # Who was shown that somebody types, and what the next of these calls are answered with.
        self.typed: list[str] = []
        self.typing_calls = 0
        self.typing_trouble: deque[int] = deque()
        self.sent: dict[str, list[dict[str, Any]]] = defaultdict(list)
        # What the next sends are answered with: an error code, an HTTP status from 500 on, or CUT, GARBAGE, NONSENSE.
        self.trouble: deque[int | str] = deque()
        self.calls = 0
        self.fetched = 0
        self.media: dict[str, bytes] = {}
        # What we uploaded, by its media id, and what the next uploads are answered with.
        self.uploaded: dict[str, bytes] = {}
        self.upload_trouble: deque[int] = deque()
        self.certified = True
        # The menu under the chat, and what the next fetch of a token is refused with.
        self.menu: dict[str, Any] = {}
        self.token_trouble = 0
        self._pictures: dict[str, bytes] = {}
        self.pages = WeChatPages(self.keys)
        self._served = Served(self._app())

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._send)
        app.router.add_post("/cgi-bin/message/custom/typing", self._typing)
        app.router.add_post("/cgi-bin/message/template/send", self._template)
        app.router.add_get("/cgi-bin/media/get", self._media)
        app.router.add_post("/cgi-bin/media/upload", self._upload)
        app.router.add_post("/cgi-bin/menu/create", self._hang)
        self.pages.add_to(app, lambda request: not self.tokens.wrong(request.query.get("access_token", "")))
        return app

    @property
    def url(self) -> str:
        """The API's base."""
        return self._served.url

    @property
    def settings(self) -> dict[str, str]:
        """The door's settings for this platform."""
        return {
            "WECHAT_APP_ID": self.keys.app_id,
            "WECHAT_APP_SECRET": self.keys.secret,
            "WECHAT_TOKEN": self.keys.token,
            "WECHAT_ENCODING_AES_KEY": self.keys.aes_key,
            "WECHAT_API_BASE": self.url,
            "WECHAT_QR_BASE": self.url,
            "WECHAT_OAUTH_BASE": self.url,
        }

    def start(self) -> None:
        """Listens."""
        self._served.start()

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    def texts(self, openid: str) -> list[str]:
        """What a customer has got by customer-service messages, as they read it."""
        return [_read(message) for message in self.sent[openid]]

    def pictures(self, openid: str) -> list[bytes]:
        """The pictures a customer has got."""
        return [self._pictures[one["image"]["media_id"]] for one in self.sent[openid] if one["msgtype"] == "image"]

    def expire(self) -> None:
        """Lets three days pass: no uploaded medium can be sent any more."""
        self.uploaded.clear()

    def revoke(self) -> None:
        """Lets the token that is out be worth nothing."""
        self.tokens.revoke()

    def spoil(self) -> None:
        """Lets the token that is out be refused though the platform still hands it out."""
        self.tokens.spoil()

    async def _stable_token(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.fetched += 1
        if self.token_trouble:
            return _error(self.token_trouble)
        if body.get("grant_type") != "client_credential" or body.get("appid") != self.keys.app_id:
            return _error(40013)
        if body.get("secret") != self.keys.secret:
            return _error(40125)
        handed = self.tokens.fetch(force=bool(body.get("force_refresh")))
        if handed is None:
            return _error(45009)
        return web.json_response({"access_token": handed[0], "expires_in": handed[1]})

    async def _send(self, request: web.Request) -> web.Response:
        self.calls += 1
        raw = await request.read()
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        trouble = self.trouble.popleft() if self.trouble else 0
        if isinstance(trouble, str):
            return spoiled(request, trouble)
        if 500 <= trouble < 600:
            return web.Response(status=trouble)
        code = trouble or self._wrong(raw) or self.followers.refusal(json.loads(raw)["touser"])
        if code:
            return _error(code)
        message = json.loads(raw)
        self.followers.take(message["touser"])
        self.sent[message["touser"]].append(message)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _typing(self, request: web.Request) -> web.Response:
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        self.typing_calls += 1
        body = await request.json()
        trouble = self.typing_trouble.popleft() if self.typing_trouble else 0
        code = trouble or self.followers.typing(str(body.get("touser")), str(body.get("command")))
        if code:
            return _error(code)
        self.typed.append(body["touser"])
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _template(self, request: web.Request) -> web.Response:
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        message = await request.json()
        trouble = self.template_trouble.popleft() if self.template_trouble else 0
        if 500 <= trouble < 600:
            return web.Response(status=trouble)
        gone = 0 if self.followers.of(message["touser"]).follows else 43004
        if code := trouble or self.templates.wrong(message) or gone:
            return _error(code)
        number, is_new = self.templates.number(message)
        if is_new:
            self.template_sent[message["touser"]].append({**message, "msgid": number})
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": int(number)})

    def _wrong(self, raw: bytes) -> int:
        message = json.loads(raw.decode("utf-8"))
        if b"\\u" in raw:
            return 40033
        if not message.get("touser"):
            return 40003
        if message.get("msgtype") not in _TYPES:
            return 40008
        if message["msgtype"] == "msgmenu" and not self.certified:
            return 40200
        if message["msgtype"] == "image":
            return 0 if message.get("image", {}).get("media_id") in self.uploaded else 40007
        text = _read(message)
        if not text.strip():
            return 44004
        return 45002 if len(text.encode()) > TEXT_BYTES else 0

    async def _media(self, request: web.Request) -> web.Response:
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        content = self.media.get(request.query.get("media_id", ""))
        return _error(40007) if content is None else web.Response(body=content, content_type="image/jpeg")

    async def _hang(self, request: web.Request) -> web.Response:
        """Takes a menu as strictly as the platform."""
        raw = await request.read()
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        code = 40033 if b"\\u" in raw else menu_error(json.loads(raw))
        if not code:
            self.menu = json.loads(raw)
        return _error(code) if code else web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _upload(self, request: web.Request) -> web.Response:
        if code := self.tokens.wrong(request.query.get("access_token", "")):
            return _error(code)
        trouble = self.upload_trouble.popleft() if self.upload_trouble else 0
        if 500 <= trouble < 600:
            return web.Response(status=trouble)
        file = (await request.post()).get("media")
        if trouble or request.query.get("type") != "image":
            return _error(trouble or 40004)
        if not isinstance(file, web.FileField):
            return _error(41005)
        content = file.file.read()
        ending = next((ending for start, ending in _STARTS.items() if content.startswith(start)), "")
        if not ending or not file.filename.endswith(ending):
            return _error(40005)
        if len(content) > _IMAGE_BYTES:
            return _error(40006)
        media_id = secrets.token_urlsafe(32)
        self.uploaded[media_id] = self._pictures[media_id] = content
        return web.json_response({"type": "image", "media_id": media_id, "created_at": int(time.time())})


def menu_error(menu: Mapping[str, Any]) -> int:
    """The code a menu is refused with; 0: it is taken."""
    branches = menu.get("button", [])
    if not 1 <= len(branches) <= 3:
        return 40016
    for branch in branches:
        below = branch.get("sub_button", [])
        if len(branch["name"].encode()) > 16 or len(below) > 5:
            return 40018 if len(below) <= 5 else 40023
        for button in below or [branch]:
            if len(button["name"].encode()) > 60:
                return 40025
            needed = {"click": ["key"], "view": ["url"], "miniprogram": ["url", "appid", "pagepath"]}.get(
                button["type"]
            )
            if needed is None or not all(button.get(name) for name in needed):
                return 40017
            if len(button.get("key", "").encode()) > 128 or len(button.get("url", "").encode()) > 1024:
                return 40019
    return 0


def _read(message: Mapping[str, Any]) -> str:
    if message["msgtype"] == "text":
        return str(message["text"]["content"])
    if message["msgtype"] == "image":
        return PICTURE
    menu = message["msgmenu"]
    return "\n".join([menu["head_content"], *(row["content"] for row in menu["list"]), menu.get("tail_content", "")])


def _error(code: int) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "refused by the fake"})
