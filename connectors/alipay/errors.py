"""Errors of Alipay's open API, and what each answer means for a message that was to be sent.

ApiError
├── ApiUnreachable    no answer, or none that can be trusted
└── ApiRefused        an answer with a failing code
"""

from __future__ import annotations

from enum import Enum

from connectors.shared.errors import PlatformError


class ApiError(PlatformError):
    """A call of the gateway failed."""

    code = "alipay.api"


class ApiUnreachable(ApiError):
    """The gateway did not answer."""

    code = "alipay.api.unreachable"
    retryable = True


class ApiRefused(ApiError):
    """The gateway answered that it did not do it; `answer` is its code, `sub_code` says why.

    `signed`: the refusal verifies by Alipay's key. One of a call that is itself wrong comes without a signature.
    """

    code = "alipay.api.refused"

    def __init__(self, answer: str, sub_code: str, detail: str, *, signed: bool = False) -> None:
        super().__init__(f"{answer} {sub_code} {detail}".strip(), answer=answer, sub_code=sub_code)
        self.answer = answer
        self.sub_code = sub_code
        self.signed = signed


class Fate(Enum):
    """What becomes of a message that was refused."""

    SOON = "the platform is busy: try again"
    MINUTE = "too many calls, or ours to mend (keys, clock, permission, signing): try again in a minute"
    WINDOW = "the window of customer-service messages is over: only a template may be sent"
    FINAL = "never: the message, its receiver or the method is wrong"


# https://opendocs.alipay.com/common/02km9f (common answer codes)
_CODES = {
    "20000": Fate.SOON,  # service unavailable
    "20001": Fate.MINUTE,  # the authorisation is missing or has ended
    "40001": Fate.MINUTE,  # a parameter of the call itself is missing
    "40002": Fate.FINAL,  # an invalid parameter; those of the call itself stand below
    "40003": Fate.MINUTE,  # a condition is not met (the app is not online, say)
    "40004": Fate.FINAL,  # the business failed; the sub code says why
    "40005": Fate.MINUTE,  # the calls of this app are limited
    "40006": Fate.MINUTE,  # the app lacks the permission
}
_ENDS = {"MSG_SD_OVER_TIME": Fate.WINDOW, "SYSTEM_ERROR": Fate.SOON}
_STARTS = {
    # The platform's own troubles.
    "isp.": Fate.SOON,
    "aop.unknow": Fate.SOON,
    "aop.": Fate.MINUTE,
    "isv.upload-fail": Fate.SOON,
    # The call itself: its signature, key, app, clock, encryption, rate and permission.
    "isv.invalid-signature": Fate.MINUTE,
    "isv.missing-signature": Fate.MINUTE,
    "isv.invalid-app-id": Fate.MINUTE,
    "isv.missing-app-id": Fate.MINUTE,
    "isv.invalid-timestamp": Fate.MINUTE,
    "isv.invalid-encrypt": Fate.MINUTE,
    "isv.missing-encrypt-key": Fate.MINUTE,
    "isv.decryption-error": Fate.MINUTE,
    "isv.app-call-limited": Fate.MINUTE,
    "isv.method-call-limited": Fate.MINUTE,
    "isv.insufficient": Fate.MINUTE,
}


def fate_of(error: ApiRefused) -> Fate:
    """Tells what becomes of the message; the sub code knows more than the code."""
    for ending, fate in _ENDS.items():
        if error.sub_code.endswith(ending):
            return fate
    for start, fate in _STARTS.items():
        if error.sub_code.startswith(start):
            return fate
    return _CODES.get(error.answer, Fate.FINAL)
