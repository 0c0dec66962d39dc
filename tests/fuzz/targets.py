"""What is fuzzed: each target takes any bytes; a parser may refuse them by its own errors and must do nothing else.

The hypothesis tests of tests/channel drive the same targets as `make fuzz` does.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from connectors.alipay.keys import signed_content
from connectors.alipay.messages import read_form
from connectors.alipay.messages import read_push as read_alipay
from connectors.shared.errors import DoorError
from connectors.shared.plain import cut
from connectors.shared.xml import cdata, read_xml
from connectors.web.frames import FRAME_BYTES, decode, parse
from connectors.wechat.crypto import Envelope, check_signature
from connectors.wechat.messages import Pushed
from connectors.wechat.messages import read_push as read_wechat

Target = Callable[[bytes], None]

_ENVELOPE = Envelope("A" * 43, "wx0123456789abcdef")
_CHARSETS = ("utf-8", "gb18030", "latin-1")
# PostgreSQL keeps no NUL, and no store and no log keeps half a character.
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def xml(data: bytes) -> None:
    """The reader of both platforms' envelopes, in each charset."""
    charset = _CHARSETS[data[0] % len(_CHARSETS)] if data else "utf-8"
    try:
        fields = read_xml(data[1:], charset=charset)
    except DoorError:
        return
    _check_tree(fields)


def xml_text(data: bytes) -> None:
    """What we write into an envelope is what is read from it."""
    text = "".join(one for one in data.decode("utf-8", "ignore") if one.isprintable() or one == "\n")

    assert read_xml(f"<xml><Content>{cdata(text)}</Content></xml>".encode()) == {"Content": text}


def wechat_push(data: bytes) -> None:
    """WeChat's message, as plain XML."""
    try:
        pushed = read_wechat(read_xml(data))
    except DoorError:
        return
    _check_wechat(pushed)


def wechat_envelope(data: bytes) -> None:
    """WeChat's envelope: any text in place of it, and any plain text sealed in it."""
    for sealed in (data.decode("latin-1"), base64.b64encode(data).decode(), _sealed(data)):
        try:
            opened = _ENVELOPE.open(sealed)
        except DoorError:
            continue
        assert len(opened) <= len(sealed)


def wechat_query(data: bytes) -> None:
    """What stands in the address of a push; nobody but the owner of the token signs it."""
    given, _, rest = data.decode("utf-8", "surrogateescape").partition("&")
    try:
        check_signature(given, "the token", *rest.split("&", 2))
    except DoorError:
        return
    raise AssertionError("a signature was forged")


def alipay_form(data: bytes) -> None:
    """Alipay's form: its fields, what of them is signed, and the message inside."""
    try:
        form = read_form(data)
    except DoorError:
        return
    signed_content(form.fields).encode(form.charset)
    # It is written into a header of the answer.
    assert form.charset_name.isascii()
    assert form.charset_name.isprintable()
    try:
        pushed = read_alipay(form)
    except DoorError:
        return
    _check_tree(dict(pushed.fields))
    _check_text(pushed.key, pushed.user_id, pushed.kind, pushed.text("Text", "Content"), pushed.text("ActionParam"))
    assert "/" not in pushed.user_id


def alipay_message(data: bytes) -> None:
    """Alipay's message, well wrapped: a fuzzer seldom finds its way through a percent-encoded form."""
    alipay_form(b"charset=utf-8&service=x&biz_content=" + b"".join(b"%%%02x" % byte for byte in data[:4000]))


def web_frame(data: bytes) -> None:
    """A page's frame: what it says can be stored, and what is wrong with it can be sent back and logged."""
    try:
        frame = parse(decode(data))
    except DoorError as error:
        json.dumps([error.detail, error.fields], ensure_ascii=False).encode()
        return
    assert len(data) <= FRAME_BYTES
    if hasattr(frame, "text"):
        _check_text(frame.text, getattr(frame, "label", ""))


def web_text(data: bytes) -> None:
    """The same, around any text: lone halves of characters come escaped."""
    text = data.decode("utf-16-le", "surrogatepass" if len(data) % 2 == 0 else "ignore")
    for field in ("text", "client_id", text[:40]):
        fields = {"type": "message", "client_id": "client-0001", "text": "x", field: text}
        web_frame(json.dumps(fields).encode())


def web_number(data: bytes) -> None:
    """A number in the address of a poll."""
    from connectors.web.records import number_of  # it brings sanic, which the other targets do not need

    request: Any = SimpleNamespace(args={"after": data.decode("utf-8", "replace")})
    try:
        assert number_of(request, "after", 0) >= 0
    except DoorError:
        return


def plain_cut(data: bytes) -> None:
    """The cutter of long texts: no part is too long, no character is halved, nothing but line breaks is lost."""
    most = 4 + (data[0] if data else 0)
    text = data[1:].decode("utf-8", "ignore")

    parts = cut(text, most)

    assert all(0 < len(part.encode()) <= most for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def _sealed(plain: bytes) -> str:
    """Any plain text, padded and encrypted with the account's key."""
    pad = 32 - len(plain) % 32
    encryptor = _ENVELOPE._cipher().encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def _check_wechat(pushed: Pushed) -> None:
    _check_tree(dict(pushed.fields))
    _check_text(pushed.openid, pushed.kind, pushed.key, *(pushed.text(name) for name in pushed.fields))
    if place := pushed.location:
        assert -90 <= place.latitude <= 90
        assert -180 <= place.longitude <= 180
    assert len(pushed.key) <= 64


def _check_text(*texts: str) -> None:
    for text in texts:
        assert not _UNKEEPABLE.search(text), text


def _check_tree(fields: Mapping[str, Any]) -> None:
    for value in fields.values():
        assert isinstance(value, str | Mapping)
        if isinstance(value, Mapping):
            _check_tree(value)


TARGETS: Mapping[str, Target] = {
    target.__name__: target
    for target in (
        xml,
        xml_text,
        wechat_push,
        wechat_envelope,
        wechat_query,
        alipay_form,
        alipay_message,
        web_frame,
        web_text,
        web_number,
        plain_cut,
    )
}


def check(name: str, data: bytes) -> None:
    """Gives bytes to a target; it raises what it finds."""
    TARGETS[name](data)
