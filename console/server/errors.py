"""Errors of the desk's door.

ConsoleError
├── LoginFailed      name, password or lock: the caller never learns which
├── SessionMissing   no session, or one that was ended
├── SessionExpired   the session's hours are over
├── SessionReplaced  the same agent logged in elsewhere
├── OriginRefused    the call comes from a page that is not the desk
├── CsrfRefused      a write without the session's token
├── UnknownAgent     nobody works here by that number
└── NotAllowed       the role does not reach here
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class ConsoleError(GridTalkError):
    """A call the desk refuses; the class's own sentence tells the caller what to do."""

    code = "console.error"
    status = 403

    def __init__(self, **fields: object) -> None:
        super().__init__(self.__doc__ or "", **fields)


class LoginFailed(ConsoleError):
    """Name or password is wrong, or the account rests for a while after too many wrong passwords."""

    code = "console.login.failed"
    status = 401


class SessionMissing(ConsoleError):
    """Log in first."""

    code = "console.session.missing"
    status = 401


class SessionExpired(ConsoleError):
    """The session has ended by time; log in again."""

    code = "console.session.expired"
    status = 401


class SessionReplaced(ConsoleError):
    """The same agent has logged in elsewhere."""

    code = "console.session.replaced"
    status = 401


class OriginRefused(ConsoleError):
    """The Origin header must name the desk's own page."""

    code = "console.origin.refused"


class CsrfRefused(ConsoleError):
    """A write carries the session's token in X-CSRF-Token."""

    code = "console.csrf.refused"


class NotAllowed(ConsoleError):
    """This role may not do that."""

    code = "console.not_allowed"


class UnknownAgent(ConsoleError):
    """Nobody works here by that number."""

    code = "console.agent.unknown"
    status = 404
