"""From what went wrong on the wire to our errors, in one place: aiohttp's errors, statuses, problem bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import aiohttp

from backend.errors import (
    BackendBusy,
    BackendError,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
    Conflict,
    NotAccepted,
    NotAllowed,
    NotFound,
)

# What a session's call may raise; `TimeoutError` of asyncio is its own class in Python 3.10.
WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)

_REFUSED: Mapping[int, type[BackendRefused]] = MappingProxyType(
    {403: NotAllowed, 404: NotFound, 409: Conflict, 413: NotAccepted, 415: NotAccepted}
)
_BUSY_MOST_S = 3600.0
_STANDARD = frozenset({"type", "title", "status", "code", "detail"})


def from_wire(error: BaseException) -> BackendError:
    """Maps an error of the call itself."""
    if isinstance(error, asyncio.TimeoutError):
        return BackendTimeout("the utility did not answer in time")
    if isinstance(error, (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        return BackendUnavailable(f"the utility cannot be reached: {type(error).__name__}")
    if isinstance(error, (aiohttp.ClientError, ValueError)):
        return BackendProtocolError(f"not the utility we know: {type(error).__name__}")
    return BackendUnavailable(f"the utility cannot be reached: {type(error).__name__}")


def from_answer(status: int, content: Any, retry_after: str = "") -> BackendError:
    """Maps an answer that is no success; only a problem body with a code of the company is a refusal.

    A 503 with `Retry-After` in seconds is a company that is busy; a date there, or none, says only that it is down.
    """
    problem = content if isinstance(content, dict) else {}
    code = str(problem.get("code", ""))
    if status == 503 and retry_after.isascii() and retry_after.isdigit():
        return BackendBusy(min(float(retry_after), _BUSY_MOST_S))
    if status >= 500:
        return BackendUnavailable(f"the utility answered {status}", status=status)
    kind = _REFUSED.get(status)
    if kind is None or not code or code.startswith(("http.", "token.")):
        return BackendProtocolError(f"the utility answered {status} {code}".strip(), status=status)
    fields = {name: value for name, value in problem.items() if name not in _STANDARD}
    return kind(code, str(problem.get("detail", "")), **fields)
