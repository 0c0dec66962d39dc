"""Errors of the seam to another desk.

OutsideError
├── OutsideDown      the other desk does not answer, or is busy: tried again
├── OutsideRefused   it answers that it will not: tried again, more slowly, and told to a person
├── EventForged      a webhook whose signature is wrong or missing
└── EventStale       a webhook signed too long ago: a replay
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class OutsideError(GridTalkError):
    """Something about the other desk."""

    code = "outside.error"
    status = 502


class OutsideDown(OutsideError):
    """The other desk does not answer now."""

    code = "outside.down"
    retryable = True
    status = 503


class OutsideRefused(OutsideError):
    """The other desk will not take this; its settings or ours are wrong."""

    code = "outside.refused"


class EventForged(OutsideError):
    """This webhook was not signed with our secret."""

    code = "outside.forged"
    status = 401


class EventStale(OutsideError):
    """This webhook was signed too long ago, or in the future."""

    code = "outside.stale"
    status = 401
