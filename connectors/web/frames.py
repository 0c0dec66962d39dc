"""The frames a visitor's page sends, parsed and checked; their form is contracts/web-chat.schema.json."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.shared.errors import Malformed, TooLong
from conversation.message import TEXT_CHARACTERS, Location

FRAME_BYTES = 16 * 1024
LABEL_CHARACTERS = 200
_MEDIA_ID = re.compile(r"[0-9a-f]{32}")
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Control characters have no place in a chat (line breaks and tabs stay); PostgreSQL stores no NUL nor lone surrogate.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIELDS: Mapping[str, frozenset[str]] = {
    "hello": frozenset({"token", "last_seq"}),
    "message": frozenset({"client_id", "text"}),
    "press": frozenset({"client_id", "label", "payload"}),
    "location": frozenset({"client_id", "latitude", "longitude", "label"}),
    "image": frozenset({"client_id", "media_id"}),
    "voice": frozenset({"client_id", "media_id", "text"}),
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
class Placed:
    """A place, sent from the telephone."""

    client_id: str
    location: Location


@dataclass(frozen=True)
class Shown:
    """A picture, or a voice with what the page heard in it; its bytes came by the upload before, if at all."""

    client_id: str
    kind: str
    media_id: str
    text: str = ""


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


# What becomes a message of the conversation.
Sent = Said | Placed | Shown
Frame = Hello | Sent | Typing | Read | Ping


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
        value = _whole(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Malformed("web.json.malformed", "The frame is not JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("web.json.malformed", "The frame is not a JSON object.")
    return value


def _whole(value: Any) -> Any:
    """The value without lone halves of characters: a page that cuts an emoji in two sends them, and no log, store or
    answer can hold them.
    """
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-8", "ignore"))
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


def _location(fields: dict[str, Any]) -> Placed:
    latitude, longitude = _degrees(fields, "latitude", 90), _degrees(fields, "longitude", 180)
    label = loose_text(fields, "label")
    if len(label) > LABEL_CHARACTERS:
        raise TooLong("web.text.too_long", f"label may hold {LABEL_CHARACTERS} characters.", field="label")
    return Placed(_client_id(fields), Location(latitude, longitude, " ".join(label.split())))


def _image(fields: dict[str, Any]) -> Shown:
    return Shown(_client_id(fields), "image", _media_id(fields))


def _voice(fields: dict[str, Any]) -> Shown:
    media_id = _media_id(fields) if fields.get("media_id") else ""
    return Shown(_client_id(fields), "voice", media_id, loose_text(fields, "text"))


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
    "location": _location,
    "image": _image,
    "voice": _voice,
    "typing": _typing,
    "read": _read,
    "ping": _ping,
}


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62:
        raise Malformed("web.field.invalid", f"{name} must be a number from 0 on.", field=name)
    return value


def _degrees(fields: dict[str, Any], name: str, most: int) -> float:
    value = fields.get(name)
    # A NaN is in no range.
    if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
        raise Malformed("web.field.invalid", f"{name} must be a number from -{most} to {most}.", field=name)
    return float(value)


def _media_id(fields: dict[str, Any]) -> str:
    value = fields.get("media_id")
    if not isinstance(value, str) or not _MEDIA_ID.fullmatch(value):
        raise Malformed("web.field.invalid", "media_id must be one that the upload gave.", field="media_id")
    return value


def _client_id(fields: dict[str, Any]) -> str:
    value = fields.get("client_id")
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Malformed("web.field.invalid", "client_id must be 8 to 64 letters, digits, _ or -.", field="client_id")
    return value


def _text(fields: dict[str, Any], name: str) -> str:
    text = loose_text({name: None, **fields}, name)
    if not text:
        raise Malformed("web.text.empty", f"{name} is empty.", field=name)
    return text


def loose_text(fields: Mapping[str, Any], name: str) -> str:
    """Reads a text that may be missing or empty, without its control characters.

    Raises:
        Malformed: `web.field.invalid`.
        TooLong: `web.text.too_long`.
    """
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Malformed("web.field.invalid", f"{name} must be a text.", field=name)
    text = _CONTROL.sub("", value).strip()
    if len(text) > TEXT_CHARACTERS:
        raise TooLong("web.text.too_long", f"{name} may hold {TEXT_CHARACTERS} characters.", field=name, size=len(text))
    return text
