"""Reads what a browser sends: exactly the known fields, of the known type and size; anything else is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import unquote

from sanic import Request

from conversation.message import TEXT_CHARACTERS
from handoff.errors import UnknownConversation
from runtime.errors import BadRequest

# PostgreSQL stores neither NUL nor half a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ID_CHARACTERS = 200
_MOST_SEQ = 2**63 - 1
NO_FIELDS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Text:
    """A text field and its size; outer blanks do not count and are dropped unless `raw`."""

    most: int = TEXT_CHARACTERS
    least: int = 1
    raw: bool = False

    def check(self, name: str, value: Any) -> str:
        """Returns the text. Raises BadRequest."""
        if not isinstance(value, str):
            raise BadRequest("console.field.type", f"{name} must be a string.", field=name)
        if _UNSTORABLE.search(value):
            raise BadRequest("console.text.invalid", f"{name} has characters that are no text.", field=name)
        text = value if self.raw else value.strip()
        if len(text) < self.least:
            raise BadRequest("console.text.empty", f"{name} must not be empty.", field=name)
        if len(text) > self.most:
            raise BadRequest("console.text.too_long", f"{name} has more than {self.most} characters.", field=name)
        return text


@dataclass(frozen=True)
class Flag:
    """A yes or no."""

    def check(self, name: str, value: Any) -> bool:
        """Returns the flag. Raises BadRequest."""
        if not isinstance(value, bool):
            raise BadRequest("console.field.type", f"{name} must be true or false.", field=name)
        return value


@dataclass(frozen=True)
class Number:
    """A whole number from 0 on."""

    def check(self, name: str, value: Any) -> int:
        """Returns the number. Raises BadRequest."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_SEQ:
            raise BadRequest("console.field.type", f"{name} must be a whole number.", field=name)
        return value


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    among: Collection[str]

    def check(self, name: str, value: Any) -> str:
        """Returns the word. Raises BadRequest."""
        if not isinstance(value, str) or value not in self.among:
            told = ", ".join(sorted(self.among))
            raise BadRequest("console.field.type", f"{name} must be one of {told}.", field=name)
        return value


@dataclass(frozen=True)
class Moment:
    """A time with its offset (ISO 8601), or an empty text for none."""

    optional: bool = False

    def check(self, name: str, value: Any) -> datetime | None:
        """Returns the time. Raises BadRequest."""
        if self.optional and value in ("", None):
            return None
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise BadRequest("console.field.type", f"{name} must be a time.", field=name) from error
        if moment.tzinfo is None or not 2000 <= moment.year <= 9000:
            raise BadRequest("console.field.type", f"{name} must be a time with its offset.", field=name)
        return moment


@dataclass(frozen=True)
class Words:
    """A list of short words, each once; an empty list is a value."""

    most: int = 20
    characters: int = 40

    def check(self, name: str, value: Any) -> list[str]:
        """Returns the words in their order. Raises BadRequest."""
        if not isinstance(value, list) or len(value) > self.most:
            raise BadRequest("console.field.type", f"{name} must be a list of at most {self.most} words.", field=name)
        return list(dict.fromkeys(Text(self.characters).check(name, word) for word in value))


class Field(Protocol):
    """A field of a body: it knows what may stand there."""

    def check(self, name: str, value: Any) -> Any:
        """Returns the value as the handlers use it. Raises BadRequest."""


def read_body(request: Request, fields: Mapping[str, Field], *, may: Mapping[str, Field] = NO_FIELDS) -> dict[str, Any]:
    """Reads a JSON object with exactly these fields, and those of `may` where they are given.

    Raises:
        BadRequest: malformed JSON, a missing or unknown field, a wrong type or size.
    """
    body = _parse(request.body)
    unknown, missing = sorted(body.keys() - fields.keys() - may.keys()), sorted(fields.keys() - body.keys())
    if unknown:
        raise BadRequest("console.fields.unknown", "The body has fields this call does not take.", count=len(unknown))
    if missing:
        raise BadRequest("console.fields.missing", f"The body lacks {', '.join(missing)}.", missing=missing)
    return {name: field.check(name, body[name]) for name, field in {**fields, **may}.items() if name in body}


def read_conversation_id(raw: str) -> str:
    """Reads a conversation id from the path. Raises UnknownConversation when it cannot be one."""
    conversation_id = unquote(raw, errors="replace")
    if (
        len(conversation_id) > _ID_CHARACTERS
        or not conversation_id.isprintable()
        or _UNSTORABLE.search(conversation_id)
    ):
        raise UnknownConversation("There is no such conversation.")
    return conversation_id


def read_number(raw: str, name: str) -> int:
    """Reads a whole number of the path or query. Raises BadRequest."""
    if not (raw.isascii() and raw.isdigit()) or int(raw[:20]) > _MOST_SEQ:
        raise BadRequest("console.field.type", f"{name} must be a whole number.", field=name)
    return int(raw[:20])


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest("console.json.malformed", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("console.json.malformed", "The body must be a JSON object.")
    return body
