"""The shell of every HTTP process: one sanic app with problem+json errors, body limits and `/health`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.mixins.routes import RouteMixin
from sanic.response import json

from runtime.errors import GridTalkError

Check = Callable[[], Awaitable[dict[str, Any]]]


def _shape_of_errors(*_: object) -> str:
    """Sanic reads the source of every handler to guess how its errors look: half a second of a desk's start."""
    return "json"


RouteMixin._determine_error_format = _shape_of_errors  # ours are problem+json, by `install_errors`


def problem(status: int, code: str, detail: str, **more: Any) -> HTTPResponse:
    """Answers with RFC 9457 problem+json: what went wrong, by a stable code, and what to do."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **more}
    return json(body, status=status, content_type="application/problem+json", ensure_ascii=False)


def install_errors(app: Sanic) -> None:
    """Maps every error of a handler to problem+json; what nobody foresaw is logged with its trace and answers 500."""
    app.error_handler.add(GridTalkError, _known)
    app.error_handler.add(SanicException, _http)
    app.error_handler.add(Exception, _unknown)


def _known(request: Request, error: GridTalkError) -> HTTPResponse:
    level = "error" if error.status >= 500 else "warning"
    getattr(structlog.get_logger(), level)(
        "web.request.refused", path=request.path, error_code=error.code, status=error.status, **error.fields
    )
    answer = problem(error.status, error.code, error.detail or error.code)
    if "retry_after" in error.fields:
        answer.headers["retry-after"] = str(error.fields["retry_after"])
    return answer


def _http(request: Request, error: SanicException) -> HTTPResponse:
    status = error.status_code
    structlog.get_logger().warning("web.request.refused", path=request.path, status=status, reason=str(error))
    return problem(status, f"http.{status}", str(error))


def _unknown(request: Request, error: Exception) -> HTTPResponse:
    structlog.get_logger().error("web.request.failed", path=request.path, exc_info=error)
    return problem(500, "http.500", "The server met an error it did not expect; it is logged.")


def install_health(app: Sanic, name: str, check: Check) -> None:
    """Serves `/health`: 200 with what `check` tells, or the mapped error when it raises."""

    async def health(_: Request) -> HTTPResponse:
        return json({"process": name, "status": "ok", **await check()})

    app.add_route(health, "/health", methods=["GET"], name=f"health_{name}")


def limit(app: Sanic, *, body_bytes: int) -> None:
    """Sets the sizes and times that bound one request."""
    app.config.REQUEST_MAX_SIZE = body_bytes
    app.config.REQUEST_TIMEOUT = 15
    app.config.RESPONSE_TIMEOUT = 60
    app.config.WEBSOCKET_MAX_SIZE = 256 * 1024
    app.config.WEBSOCKET_PING_INTERVAL = 20
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.ACCESS_LOG = False
