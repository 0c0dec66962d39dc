"""Errors of the desk's door.

ConsoleError
├── LoginFailed      name, password or lock: the caller never learns which
├── SessionMissing   no session, or one that was ended
├── SessionExpired   the session's hours are over
├── SessionReplaced  the same agent logged in elsewhere
├── OriginRefused    the call comes from a page that is not the desk
├── CsrfRefused      a write without the session's token
├── UnknownAgent     nobody works here by that number
├── NotAllowed       the role does not reach here
├── MustFirst        a new password or a second factor is due before anything else
├── ConfirmNeeded    a dangerous act, and the password was given too long ago
├── TooManyLogins    an address that guesses waits
├── CodeWrong        the second factor does not fit
├── TicketOver       the second step came too late, or too often
├── PasswordRefused  a new password breaks a rule, named by its code
└── SsoRefused       single sign-on did not prove who it is
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


class MustFirst(ConsoleError):
    """Change the first password, or set up the second factor, before anything else."""

    code = "console.must_first"


class ConfirmNeeded(ConsoleError):
    """Give the password once more for this."""

    code = "console.confirm.needed"


class TooManyLogins(ConsoleError):
    """Too many wrong log-ins came from this address; it has to wait."""

    code = "console.login.too_many"
    status = 429


class CodeWrong(ConsoleError):
    """The code does not fit, or was used before."""

    code = "console.code.wrong"
    status = 401


class TicketOver(ConsoleError):
    """The second step came too late or too often; log in from the start."""

    code = "console.ticket.over"
    status = 401


class PasswordRefused(ConsoleError):
    """The new password breaks a rule."""

    code = "console.password.refused"
    status = 400

    def __init__(self, rule: str, **fields: object) -> None:
        super().__init__(rule=rule, **fields)
        self.code = f"console.password.{rule}"  # type: ignore[misc]  # the instance narrows its class's code


class SsoRefused(ConsoleError):
    """Single sign-on did not prove who it is."""

    code = "console.sso.refused"
    status = 401


class UnknownAgent(ConsoleError):
    """Nobody works here by that number."""

    code = "console.agent.unknown"
    status = 404
