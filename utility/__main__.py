"""`python -m utility`: the reference company's service."""

from __future__ import annotations

import os

import structlog

from runtime import log
from runtime.clock import clock_from_environ
from utility.app import build_app
from utility.settings import UtilitySettings


def main() -> None:
    """Runs the process until it is told to stop."""
    log.configure("utility")
    settings = UtilitySettings.from_env(os.environ)
    structlog.get_logger().info("utility.process.started", settings=repr(settings))
    app = build_app(settings, clock_from_environ(os.environ))
    app.run(settings.host, settings.port, workers=1, access_log=False, motd=False)


if __name__ == "__main__":
    main()
