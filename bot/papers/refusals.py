"""What the utility refuses, as the page reads it: its own code, and of its fields only what is for a customer.

Silence is `papers.company.silent` (503: try again), an answer that nobody understands `papers.company.odd` (502).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import structlog
from sanic import HTTPResponse, Request

from backend.errors import BackendError, BackendRefused, NotAccepted, NotAllowed, NotFound
from runtime.web import problem

_TOO_LARGE = "document.too_large"
_STATUS: Mapping[type[BackendRefused], int] = MappingProxyType({NotFound: 404, NotAllowed: 403, NotAccepted: 415})
_CONFLICT = 409


def answer_of(request: Request, error: BackendError) -> HTTPResponse:
    """Answers a call that the utility did not do."""
    status, code = _told(error)
    level = "warning" if isinstance(error, BackendRefused) else "error"
    getattr(structlog.get_logger(), level)("bot.papers.refused", path=request.path, error_code=code, status=status)
    fields = _fields(error.fields) if isinstance(error, BackendRefused) else {}
    return problem(status, code, error.detail or code, **fields)


def _told(error: BackendError) -> tuple[int, str]:
    if not isinstance(error, BackendRefused):
        return (503, "papers.company.silent") if error.retryable else (502, "papers.company.odd")
    if error.reason == _TOO_LARGE:
        return 413, error.reason
    return _STATUS.get(type(error), _CONFLICT), error.reason


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
