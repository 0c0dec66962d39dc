"""Whether PostgreSQL has the connections that this bot and everybody else at it may come to want."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing

import psycopg2

from bot.connections import shared_out
from bot.crew import NEEDS
from bot.settings import BotSettings
from runtime.capacity import workers_of
from runtime.claims import NAME_PATTERN
from runtime.errors import SettingsError
from tools.doctor.finding import Finding, good, note, wrong

_LOOK = """
    select
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        (select coalesce(sum(split_part(name, ' ', 3)::int), 0)::int
            from (select distinct application_name as name from pg_stat_activity) present
            where name ~ %s and name !~ '^gridtalk bot ')
"""


def check_connections(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Adds up what this bot's workers and the other processes may hold; what is not read here is told elsewhere."""
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        return
    try:
        settings = BotSettings.from_env(environ)
        workers = workers_of(settings.workers or "1", NEEDS)
        usable, others = _look(url)
    except (SettingsError, psycopg2.Error):
        return
    ours = workers * shared_out(settings.connections, workers).whole
    sums = f"{ours} by {workers} worker(s) of the bot, {others} by other processes that run; PostgreSQL gives {usable}"
    if ours + others > usable:
        yield wrong("connections", f"Too few connections: {sums}. Raise max_connections or lower DATABASE_CONNECTIONS.")
    elif settings.workers and 2 * ours + others > usable:
        yield note("connections", f"Too few connections while a new model comes, which doubles the bot's: {sums}.")
    else:
        yield good("connections", f"Connections: {sums}.")


def _look(url: str) -> tuple[int, int]:
    with closing(psycopg2.connect(url, connect_timeout=3)) as connection, connection.cursor() as cursor:
        cursor.execute(_LOOK, (NAME_PATTERN,))
        usable, others = cursor.fetchone() or (0, 0)
        return int(usable), int(others)
