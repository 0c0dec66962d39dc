"""Starts the action server: settings, the seam to the utility, the clock, one process."""

from __future__ import annotations

import os

import structlog
from sanic import Sanic

from actions.server import build_app
from actions.setup import ActionsSettings, open_services
from runtime import log


def build(settings: ActionsSettings) -> Sanic:
    """Assembles the process."""
    services, close_services = open_services(settings)
    app = build_app(services)

    async def close(_: Sanic, __: object) -> None:
        await close_services()

    app.register_listener(close, "after_server_stop")
    return app


def main() -> None:
    """Runs until stopped."""
    settings = ActionsSettings.from_env(os.environ)
    log.configure("actions", settings.log_level)
    structlog.get_logger().info("actions.server.starting", settings=repr(settings))
    build(settings).run(host=settings.host, port=settings.port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
