"""The root of every error in the house; each room keeps its own tree in its `errors.py`.

GridTalkError
├── SettingsError        a setting is missing or wrong: the process does not start
├── StoreUnavailable     PostgreSQL or Redis cannot be reached
│   ├── StoreBusy        PostgreSQL undid a transaction in favour of another, or has no room
│   └── CacheUnavailable Redis cannot be reached: what it held is had in another way
├── PassInvalid          a pass that was not made here, or was changed
├── PassExpired          a pass whose time is over
└── BadRequest           what came in at a door is not what the door takes
"""

from __future__ import annotations

from typing import ClassVar


class GridTalkError(Exception):
    """An error with a stable code, whether a retry may help, and fields for the log; never customer wording."""

    code: ClassVar[str] = "gridtalk.error"
    retryable: ClassVar[bool] = False
    status: ClassVar[int] = 500

    def __init__(self, detail: str = "", **fields: object) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.fields = fields


class SettingsError(GridTalkError):
    """A setting is missing or has a value it cannot take."""

    code = "runtime.settings"


class StoreUnavailable(GridTalkError):
    """A store cannot be reached now."""

    code = "runtime.store.unavailable"
    retryable = True
    status = 503


class StoreBusy(StoreUnavailable):
    """The store answers and could not do it now; nothing was done, the same may come again."""

    code = "runtime.store.busy"


class CacheUnavailable(StoreUnavailable):
    """Redis cannot be reached; nothing durable is gone."""

    code = "runtime.cache.unavailable"


class PassInvalid(GridTalkError):
    """A pass that was not made here, not for this purpose, or was changed."""

    code = "runtime.pass.invalid"
    status = 401


class PassExpired(GridTalkError):
    """A pass whose time is over."""

    code = "runtime.pass.expired"
    status = 401


class BadRequest(GridTalkError):
    """A request that the door refuses; `code_` names which rule it broke."""

    code = "runtime.request.bad"
    status = 400

    def __init__(self, code_: str, detail: str, status_: int = 400, **fields: object) -> None:
        super().__init__(detail, **fields)
        self.code = code_  # type: ignore[misc]  # the instance narrows its class's code
        self.status = status_  # type: ignore[misc]
