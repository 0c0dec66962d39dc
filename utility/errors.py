"""Refusals of the utility: each carries a stable code, an HTTP status and fields; doors show them as problem+json.

Refusal
├── InvalidRequest   400  a field is unknown, missing or not of its type; fields: field
├── Unauthorized     401  no token, or not ours
├── Forbidden        403  the token or the person may not do this, or not now
├── NotKnown         404  no such account, bill, area, order
├── Clash            409  the books do not allow it, or the key was used for something else
└── Busy             503  too many at the counter now; nothing was done, fields: retry_after_s
"""

from __future__ import annotations

from collections.abc import Mapping

from runtime.errors import GridTalkError


class Refusal(GridTalkError):
    """The company understood and says no, for a reason with a stable code."""

    code = "utility.refused"
    status = 400

    def __init__(self, reason: str, detail: str, **fields: object) -> None:
        super().__init__(detail, **fields)
        self.reason = reason


class InvalidRequest(Refusal):
    """A request that does not follow the contract."""

    status = 400

    def __init__(self, reason: str, field: str, detail: str) -> None:
        super().__init__(reason, _writable(detail), field=_writable(field))


class Unauthorized(Refusal):
    """Nobody we know."""

    status = 401


class Forbidden(Refusal):
    """Not yours, or not now."""

    status = 403


class NotKnown(Refusal):
    """What was asked for is not in the books."""

    status = 404


class Clash(Refusal):
    """The state of the books stands against it."""

    status = 409


class Busy(Refusal):
    """Too many at once; nothing was begun, the same request may come again."""

    status = 503

    def __init__(self, retry_after_s: float) -> None:
        after = max(1, round(retry_after_s))
        super().__init__("utility.busy", "Too many requests at once; nothing was done.", retry_after_s=after)


def refusal_of(status: int, reason: str, detail: str, fields: Mapping[str, object]) -> Refusal:
    """Builds a kept refusal again, of the kind its HTTP status says."""
    kinds = {kind.status: kind for kind in (Unauthorized, Forbidden, NotKnown, Clash)}
    return kinds.get(status, Refusal)(reason, detail, **fields)


def _writable(text: str) -> str:
    """Half of a character, which a client may put into the name of a field, cannot be written into an answer."""
    return text.encode("utf-8", "replace").decode()
