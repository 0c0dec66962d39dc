"""The frames a visitor's page sends, parsed and checked; their form is contracts/web-chat.schema.json."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.shared.errors import Malformed, TooLong
from conversation.message import TEXT_CHARACTERS

FRAME_BYTES = 16 * 1024
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Control characters have no place in a chat (line breaks and tabs stay); PostgreSQL stores no NUL nor lone surrogate.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIELDS: Mapping[str, frozenset[str]] = {
    "hello": frozenset({"token", "last_seq"}),
    "message": frozenset({"client_id", "text"}),
    "press": frozenset({"client_id", "label", "payload"}),
    "typing": frozenset({"on"}),
    "read": frozenset({"seq"}),
    "ping": frozenset(),
}


@dataclass(frozen=True)
class Hello:
    """The first frame: who, and the last number the page has."""

    token: object
    last_seq: int


@dataclass(frozen=True)
class Said:
    """A message, typed or pressed."""

    client_id: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Typing:
    """The visitor types, or has stopped."""

    on: bool


@dataclass(frozen=True)
class Read:
    """The visitor has seen everything up to a number."""

    seq: int


@dataclass(frozen=True)
class Ping:
    """Is anybody there?"""


Frame = Hello | Said | Typing | Read | Ping


def decode(raw: str | bytes) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        TooLong: more than 16 KiB.
        Malformed: `web.json.malformed`.
    """
    size = len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))
    if size > FRAME_BYTES:
        raise TooLong("web.frame.too_large", f"A frame may hold {FRAME_BYTES} bytes.", size=size)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("web.json.malformed", "The frame is not JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("web.json.malformed", "The frame is not a JSON object.")
    return value


def parse(fields: dict[str, Any], *, default_type: str | None = None) -> Frame:
    """Turns a decoded object into a frame.

    Raises:
        Malformed: `web.type.unknown`, `web.fields.unknown`, `web.field.invalid`, `web.text.empty`.
        TooLong: `web.text.too_long`.
    """
    kind = fields.get("type", default_type)
    known = _FIELDS.get(kind) if isinstance(kind, str) else None
    if known is None:
        raise Malformed("web.type.unknown", "The frame's type is not known.", type=str(kind)[:40])
    extra = sorted(set(fields) - known - {"type"})
    if extra:
        raise Malformed("web.fields.unknown", f"Unknown fields: {', '.join(extra)[:200]}.", fields=extra[:10])
    return _BUILD[str(kind)](fields)


def _hello(fields: dict[str, Any]) -> Hello:
    return Hello(fields.get("token"), _number(fields, "last_seq"))


def _message(fields: dict[str, Any]) -> Said:
    return Said(_client_id(fields), _text(fields, "text"))


def _press(fields: dict[str, Any]) -> Said:
    return Said(_client_id(fields), _text(fields, "payload"), _text(fields, "label"))


def _typing(fields: dict[str, Any]) -> Typing:
    if not isinstance(fields.get("on"), bool):
        raise Malformed("web.field.invalid", "on must be true or false.", field="on")
    return Typing(fields["on"])


def _read(fields: dict[str, Any]) -> Read:
    return Read(_number(fields, "seq"))


def _ping(_: dict[str, Any]) -> Ping:
    return Ping()


_BUILD: Mapping[str, Callable[[dict[str, Any]], Frame]] = {
    "hello": _hello,
    "message": _message,
    "press": _press,
    "typing": _typing,
    "read": _read,
    "ping": _ping,
}


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62:
        raise Malformed("web.field.invalid", f"{name} must be a number from 0 on.", field=name)
    return value


def _client_id(fields: dict[str, Any]) -> str:
    value = fields.get("client_id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Malformed("web.field.invalid", "client_id must be 8 to 64 letters, digits, _ or -.", field="client_id")
    return value


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Malformed("web.field.invalid", f"{name} must be a text.", field=name)
    text = _CONTROL.sub("", value).strip()
    if not text:
        raise Malformed("web.text.empty", f"{name} is empty.", field=name)
    if len(text) > TEXT_CHARACTERS:
        raise TooLong("web.text.too_long", f"{name} may hold {TEXT_CHARACTERS} characters.", field=name, size=len(text))
    return text
