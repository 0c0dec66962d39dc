"""Starts the notices: `python -m notices`."""

from __future__ import annotations

import os
import sys

import structlog

from notices.app import build_app, close_services, open_services
from notices.settings import NoticesSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.serve import run, serve


async def _main() -> None:
    settings = NoticesSettings.from_env(os.environ)
    structlog.get_logger().info("notices.process.started", settings=repr(settings))
    services = await open_services(settings, clock_from_environ(os.environ))
    try:
        await serve(build_app(services), settings.host, settings.port)
    finally:
        await close_services(services)


if __name__ == "__main__":
    log.configure("notices", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(run("notices", _main()))
