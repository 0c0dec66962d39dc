"""A bot worker from its settings to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.app import assemble, trained_mind, watch
from bot.back_office import MakeMind
from bot.dialogue import open_endpoint
from bot.settings import BotSettings
from runtime.clock import clock_from_environ
from runtime.errors import SettingsError
from runtime.serve import serve
from runtime.tasks import end_tasks


async def work(environ: Mapping[str, str], mind: MakeMind = trained_mind) -> None:
    """Runs a bot worker until it is asked to stop."""
    settings = BotSettings.from_env(environ)
    if len(settings.web_token_secret) < 32:
        raise SettingsError("WEB_TOKEN_SECRET must have 32 characters or more", setting="WEB_TOKEN_SECRET")
    endpoint = open_endpoint(settings.actions_module, settings.actions_url, environ)
    bot = await assemble(settings, clock_from_environ(environ), mind, endpoint)
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(work) for work in (bot.desk.sweep(), *bot.office.sweeps(), watch(bot))]
    tasks += [loop.create_task(door.courier.sweep()) for door in bot.push_doors]
    try:
        await serve(bot.app, settings.host, settings.port)
    finally:
        await end_tasks(tasks)
        await bot.stop()
