"""Errors of the seam to the utility.

BackendError
├── BackendUnavailable   nobody answers, or the circuit is open     (retryable)
│   └── BackendBusy      too many ask at once; nothing was done, come again (retryable)
├── BackendTimeout       no answer within the deadline              (retryable)
├── BackendProtocolError an answer that the contract does not know
└── BackendRefused       the company says no, by a stable `reason`
    ├── NotFound         no such account, bill, order
    ├── NotAllowed       not yours, not bound, locked for today
    ├── NotAccepted      what was sent is too large or of another kind
    └── Conflict         already there, or another request holds it
"""

from __future__ import annotations

from typing import ClassVar

from runtime.errors import GridTalkError


class BackendError(GridTalkError):
    """Something about the utility's systems."""

    code = "backend.error"


class BackendUnavailable(BackendError):
    """The utility's systems cannot be reached."""

    code = "backend.unavailable"
    retryable = True


class BackendBusy(BackendUnavailable):
    """The utility has no room now and says when to come again; nothing was done."""

    code = "backend.busy"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("the utility is busy", retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class BackendTimeout(BackendError):
    """The utility's systems did not answer in time."""

    code = "backend.timeout"
    retryable = True


class BackendProtocolError(BackendError):
    """The utility answered what the contract does not allow."""

    code = "backend.protocol"


class BackendRefused(BackendError):
    """The utility understood and refused; `reason` is its stable problem code, e.g. `check_code.wrong`."""

    code = "backend.refused"
    kind: ClassVar[str] = "refused"

    def __init__(self, reason: str, detail: str = "", **fields: object) -> None:
        super().__init__(detail or reason, reason=reason, **fields)
        self.reason = reason


class NotFound(BackendRefused):
    """What was asked for does not exist."""

    code = "backend.not_found"


class NotAllowed(BackendRefused):
    """The person may not do this, or not now."""

    code = "backend.not_allowed"


class NotAccepted(BackendRefused):
    """What was handed over is too large or of another kind than the company takes."""

    code = "backend.not_accepted"


class Conflict(BackendRefused):
    """The state of the books does not allow this."""

    code = "backend.conflict"
