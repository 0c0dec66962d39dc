"""The end of a process that cannot do what it was started for: one clear line, no traceback."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from runtime.errors import GridTalkError


def refusing(main: Callable[[], int]) -> int:
    """Returns what `main` does; a known error becomes one clear line and exit code 1."""
    log = structlog.get_logger()
    try:
        return main()
    except GridTalkError as error:
        log.error("process.refused", error_code=error.code, reason=error.detail, **error.fields)
    except OSError as error:
        log.error("process.failed", reason=str(error))
    return 1
