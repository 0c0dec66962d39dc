"""A bot worker from its settings to its end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from dataclasses import dataclass

from bot.app import assemble, load_agent, seated, trained_mind, watch
from bot.back_office import MakeMind
from bot.dialogue import ActionEndpoint, open_endpoint
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore
from runtime.clock import clock_from_environ
from runtime.errors import SettingsError
from runtime.prefork import Post
from runtime.scripts import load_converters
from runtime.serve import serve
from runtime.tasks import end_tasks


@dataclass(frozen=True)
class Loaded:
    """What the workers of a crew share: the model and, in process, the actions; nothing of it is connected yet."""

    mind: MakeMind
    endpoint: ActionEndpoint


def load(environ: Mapping[str, str]) -> Loaded:
    """Loads what is dear, once, before the workers are forked.

    Raises:
        SettingsError: a setting names nothing usable.
    """
    settings = _settings(environ)
    endpoint = open_endpoint(settings.actions_module, settings.actions_url, environ)
    load_converters()
    nowhere = TurnTrackerStore(None)  # nobody is served before `seated` gives the real one
    return Loaded(seated(load_agent(settings, nowhere, endpoint)), endpoint)


async def work(
    environ: Mapping[str, str],
    mind: MakeMind = trained_mind,
    *,
    endpoint: ActionEndpoint | None = None,
    post: Post | None = None,
) -> None:
    """Runs a bot worker until it is asked to stop; at a post, as one of a crew."""
    settings = _settings(environ)
    endpoint = endpoint or open_endpoint(settings.actions_module, settings.actions_url, environ)
    bot = await assemble(settings, clock_from_environ(environ), mind, endpoint)
    _settle()
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(work) for work in (bot.desk.sweep(), *bot.office.sweeps(), watch(bot))]
    tasks += [loop.create_task(door.courier.sweep()) for door in bot.push_doors]
    try:
        await serve(bot.app, settings.host, settings.port, post=post, on_leaving=bot.take_leave)
    finally:
        await end_tasks(tasks)
        await bot.stop()


def _settings(environ: Mapping[str, str]) -> BotSettings:
    settings = BotSettings.from_env(environ)
    if len(settings.web_token_secret) < 32:
        raise SettingsError("WEB_TOKEN_SECRET must have 32 characters or more", setting="WEB_TOKEN_SECRET")
    return settings


def _settle() -> None:
    """What was loaded stays for ever: the collector need not look at it again, a third of a second each time."""
    gc.collect()
    gc.freeze()
    gc.enable()
