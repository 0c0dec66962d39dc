"""What the utility refuses, as the page reads it: its own code, and of its fields only what is for a customer.

Silence is `papers.company.silent` (503: try again), an answer that nobody understands `papers.company.odd` (502).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import structlog
from sanic import HTTPResponse, Request

from backend.errors import BackendError, BackendRefused, NotAccepted, NotAllowed, NotFound
from runtime.web import problem

_TOO_LARGE = "document.too_large"
_STATUS: Mapping[type[BackendRefused], int] = MappingProxyType({NotFound: 404, NotAllowed: 403, NotAccepted: 415})
_CONFLICT = 409


@dataclass(frozen=True)
class Told:
    """What the page is told of an error."""

    status: int
    code: str
    fields: Mapping[str, Any]


def answer_of(request: Request, error: BackendError) -> HTTPResponse:
    """Answers a call that the utility did not do."""
    told = told_of(error)
    level = "warning" if isinstance(error, BackendRefused) else "error"
    log = getattr(structlog.get_logger(), level)
    log("bot.papers.refused", path=request.path, error_code=told.code, status=told.status)
    return problem(told.status, told.code, error.detail or told.code, **told.fields)


def told_of(error: BackendError) -> Told:
    """Maps an error of the seam."""
    if not isinstance(error, BackendRefused):
        return Told(503, "papers.company.silent", {}) if error.retryable else Told(502, "papers.company.odd", {})
    status = 413 if error.reason == _TOO_LARGE else _STATUS.get(type(error), _CONFLICT)
    return Told(status, error.reason, _fields(error.fields))


def _fields(given: Mapping[str, object]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if isinstance(given.get("most"), int):
        told["most"] = given["most"]
    if isinstance(given.get("missing"), list):
        told["missing"] = [str(one["text"]) for one in _listed(given["missing"])]
    if isinstance(given.get("checks"), list):
        told["checks"] = [{"text": str(one["text"]), "do": str(one["do"])} for one in _listed(given["checks"])]
    return told


def _listed(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
