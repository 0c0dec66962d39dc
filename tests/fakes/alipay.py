"""Alipay's gateway on loopback: verifies our calls as strictly as the real one, and pushes what customers send."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.fakes.served import CUT, GARBAGE, NONSENSE, Served, spoiled

APP_ID = "2021000000000001"
_SEND, _UPLOAD = "alipay.open.public.message.custom.send", "alipay.offline.material.image.upload"
_DOWNLOAD = "alipay.mobile.public.multimedia.download"
_IMAGE_BYTES = 3 * 1024 * 1024
# What the customer sees of a picture, in a list of texts.
PICTURE = "[picture]"
_SYSTEM = ("app_id", "method", "format", "charset", "sign_type", "sign", "timestamp", "version")


class Pair:
    """An RSA key pair, and its two sides as Alipay's page shows them."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def private(self) -> str:
        """PKCS#8 in one line of base64."""
        raw = self._key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return base64.b64encode(raw).decode()

    @property
    def public(self) -> str:
        """The public key in one line of base64."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return base64.b64encode(self._key.public_key().public_bytes(serialization.Encoding.DER, form)).decode()

    def sign(self, content: bytes) -> str:
        """Signs by RSA2."""
        return base64.b64encode(self._key.sign(content, padding.PKCS1v15(), hashes.SHA256())).decode()

    def verifies(self, content: bytes, signature: str) -> bool:
        """Whether this pair signed the content."""
        try:
            self._key.public_key().verify(base64.b64decode(signature), content, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


def message_xml(app_id: str, user_id: str, kind: str, created_ms: int, fields: Mapping[str, Any]) -> str:
    """Writes a message as the gateway does."""
    head = {"AppId": app_id, "FromUserId": user_id, "FromAlipayUserId": user_id, "CreateTime": str(created_ms)}
    body = {**head, "MsgType": kind, **fields}
    return f'<?xml version="1.0" encoding="gbk"?><XML>{_rows(body)}</XML>'


def _rows(fields: Mapping[str, Any]) -> str:
    return "".join(
        f"<{tag}>{_rows(value) if isinstance(value, Mapping) else f'<![CDATA[{value}]]>'}</{tag}>"
        for tag, value in fields.items()
    )


class FakeAlipay:
    """The gateway: its own key pair, the app's, and what it was asked to send."""

    def __init__(self) -> None:
        self.ours, self.app = Pair(), Pair()
        self.app_id = APP_ID
        self.sent: dict[str, list[dict[str, Any]]] = defaultdict(list)
        # What the next calls are answered with: a sub code, an HTTP status, or CUT, GARBAGE, NONSENSE.
        self.trouble: deque[str] = deque()
        self.calls = 0
        self.forged = False
        self.media: dict[str, bytes] = {}
        # What we uploaded, by its address, and what the next uploads are refused with.
        self.uploaded: dict[str, bytes] = {}
        self.upload_trouble: deque[str] = deque()
        web_app = web.Application()
        web_app.router.add_post("/gateway.do", self._call)
        self._served = Served(web_app)

    @property
    def settings(self) -> dict[str, str]:
        """The door's settings for this platform."""
        return {
            "ALIPAY_APP_ID": self.app_id,
            "ALIPAY_APP_PRIVATE_KEY": self.app.private,
            "ALIPAY_PUBLIC_KEY": self.ours.public,
            "ALIPAY_GATEWAY": f"{self._served.url}/gateway.do",
        }

    def start(self) -> None:
        """Listens."""
        self._served.start()

    def stop(self) -> None:
        """Listens no more."""
        self._served.stop()

    def texts(self, user_id: str) -> list[str]:
        """What a customer has got."""
        return [_read(message) for message in self.sent[user_id]]

    def pictures(self, user_id: str) -> list[bytes]:
        """The pictures a customer has got."""
        articles = [message["articles"][0] for message in self.sent[user_id] if message["msg_type"] == "image-text"]
        return [self.uploaded[article["image_url"]] for article in articles]

    def push(self, xml: str, *, service: str = "alipay.mobile.public.message.notify", charset: str = "GBK") -> bytes:
        """Signs a push of the gateway as the real one does: every field but `sign`, in the charset."""
        fields = {"service": service, "charset": charset, "biz_content": xml, "sign_type": "RSA2"}
        content = "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode(charset)
        return encoded({**fields, "sign": self.ours.sign(content)}, charset)

    def is_signed_by_app(self, body: bytes, charset: str = "GBK") -> bool:
        """Whether an answer to a push carries the app's signature over its response."""
        text = body.decode(charset)
        found = re.search(r"<response>(.*)</response><sign>(.*)</sign><sign_type>RSA2</sign_type>", text, re.DOTALL)
        return found is not None and self.app.verifies(found[1].encode(charset), found[2])

    async def _call(self, request: web.Request) -> web.Response:
        self.calls += 1
        posted = await request.post()
        form = {name: value for name, value in posted.items() if isinstance(value, str)}
        # The address may hold fields too; `charset` stands there for both.
        form = {**request.query, **form}
        name = form.get("method", "").replace(".", "_") + "_response"
        trouble = self.trouble.popleft() if self.trouble and form.get("method") != _UPLOAD else ""
        if trouble in (CUT, GARBAGE, NONSENSE):
            return spoiled(request, trouble)
        if trouble.isdigit():
            return web.Response(status=int(trouble))
        refusal = self._wrong(form) or trouble
        if refusal:
            return self._answer(name, {"code": "40004", "msg": "Business Failed", "sub_code": refusal})
        if form["method"] == _UPLOAD:
            return self._upload(name, form, posted.get("image_content"))
        content = json.loads(form["biz_content"])
        if form["method"] == _DOWNLOAD:
            return web.Response(body=self.media.get(content["mediaId"], b"{}"), content_type="image/jpeg")
        self.sent[content.get("to_user_id") or content["open_id"]].append(content)
        return self._answer(name, {"code": "10000", "msg": "Success"})

    def _upload(self, name: str, form: Mapping[str, str], file: object) -> web.Response:
        content = file.file.read() if isinstance(file, web.FileField) else b""
        refusal = self.upload_trouble.popleft() if self.upload_trouble else ""
        if form.get("image_type") != "png" or not form.get("image_name") or not content.startswith(b"\x89PNG"):
            refusal = "INVALID_IMAGE_CONTENT"
        if len(content) > _IMAGE_BYTES:
            refusal = "IMAGE_SIZE_EXCEED"
        if refusal:
            return self._answer(name, {"code": "40004", "msg": "Business Failed", "sub_code": refusal})
        url = f"https://oalipay-dl-django.alicdn.com/rest/1.0/image?fileIds=f{len(self.uploaded)}"
        self.uploaded[url] = content
        return self._answer(name, {"code": "10000", "msg": "Success", "image_id": "i", "image_url": url})

    def _wrong(self, form: Mapping[str, str]) -> str:
        if any(not form.get(name) for name in _SYSTEM) or form["app_id"] != self.app_id:
            return "isv.missing-parameter"
        content = "&".join(f"{name}={form[name]}" for name in sorted(form) if name != "sign" and form[name])
        if form["sign_type"] != "RSA2" or not self.app.verifies(content.encode(), form["sign"]):
            return "isv.invalid-signature"
        if form["method"] == _UPLOAD:
            return ""
        if form["method"] not in (_SEND, _DOWNLOAD) or not form.get("biz_content"):
            return "isv.invalid-method"
        message = json.loads(form["biz_content"])
        if form["method"] == _SEND and not self._is_message(message):
            return "isv.invalid-parameter"
        return ""

    def _is_message(self, message: Mapping[str, Any]) -> bool:
        """Whether the gateway would take it; a picture is shown only from where it was uploaded."""
        if not (message.get("to_user_id") or message.get("open_id")):
            return False
        if message.get("msg_type") == "image-text":
            articles = message.get("articles", [])
            whole = all(one.get("title") and one.get("url") for one in articles)
            return bool(articles) and whole and articles[0].get("image_url") in self.uploaded
        return message.get("msg_type") == "text" and bool(message.get("text", {}).get("content"))

    def _answer(self, name: str, value: Mapping[str, str]) -> web.Response:
        raw = json.dumps(value)
        signature = "" if self.forged else self.ours.sign(raw.encode())
        return web.Response(text=f'{{"{name}":{raw},"sign":"{signature}"}}', content_type="application/json")


def _read(message: Mapping[str, Any]) -> str:
    return PICTURE if message["msg_type"] == "image-text" else str(message["text"]["content"])


def encoded(fields: Mapping[str, str], charset: str) -> bytes:
    """Writes a form in a charset, percent-encoded."""
    return "&".join(f"{name}={quote_plus(value, encoding=charset)}" for name, value in fields.items()).encode()
