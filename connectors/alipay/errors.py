"""Errors of Alipay's open API.

ApiError
├── ApiUnreachable    no answer, or none that can be trusted
└── ApiRefused        an answer with a failing code
"""

from __future__ import annotations

from connectors.shared.errors import PlatformError


class ApiError(PlatformError):
    """A call of the gateway failed."""

    code = "alipay.api"


class ApiUnreachable(ApiError):
    """The gateway did not answer."""

    code = "alipay.api.unreachable"
    retryable = True


class ApiRefused(ApiError):
    """The gateway answered that it did not do it; `answer` is its code, `sub_code` says why."""

    code = "alipay.api.refused"

    def __init__(self, answer: str, sub_code: str, detail: str) -> None:
        super().__init__(f"{answer} {sub_code} {detail}".strip(), answer=answer, sub_code=sub_code)
        self.answer = answer
        self.sub_code = sub_code
