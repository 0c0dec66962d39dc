"""Starts the desk: `python -m console`."""

from __future__ import annotations

import os
import sys

import structlog

from console.server.app import build_app
from console.server.assembly import close_services, open_services
from console.server.login_settings import LoginSettings, SsoSettings
from console.server.settings import ConsoleSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.errors import SettingsError
from runtime.serve import run, serve


async def _main() -> None:
    settings = ConsoleSettings.from_env(os.environ)
    if len(settings.session_secret) < 32:
        raise SettingsError("CONSOLE_SESSION_SECRET must have 32 characters or more", setting="CONSOLE_SESSION_SECRET")
    structlog.get_logger().info("console.process.started", settings=repr(settings))
    sso = SsoSettings.from_env(os.environ)
    sso.check()
    login = LoginSettings.from_env(os.environ)
    services = await open_services(settings, clock_from_environ(os.environ), login=login, sso=sso)
    try:
        await serve(build_app(services), settings.host, settings.port)
    finally:
        await close_services(services)


if __name__ == "__main__":
    log.configure("console", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(run("console", _main()))
