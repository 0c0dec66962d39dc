"""Alipay's gateway on loopback: verifies our calls as strictly as the real one, and pushes what customers send."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.fakes.served import CUT, GARBAGE, NONSENSE, Served, spoiled

APP_ID = "2021000000000001"
_TEMPLATE = "alipay.open.public.message.single.send"
_MENUS = tuple(f"alipay.open.public.menu.{verb}" for verb in ("create", "modify", "query"))
_SEND, _UPLOAD = "alipay.open.public.message.custom.send", "alipay.offline.material.image.upload"
_OAUTH = "alipay.system.oauth.token"
_DOWNLOAD = "alipay.mobile.public.multimedia.download"
_IMAGE_BYTES = 3 * 1024 * 1024
# The one template this account has.
TEMPLATE_ID = "e44cd3e52ffa46b1a50afc145f55d1ea"
# What the customer sees of a picture, in a list of texts.
PICTURE = "[picture]"
_SYSTEM = ("app_id", "method", "format", "charset", "sign_type", "sign", "timestamp", "version")


class Pair:
    """An RSA key pair, and its two sides as Alipay's page shows them."""

    def __init__(self, bits: int = 2048) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=bits)

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


def aes(key: str, content: bytes) -> str:
    """Encrypts as Alipay's page of content encryption says: AES-128-CBC, an IV of zeros, PKCS5, base64."""
    padder = block_padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(base64.b64decode(key)), modes.CBC(b"\0" * 16)).encryptor()
    return base64.b64encode(encryptor.update(padder.update(content) + padder.finalize())).decode()


