"""Starts the desk: `python -m console`."""

from __future__ import annotations

import os
import sys

import structlog

from console.server.app import build_app
from console.server.settings import ConsoleSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.serve import run, serve


async def _main() -> None:
    settings = ConsoleSettings.from_env(os.environ)
    structlog.get_logger().info("console.process.started", settings=repr(settings))
    await serve(build_app(settings, clock_from_environ(os.environ)), settings.host, settings.port)


if __name__ == "__main__":
    log.configure("console", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(run("console", _main()))
