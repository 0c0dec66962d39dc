"""What every door shares: the company behind it, and how an answer or a refusal is written."""

from __future__ import annotations

from typing import Any, cast

import structlog
from sanic import HTTPResponse, Request
from sanic.response import json

from runtime.web import problem
from utility.company import Company
from utility.errors import Refusal


def company_of(request: Request) -> Company:
    """Returns the company this process serves."""
    return cast(Company, request.app.ctx.company)


def answer(content: dict[str, Any], status: int = 200) -> HTTPResponse:
    """Writes a JSON answer."""
    return json(content, status=status, ensure_ascii=False)


def refuse(request: Request, refusal: Refusal) -> HTTPResponse:
    """Writes a refusal as problem+json with its fields."""
    structlog.get_logger().info(
        "utility.request.refused", method=request.method, error_code=refusal.reason, status=refusal.status
    )
    answered = problem(refusal.status, refusal.reason, refusal.detail, **refusal.fields)
    if refusal.status == 503:
        answered.headers["Retry-After"] = str(refusal.fields["retry_after_s"])
    return answered
