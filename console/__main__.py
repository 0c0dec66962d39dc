"""`python -m console`: the desk's process."""

from __future__ import annotations

import os
import sys

import structlog

from console.server.app import build_app
from console.server.settings import ConsoleSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.errors import GridTalkError


def main() -> None:
    """Starts the desk, or says in one line why it does not."""
    log.configure("console")
    try:
        settings = ConsoleSettings.from_env(os.environ)
        app = build_app(settings, clock_from_environ())
    except GridTalkError as error:
        sys.exit(f"console: {error}")
    structlog.get_logger().info("console.process.started", settings=repr(settings))
    app.run(host=settings.host, port=settings.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
