"""What every door's routes need of sanic."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any


def function(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wraps a method as a function: sanic 21 writes attributes on its handlers, and a method takes none."""

    @functools.wraps(method)
    async def handler(*args: Any, **kwargs: Any) -> Any:
        return await method(*args, **kwargs)

    return handler
