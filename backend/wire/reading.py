"""Reads the utility's answers; an answer that does not fit raises, it is never half read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import InvalidOperation
from typing import Any, TypeVar

from backend.errors import BackendProtocolError

T = TypeVar("T")


Json = Mapping[str, Any]


def read(parse: Callable[[Json], T], content: Any) -> T:
    """Parses one answer.

    Raises:
        BackendProtocolError: something is missing or has another type than the contract says.
    """
    try:
        return parse(content)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise BackendProtocolError(f"unreadable answer: {error!r}", model=parse.__name__) from error


def read_list(parse: Callable[[Json], T], name: str, content: Any) -> list[T]:
    """Parses the list `name` of an answer.

    Raises:
        BackendProtocolError: as `read`.
    """
    return read(lambda whole: [parse(item) for item in whole[name]], content)


def read_time(value: str | None) -> datetime | None:
    """Reads a moment, or that there is none."""
    return datetime.fromisoformat(value) if value else None
