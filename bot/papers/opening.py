"""Opens the upload page when the operator has set what it needs, and says so in the log when not."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from backend.http import HttpBackend
from bot.papers.counter import PapersCounter
from bot.papers.door import PapersDoor
from bot.settings import BotSettings
from connectors.shared.pace import Limits
from conversation.papers import SECRET_SETTING, PapersPasses
from runtime.clock import Clock
from runtime.errors import SettingsError

_MEGABYTE = 1024 * 1024
# A page looks once, sends a file for each paper and perhaps tries again; nobody does it faster for long.
_BURST, _PER_SECOND = 60, 1.0


@dataclass(frozen=True)
class PapersRoom:
    """The open page: its routes, and the line to the utility behind it."""

    door: PapersDoor
    backend: HttpBackend

    async def close(self) -> None:
        """Leaves the utility."""
        await self.backend.close()


def open_papers(settings: BotSettings, clock: Clock) -> PapersRoom | None:
    """Opens the page; None without its secret.

    Raises:
        SettingsError: the secret is too short, the utility's token is missing, or no file could be taken.
    """
    if not settings.papers_secret:
        structlog.get_logger().info("bot.papers.closed", missing=SECRET_SETTING)
        return None
    passes = PapersPasses(settings.papers_secret, clock)
    if not settings.utility_token:
        raise SettingsError(f"{SECRET_SETTING} is set and UTILITY_TOKEN is not", setting="UTILITY_TOKEN")
    if settings.papers_most_mb < 1:
        raise SettingsError("PAPERS_MOST_MB must be 1 or more", setting="PAPERS_MOST_MB")
    backend = HttpBackend(settings.utility_url, settings.utility_token)
    limits = Limits(
        customer_burst=_BURST,
        customer_per_second=_PER_SECOND,
        address_burst=settings.address_burst,
        address_per_second=settings.address_per_second,
    )
    most, folder = settings.papers_most_mb * _MEGABYTE, settings.widget_dir / "papers"
    door = PapersDoor(PapersCounter(backend), passes, folder=folder, most_bytes=most, limits=limits)
    return PapersRoom(door, backend)