def unaes(key: str, encrypted: str) -> str:
    """Decrypts the same. Raises ValueError."""
    decryptor = Cipher(algorithms.AES(base64.b64decode(key)), modes.CBC(b"\0" * 16)).decryptor()
    unpadder = block_padding.PKCS7(128).unpadder()
    return (unpadder.update(decryptor.update(base64.b64decode(encrypted))) + unpadder.finalize()).decode()


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
        # The key of content encryption, where the app has switched it on: then nothing plain is taken.
        self.aes_key = ""
        # What customers got as template messages, and the menu that hangs under the chat.
        self.templates: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.menu: dict[str, Any] = {}
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
        web_app.router.add_get("/oauth2/publicAppAuthorize.htm", self._authorize)
        # Who holds the phone that opens the page, how an OAuth answer names them, and the codes given out.
        self.holder, self.named = "2088000000000001", "user_id"
        self.codes: dict[str, bool] = {}
        self._served = Served(web_app)

    @property
    def settings(self) -> dict[str, str]:
        """The door's settings for this platform."""
        return {
            "ALIPAY_APP_ID": self.app_id,
            "ALIPAY_APP_PRIVATE_KEY": self.app.private,
            "ALIPAY_PUBLIC_KEY": self.ours.public,
            "ALIPAY_GATEWAY": f"{self._served.url}/gateway.do",
            **({"ALIPAY_AES_KEY": self.aes_key} if self.aes_key else {}),
            "ALIPAY_OAUTH_BASE": self._served.url,
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
        # GBK on the wire is GB18030: four bytes for what GBK lacks.
        codec = "gb18030" if charset.upper() == "GBK" else charset
        sealed = {"biz_content": aes(self.aes_key, xml.encode(codec)), "encrypt_type": "AES"} if self.aes_key else {}
        fields = {"service": service, "charset": charset, "biz_content": xml, "sign_type": "RSA2", **sealed}
        content = "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode(codec)
        return encoded({**fields, "sign": self.ours.sign(content)}, codec)

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
            # "40006 isv.x": a code and a sub code; a sub code alone is a failed business.
            code, _, sub_code = refusal.rpartition(" ")
            return self._answer(name, {"code": code or "40004", "msg": "Business Failed", "sub_code": sub_code})
        if form["method"] == _OAUTH:
            return self._oauth(name, form)
        if form["method"] == _UPLOAD:
            return self._upload(name, form, posted.get("image_content"))
        content = self._read(form)
        if form["method"] == _DOWNLOAD:
            return self._download(content["mediaId"])
        if form["method"] in _MENUS:
            return self._hang(name, form["method"], content)
        if form["method"] == _TEMPLATE:
            self.templates[content.get("to_user_id") or content["to_open_id"]].append(content["template"])
            return self._answer(name, {"code": "10000", "msg": "Success"})
        self.sent[content.get("to_user_id") or content["open_id"]].append(content)
        return self._answer(name, {"code": "10000", "msg": "Success"})

    def _read(self, form: Mapping[str, str]) -> dict[str, Any]:
        """The content of a call; what is no JSON, or not encrypted as agreed, is none."""
        raw = form.get("biz_content", "")
        try:
            sealed = form.get("encrypt_type") == "AES"
            if sealed != bool(self.aes_key) and form["method"] != _DOWNLOAD:
                return {}
            value = json.loads(unaes(self.aes_key, raw) if sealed else raw)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def _download(self, media_id: str) -> web.Response:
        if media_id in self.media:
            return web.Response(body=self.media[media_id], content_type="image/jpeg")
        value = {"code": "40004", "msg": "Business Failed", "sub_code": "MEDIA_NOT_EXIST"}
        return self._answer(_DOWNLOAD.replace(".", "_") + "_response", value)

    def _hang(self, name: str, method: str, content: dict[str, Any]) -> web.Response:
        """Takes a menu as strictly as the gateway: one is created once and modified afterwards."""
        verb = method.rpartition(".")[2]
        if verb == "query":
            value = {"menu_content": json.dumps(self.menu)} if self.menu else {"sub_code": "PUB.MENU_NOT_EXIST"}
            return self._answer(name, {"code": "10000" if self.menu else "40004", "msg": "", **value})
        if (verb == "create") == bool(self.menu):
            sub_code = "PUB.MENU_HAS_EXIST" if self.menu else "PUB.MENU_NOT_EXIST"
            return self._answer(name, {"code": "40004", "msg": "Business Failed", "sub_code": sub_code})
        if not _is_menu(content):
            return self._answer(name, {"code": "40002", "msg": "Invalid", "sub_code": "isv.invalid-parameter"})
        self.menu = content
        return self._answer(name, {"code": "10000", "msg": "Success"})

    async def _authorize(self, request: web.Request) -> web.Response:
        """The page that a browser is sent to; it asks nothing for auth_base."""
        asked = request.query
        wrong = asked.get("app_id") != self.app_id or asked.get("scope") != "auth_base"
        if wrong or not asked.get("redirect_uri", "").startswith("http") or len(asked.get("state", "")) > 100:
            return web.Response(status=400, text="invalid")
        code = secrets.token_hex(16)
        self.codes[code] = False
        given = {"app_id": self.app_id, "scope": "auth_base", "state": asked.get("state", ""), "auth_code": code}
        return web.Response(status=302, headers={"location": f"{asked['redirect_uri']}?{urlencode(given)}"})

    def _oauth(self, name: str, form: Mapping[str, str]) -> web.Response:
        """Changes a code for who it stands for, once; a good answer has no code of its own, a bad one is an error."""
        if form.get("grant_type") != "authorization_code" or self.codes.get(form.get("code", ""), True):
            refused = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.code-invalid"}
            return self._answer("error_response", refused)
        self.codes[form["code"]] = True
        return self._answer(name, {self.named: self.holder, "access_token": secrets.token_hex(8), "expires_in": "300"})

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
            return "40001 isv.missing-parameter"
        content = "&".join(f"{name}={form[name]}" for name in sorted(form) if name != "sign" and form[name])
        if form["sign_type"] != "RSA2" or not self.app.verifies(content.encode(), form["sign"]):
            return "40002 isv.invalid-signature"
        if form["method"] in (_UPLOAD, _OAUTH):
            return ""
        if form["method"] not in (_SEND, _TEMPLATE, _DOWNLOAD, *_MENUS) or not form.get("biz_content"):
            return "40002 isv.invalid-method"
        message = self._read(form)
        if not message and not form["method"].endswith("query"):
            return "40002 isv.decryption-error-unknown" if self.aes_key else "40002 isv.invalid-parameter"
        if form["method"] == _SEND and not self._is_message(message):
            return "40002 isv.invalid-parameter"
        if form["method"] == _TEMPLATE and not _is_template(message):
            return "40002 isv.invalid-parameter"
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
        if self.aes_key and not name.startswith(_UPLOAD.replace(".", "_")):
            # Signed with its quotes, as it stands in the answer.
            raw = json.dumps(aes(self.aes_key, raw.encode()))
        signature = "" if self.forged else self.ours.sign(raw.encode())
        return web.Response(text=f'{{"{name}":{raw},"sign":"{signature}"}}', content_type="application/json")


def _is_menu(menu: Mapping[str, Any]) -> bool:
    """Whether the gateway would take it: 4 by 5, labels of 4 and 12 Chinese characters, no colon in what is sent."""
    branches = menu.get("button", [])
    below = [button for branch in branches for button in branch.get("sub_button", [branch])]
    return (
        1 <= len(branches) <= 4
        and all(len(branch["name"].encode("gbk")) <= 8 for branch in branches)
        and all(len(branch.get("sub_button", [])) <= 5 for branch in branches)
        and all(len(one["name"].encode("gbk")) <= 24 and 0 < len(one["action_param"]) <= 255 for one in below)
        and all(one["action_type"] in ("out", "link", "tel") for one in below)
        and not any(":" in one["action_param"] for one in below if one["action_type"] == "out")
    )


def _is_template(message: Mapping[str, Any]) -> bool:
    context = message.get("template", {}).get("context", {})
    texts = [context.get(name) for name in ("head_color", "url", "action_name")]
    words = [context.get(name, {}) for name in ("first", "keyword1", "keyword2", "remark")]
    receiver = message.get("to_user_id") or message.get("to_open_id")
    known = message.get("template", {}).get("template_id") == TEMPLATE_ID
    # "at most 8 Chinese characters" of the action's name.
    return bool(
        receiver
        and known
        and all(texts)
        and len(context["action_name"]) <= 8
        and all(word.get("value") and word.get("color") for word in words)
    )


def _read(message: Mapping[str, Any]) -> str:
    return PICTURE if message["msg_type"] == "image-text" else str(message["text"]["content"])


def encoded(fields: Mapping[str, str], charset: str) -> bytes:
    """Writes a form in a charset, percent-encoded."""
    return "&".join(f"{name}={quote_plus(value, encoding=charset)}" for name, value in fields.items()).encode()
