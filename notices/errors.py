"""Errors of the notices' room.

NoticeError
├── WordsMissing     a template lacks a value, or a value has no form: nothing is sent
├── KindsBroken      notices/data/kinds.yml cannot be used: the process does not start
├── TooMuch          more comes in than can be kept now: it is sent again
├── Unusable         an event that is an event and still cannot be told of: kept aside for a person
├── PastTelling      a fact need not be told any more: nobody hears it
└── GatewayError
    ├── GatewayAway  the gateway did not answer: the same goes again
    └── GatewayRefused  the gateway will not have it: another way is tried
"""

from __future__ import annotations

from runtime.errors import GridTalkError


class NoticeError(GridTalkError):
    """Something of a notice is wrong."""

    code = "notices.error"


class WordsMissing(NoticeError):
    """The words of a notice cannot be written."""

    code = "notices.words_missing"


class KindsBroken(NoticeError):
    """The table of kinds cannot be used."""

    code = "notices.kinds_broken"


class Unusable(NoticeError):
    """An event that nobody can be told of; `detail` says why, for a person."""

    code = "notices.unusable"


class PastTelling(NoticeError):
    """What was to be told is so no more, or is known already; `detail` says why."""

    code = "notices.past_telling"


class TooMuch(NoticeError):
    """There is no room for more now; `retry_after` seconds."""

    code = "notices.too_much"
    retryable = True


class GatewayError(NoticeError):
    """A gateway did not take a message."""

    code = "notices.gateway"


class GatewayAway(GatewayError):
    """The gateway did not answer, or not now."""

    code = "notices.gateway.away"
    retryable = True


class GatewayRefused(GatewayError):
    """The gateway will not have this message."""

    code = "notices.gateway.refused"
