"""Lists that can grow: a page of up to `limit` items and an opaque cursor to the next one.

A cursor holds the sort key of the last item shown, so that what is added or taken away meanwhile shifts nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from utility.counter.fields import Text
from utility.errors import InvalidRequest

T = TypeVar("T")
Parse = Callable[[str], Any]

LIMIT_DEFAULT = 50
# What a paged list takes in its query, beside its own filters: fields.query(request, {**PAGING, ...}).
PAGING: Mapping[str, Text] = MappingProxyType(
    {"limit": Text(pattern=r"[1-9][0-9]?|1[0-9]{2}|200"), "cursor": Text(pattern=r"[A-Za-z0-9_-]{1,400}")}
)


@dataclass(frozen=True)
class Asked:
    """The page a client asks for; `after` is the sort key of the last item it has, None for the first page."""

    limit: int
    after: tuple[Any, ...] | None

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than shown, to know whether there is a next page."""
        return self.limit + 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of one page and the cursor of the next; None when this is the last."""

    items: tuple[T, ...]
    next_cursor: str | None


def asked(given: Mapping[str, str], *key: Parse) -> Asked:
    """Reads `limit` and `cursor` of a query; `key` parses each part of the sort key and may raise ValueError.

    Raises:
        InvalidRequest: the cursor was not given out by this list.
    """
    limit = int(given.get("limit") or LIMIT_DEFAULT)
    cursor = given.get("cursor", "")
    return Asked(limit, _after(cursor, key) if cursor else None)


def page(rows: Sequence[T], wanted: Asked, key: Callable[[T], Sequence[object]]) -> Page[T]:
    """Cuts the rows read (up to `wanted.fetch`) into a page; `key` gives the sort key of an item."""
    shown = tuple(rows[: wanted.limit])
    more = len(rows) > wanted.limit
    return Page(shown, cursor_of(*key(shown[-1])) if more else None)


def cursor_of(*key: object) -> str:
    """Writes a sort key as a cursor."""
    parts = json.dumps([str(part) for part in key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def _after(cursor: str, key: Sequence[Parse]) -> tuple[Any, ...]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(key):
            raise ValueError(cursor)
        return tuple(parse(_text(part)) for parse, part in zip(key, parts, strict=True))
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InvalidRequest("field.invalid", "cursor", "cursor was not given out by this list.") from error


def _text(part: object) -> str:
    if not isinstance(part, str) or any(ord(sign) < 32 or "\ud800" <= sign <= "\udfff" for sign in part):
        raise ValueError("not a part of a sort key")
    return part
