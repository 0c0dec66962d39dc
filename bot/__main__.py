"""Starts the bot: `python -m bot`."""

from __future__ import annotations

import asyncio
import os
import sys

from bot.app import MakeMind, assemble, trained_mind, watch
from bot.settings import BotSettings
from runtime import log
from runtime.clock import clock_from_environ
from runtime.errors import SettingsError
from runtime.serve import run, serve
from runtime.tasks import end_tasks


async def work(mind: MakeMind = trained_mind) -> None:
    """Runs a bot worker until it is asked to stop."""
    settings = BotSettings.from_env(os.environ)
    if len(settings.web_token_secret) < 32:
        raise SettingsError("WEB_TOKEN_SECRET must have 32 characters or more", setting="WEB_TOKEN_SECRET")
    bot = await assemble(settings, clock_from_environ(os.environ), mind)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(bot.desk.sweep()), loop.create_task(bot.errands.sweep()), loop.create_task(watch(bot))]
    tasks.append(loop.create_task(bot.ear.sweep()))
    tasks += [loop.create_task(door.courier.sweep()) for door in bot.push_doors]
    try:
        await serve(bot.app, settings.host, settings.port)
    finally:
        await end_tasks(tasks)
        await bot.stop()


if __name__ == "__main__":
    log.configure("bot", os.environ.get("LOG_LEVEL", "INFO"))
    sys.exit(run("bot", work()))
