"""Errors of the doors.

PlatformError        a call of a platform's own interface failed; each platform has its own below it
WindowGone           a visitor's window is closed or takes no more
DoorError
├── Malformed        not JSON, or not of the door's shape      (400)
├── TooLong          more text or bytes than a message may hold (413)
├── NotTaken         a file of a kind that is not taken        (415)
├── Unknown          no such picture, or somebody else's       (404)
├── TooLate          what could be changed once and no more     (409)
├── Unauthorised     no token, a forged or an expired one      (401)
├── Forbidden        an origin that is not ours                (403)
└── TooMany          more than a person types                  (429)
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class PlatformError(GridTalkError):
    """A platform's own interface did not do what a door asked of it."""


class WindowGone(GridTalkError):
    """A visitor's window is closed or takes no more: its lines wait for it to come back."""

    code = "connectors.window.gone"


class DoorError(GridTalkError):
    """A door refuses what came in; `code` is the wire's own."""

    status = 400

    def __init__(self, code: str, detail: str, **fields: object) -> None:
        super().__init__(detail, **fields)
        self.code = code  # type: ignore[misc]  # each refusal carries its own wire code


class Malformed(DoorError):
    """What came in is not of the door's shape."""


class TooLong(DoorError):
    """More text or bytes than a message may hold."""

    status = 413


class NotTaken(DoorError):
    """A file of a kind that is not taken."""

    status = 415


class Unknown(DoorError):
    """There is no such thing, or it is somebody else's."""

    status = 404


class TooLate(DoorError):
    """It could be changed once, and can no more."""

    status = 409


class Unauthorised(DoorError):
    """No token, a forged one or an expired one."""

    status = 401


class Forbidden(DoorError):
    """A page that is not ours opens the door."""

    status = 403


class TooMany(DoorError):
    """More messages or sockets than a person needs."""

    status = 429
