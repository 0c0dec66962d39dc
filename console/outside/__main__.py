"""Starts the seam to another agent desk: `python -m console.outside`."""

from __future__ import annotations

import os
import sys

import structlog

from console.outside.app import build_app, close_outside, open_outside
from console.outside.settings import OutsideSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.serve import run, serve


async def _main() -> None:
    settings = OutsideSettings.from_env(os.environ)
    structlog.get_logger().info("outside.process.started", settings=repr(settings))
    outside = await open_outside(settings, clock_from_environ(os.environ))
    try:
        await serve(build_app(outside), settings.host, settings.port)
    finally:
        await close_outside(outside)


if __name__ == "__main__":
    log.configure("outside", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(run("outside", _main()))
