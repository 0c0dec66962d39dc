"""A call of the desk's API and who may make it; each `*_api` module lists its own, `app` serves them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from console.server.access import Access

CHAT = "/api/conversations/<conversation_id:str>"


class Route(NamedTuple):
    """One call of the API and who may make it."""

    method: str
    path: str
    access: Access
    handler: Callable[..., Any]
    stream: bool = False
