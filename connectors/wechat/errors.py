"""Errors of WeChat's API.

ApiError
├── ApiUnreachable    no answer, or none that can be read
└── ApiRefused        an answer with an error code (`errcode`)
"""

from __future__ import annotations

from connectors.shared.errors import PlatformError


class ApiError(PlatformError):
    """A call of the platform failed."""

    code = "wechat.api"


class ApiUnreachable(ApiError):
    """The platform did not answer."""

    code = "wechat.api.unreachable"
    retryable = True


class ApiRefused(ApiError):
    """The platform answered with an error code."""

    code = "wechat.api.refused"

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"{errcode} {errmsg}".strip(), errcode=errcode)
        self.errcode = errcode
