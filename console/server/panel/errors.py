"""Errors of the customer panel.

PanelError
├── PanelClosed    the operator has given the desk no line to the utility
├── UtilitySilent  the utility did not answer: whether it was done is not known, the same key repeats it safely
├── ActRefused     the utility said no (`reason`: its own code, `facts`: what it told with it)
├── ActUnknown     there is no such act
├── ActMismatch    this key already stands for another act
└── AccountUnknown the account is not among those bound to this customer
"""

from __future__ import annotations

from typing import Any

from runtime.errors import GridTalkError


class PanelError(GridTalkError):
    """Something about the customer panel; the class's own sentence tells the caller what to do."""

    code = "panel.error"
    status = 409

    def __init__(self, **fields: object) -> None:
        super().__init__(self.__doc__ or "", **fields)


class PanelClosed(PanelError):
    """The desk has no line to the utility."""

    code = "panel.closed"
    status = 503


class UtilitySilent(PanelError):
    """The utility did not answer in time; repeat it under the same key."""

    code = "panel.silent"
    retryable = True
    status = 503


class ActRefused(PanelError):
    """The utility refused; reason and facts say why."""

    code = "panel.refused"

    def __init__(self, reason: str, facts: dict[str, Any]) -> None:
        super().__init__(reason=reason)
        self.reason = reason
        self.facts = facts


class ActUnknown(PanelError):
    """There is no such act."""

    code = "panel.act.unknown"
    status = 404


class ActMismatch(PanelError):
    """This key already stands for another act."""

    code = "panel.act.mismatch"


class AccountUnknown(PanelError):
    """This account is not bound to the customer of this chat."""

    code = "panel.account.unknown"
    status = 404
