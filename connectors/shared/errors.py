"""Errors of the doors.

DoorError
├── Malformed        not JSON, or not of the door's shape      (400)
├── TooLong          more text than a message may hold         (413)
├── Unauthorised     no token, a forged or an expired one      (401)
├── Forbidden        an origin that is not ours                (403)
└── TooMany          more than a person types                  (429)
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class DoorError(GridTalkError):
    """A door refuses what came in; `code` is the wire's own."""

    status = 400

    def __init__(self, code: str, detail: str, **fields: object) -> None:
        super().__init__(detail, **fields)
        self.code = code  # type: ignore[misc]  # each refusal carries its own wire code


class Malformed(DoorError):
    """What came in is not of the door's shape."""


class TooLong(DoorError):
    """More text than a message may hold."""

    status = 413


class Unauthorised(DoorError):
    """No token, a forged one or an expired one."""

    status = 401


class Forbidden(DoorError):
    """A page that is not ours opens the door."""

    status = 403


class TooMany(DoorError):
    """More messages or sockets than a person needs."""

    status = 429
