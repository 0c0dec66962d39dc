"""What Alipay's gateway posts, read into values: the form in its own charset, and the XML in `biz_content`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from connectors.alipay.cipher import ContentCipher, NotOpened
from connectors.shared.errors import Forbidden, Malformed, TooLong
from connectors.shared.text import clean
from connectors.shared.xml import MOST_BYTES, read_xml

# GB18030 holds all of GBK and GB2312, which Alipay names.
_CHARSETS = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "utf-8": "utf-8", "utf8": "utf-8"}
_USER = re.compile(r"[A-Za-z0-9+/=_-]{1,128}")
_FIELDS = 32
_NOTICE_CHARACTERS = 20_000


@dataclass(frozen=True)
class Form:
    """A post of the gateway: its raw fields, and the charset they came in."""

    fields: Mapping[str, str]
    charset: str

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def charset_name(self) -> str:
        """The charset as the gateway names it; blanks and line breaks around it would end a header too early."""
        return self["charset"].strip() or "GBK"


@dataclass(frozen=True)
class Pushed:
    """One message or event: who, what kind, when (in milliseconds), its key (the same for every retry), its fields."""

    user_id: str
    to: str
    app_id: str
    kind: str
    key: str
    created_ms: int
    fields: Mapping[str, Any]

    def text(self, *path: str) -> str:
        """A field's text, fit for the transcript; `Text` may hold `Content` or the text itself."""
        value: Any = self.fields
        for name in path:
            value = value.get(name, "") if isinstance(value, Mapping) else value
        return clean(value)


def read_form(raw: bytes) -> Form:
    """Reads a form post in the charset it names.

    Raises:
        TooLong: `door.body.too_large`.
        Malformed: `alipay.form.malformed`.
    """
    if len(raw) > MOST_BYTES:
        raise TooLong("door.body.too_large", f"A message may hold {MOST_BYTES} bytes.", size=len(raw))
    try:
        body = raw.decode("ascii")
        named = dict(parse_qsl(body, keep_blank_values=True, encoding="latin-1", max_num_fields=_FIELDS))
        charset = _CHARSETS[named.get("charset", "gbk").strip().lower()]
        pairs = parse_qsl(body, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=_FIELDS)
    except (ValueError, KeyError, LookupError) as error:
        raise Malformed("alipay.form.malformed", "The post is not a form of the gateway.") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise Malformed("alipay.form.malformed", "A field of the form came twice.")
    return Form(dict(pairs), charset)


def content_of(form: Form, cipher: ContentCipher | None) -> bytes:
    """Returns the content of a form whose signature has been verified, decrypted if it came encrypted.

    Raises:
        Malformed: `alipay.content.sealed`, it does not open.
        Forbidden: `alipay.content.sealed`, this door has no key.
    """
    content = form["biz_content"]
    # An app that encrypts may push without saying so; a message is XML, a notice JSON.
    if form["encrypt_type"].upper() != "AES" and (not content or content.lstrip()[:1] in "<{["):
        return content.encode(form.charset)
    if cipher is None:
        raise Forbidden("alipay.content.sealed", "The content is encrypted and this door has no ALIPAY_AES_KEY.")
    try:
        return cipher.decrypt(content)
    except NotOpened as error:
        raise Malformed("alipay.content.sealed", "The content does not open with ALIPAY_AES_KEY.") from error


def read_push(form: Form, cipher: ContentCipher | None = None) -> Pushed:
    """Reads the message inside a form whose signature has been verified.

    Raises:
        Malformed: `alipay.message.malformed`, `door.xml.malformed`, `alipay.content.sealed`.
        Forbidden: `alipay.content.sealed`.
    """
    fields = read_xml(content_of(form, cipher), charset=form.charset)
    kind, event = clean(fields.get("MsgType")).lower(), clean(fields.get("EventType")).lower()
    to = clean(fields.get("FromAlipayUserId")) or clean(fields.get("FromUserId"))
    created = clean(fields.get("CreateTime"))
    if kind == "event":
        kind = f"event.{event}"
    known = kind == "event.verifygw" or (_USER.fullmatch(to) and created.isdecimal())
    if not kind or not known or len(created) > 17:
        raise Malformed("alipay.message.malformed", "The message lacks its sender, its time or its type.")
    app_id = clean(fields.get("AppId"))
    return Pushed(user_key(to), to, app_id, kind, _key(fields, to, created), int(created or 0), fields)


def user_key(to: str) -> str:
    """A user as our conversations name them: an open id in base64 has signs that no name should have."""
    return to.replace("+", "-").replace("/", "_")


def _key(fields: Mapping[str, Any], to: str, created: str) -> str:
    number = clean(fields.get("MsgId"))
    if re.fullmatch(r"[0-9A-Za-z_-]{1,64}", number):
        return number
    names = ("MsgType", "EventType", "ActionParam")
    named = [to, created, *(clean(fields.get(name)) for name in names), json.dumps(fields.get("Image", ""))]
    return "event-" + hashlib.sha256("\n".join(named).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Notice:
    """A notice of the platform to the app: its id (the same for every retry), what it is about, its fields."""

    notice_id: str
    method: str
    fields: dict[str, str]


def read_notice(form: Form, cipher: ContentCipher | None = None) -> Notice:
    """Reads a notice whose signature has been verified; its signature is not kept. Raises as `content_of`."""
    fields = {name: clean(value)[:_NOTICE_CHARACTERS] for name, value in form.fields.items() if name != "sign"}
    if form["biz_content"]:
        opened = content_of(form, cipher).decode(form.charset, "replace")
        fields["biz_content"] = clean(opened)[:_NOTICE_CHARACTERS]
    named = clean(form["notify_id"])
    key = named if 0 < len(named) <= 128 else hashlib.sha256(repr(sorted(fields.items())).encode()).hexdigest()
    return Notice(key, clean(form["msg_method"] or form["notify_type"])[:128], fields)
