"""What the actions need, from the environment: settings, the seam to the utility, the clock, words and knowledge."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from actions.knowledge_base import KnowledgeBase
from actions.knowledge_index import KnowledgeIndex
from actions.visit import Services
from actions.wording import Wording
from backend.http import HttpBackend
from conversation.papers import SECRET_SETTING, PapersLinks, PapersPasses
from runtime.clock import Clock, clock_from_environ
from runtime.settings import Settings, setting

_WORDS_DIR = Path(__file__).parent / "words"


@dataclass(frozen=True)
class ActionsSettings(Settings):
    """What the action server must be told."""

    utility_token: str = setting("UTILITY_TOKEN", "bearer token of the utility's API", secret=True)
    utility_url: str = setting("UTILITY_URL", "where the utility's API is", default="http://127.0.0.1:5056")
    host: str = setting("ACTIONS_HOST", "address to listen on", default="127.0.0.1")
    port: int = setting("ACTIONS_PORT", "port to listen on", default=5055)
    domain_dir: Path = setting("DOMAIN_DIR", "the folder with the domain's skill files", default=Path("domain"))
    knowledge_dir: Path = setting(
        "KNOWLEDGE_DIR", "the folder with the curated answers", default=Path("data/knowledge")
    )
    public_url: str = setting(
        "PUBLIC_URL", "where customers reach the bot, for links in the chat; https outside a demo", default=""
    )
    papers_secret: str = setting(
        SECRET_SETTING,
        "seals the links to the upload page, the same as the bot's (32 characters or more); empty: no page",
        default="",
        secret=True,
    )
    papers_days: int = setting("PAPERS_LINK_DAYS", "days a link to the upload page holds", default=7)
    log_level: str = setting("LOG_LEVEL", "least level that is logged", default="INFO")


def open_services(settings: ActionsSettings) -> tuple[Services, Callable[[], Awaitable[None]]]:
    """Builds what every action is given, and what closes it."""
    wording = Wording.load(_WORDS_DIR, settings.domain_dir)
    knowledge = KnowledgeIndex(KnowledgeBase.read(settings.knowledge_dir))
    backend = HttpBackend(settings.utility_url, settings.utility_token)
    clock = clock_from_environ()
    return Services(backend, clock, wording, knowledge, papers=papers_links(settings, clock)), backend.close


def papers_links(settings: ActionsSettings, clock: Clock) -> PapersLinks | None:
    """Makes what gives links to the upload page; None when the operator has set no secret for it.

    Raises:
        SettingsError: the secret, the address or the days cannot be used.
    """
    if not settings.papers_secret:
        structlog.get_logger().info("actions.papers.closed", missing=SECRET_SETTING)
        return None
    passes = PapersPasses(settings.papers_secret, clock)
    return PapersLinks(settings.public_url, passes, days=settings.papers_days)
