"""Errors of WeChat's API.

ApiError
├── ApiUnreachable    no answer, or none that can be read
└── ApiRefused        an answer with an error code (`errcode`)
    ├── NoMenu        this account sends no menus: the text has to do
    └── NoMedium      the platform has the medium no more: it is uploaded again
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
        self.errmsg = errmsg


class NoMenu(ApiRefused):
    """This account sends no menus."""

    code = "wechat.api.no_menu"


class NoMedium(ApiRefused):
    """The platform has the medium no more."""

    code = "wechat.api.no_medium"
