"""The settings of the desk's process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from handoff.desk_help.promises import Patience
from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class ConsoleSettings(Settings):
    """What `python -m console` reads from the environment."""

    database_url: str = setting("DATABASE_URL", "libpq URL of the GridTalk database", secret=True)
    redis_url: str = setting("REDIS_URL", "URL of the Redis that carries live events", secret=True)
    session_secret: str = setting("CONSOLE_SESSION_SECRET", "key that session tokens are hashed with", secret=True)
    host: str = setting("CONSOLE_HOST", "address the desk listens on", default="127.0.0.1")
    port: int = setting("CONSOLE_PORT", "port the desk listens on", default=5080)
    allowed_origins: str = setting(
        "CONSOLE_ALLOWED_ORIGINS",
        "comma-separated origins of the desk's page (empty: this port on loopback)",
        default="",
    )
    session_hours: int = setting("CONSOLE_SESSION_HOURS", "hours until an agent must log in again", default=12)
    human_hours: str = setting(
        "HUMAN_HOURS", "when people answer everything (faults and danger: always); as the bot's", default="08:00-20:00"
    )
    routing_rules: Path = setting(
        "ROUTING_RULES", "file of the figures of offering and routing", default=Path("handoff/routing/rules.yml")
    )
    routing_offers: bool = setting(
        "ROUTING_OFFERS",
        "whether who waits is offered to agents; off: agents pick from the queue",
        default=True,
    )
    routing_pick: str = setting(
        "ROUTING_PICK", "what agents may take from the queue by hand: skills (theirs), any, off", default="skills"
    )
    watch_tells_agent: bool = setting(
        "CONSOLE_WATCH_TELLS_AGENT", "whether an agent reads a note when a supervisor watches", default=False
    )
    export_rows: int = setting("CONSOLE_EXPORT_ROWS", "rows an exported workbook holds at most", default=5000)
    web_dir: Path = setting("CONSOLE_WEB_DIR", "folder of the built desk page", default=Path("console/web/dist"))
    media_dir: Path = setting(
        "MEDIA_DIR", "folder of the pictures and voices customers send, the bot's", default=Path(".data/media")
    )
    public_url: str = setting(
        "PUBLIC_URL",
        "where customers reach the bot; links to an agent's files in WeChat and Alipay need it",
        default="",
    )
    file_link_days: int = setting("FILE_LINK_DAYS", "days for which such a link opens its file", default=7)
    domain_dir: Path = setting(
        "CONSOLE_DOMAIN_DIR", "folder of the customer sentences (human.yml)", default=Path("domain")
    )
    waiting_limits: Path = setting(
        "CONSOLE_WAITING_LIMITS",
        "file of how long customers may wait by skill and priority (the desk's colours)",
        default=Path("console/server/waiting_limits.yml"),
    )

    promise_remind_minutes: int = setting(
        "PROMISE_REMIND_MINUTES", "minutes before a promise is due at which its agent is reminded", default=30
    )
    promise_give_up_minutes: int = setting(
        "PROMISE_GIVE_UP_MINUTES", "minutes after which a late promise that nobody marked counts as broken", default=120
    )
    canned_warn_days: int = setting(
        "CANNED_WARN_DAYS", "days before a canned reply ends at which its writer is told", default=14
    )

    @property
    def promise_patience(self) -> Patience:
        """When a promise is reminded of and given up."""
        give_up = timedelta(minutes=self.promise_give_up_minutes)
        return Patience(timedelta(minutes=self.promise_remind_minutes), give_up)

    utility_url: str = setting("UTILITY_URL", "where the utility's API is", default="http://127.0.0.1:5056")
    utility_token: str = setting(
        "UTILITY_TOKEN", "bearer token of the utility's API (empty: no customer panel)", default="", secret=True
    )
    panel_wait_s: float = setting("CONSOLE_PANEL_WAIT_S", "seconds a look at the customer panel may take", default=2.5)
    panel_accounts: int = setting(
        "CONSOLE_PANEL_ACCOUNTS", "accounts of one customer the panel reads at a look; more are only named", default=6
    )
    act_wait_s: float = setting("CONSOLE_ACT_WAIT_S", "seconds an act of an agent may take at the utility", default=8.0)

    @property
    def origins(self) -> frozenset[str]:
        """The origins a write or a socket may come from, compared exactly."""
        told = frozenset(origin.strip() for origin in self.allowed_origins.split(",") if origin.strip())
        return told or frozenset({f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"})

    @property
    def secure_cookie(self) -> bool:
        """Whether the desk is reached over TLS only, so that its cookie must not travel without."""
        return all(origin.startswith("https://") for origin in self.origins)


@dataclass(frozen=True, repr=False)
class SeedSettings(Settings):
    """What `python -m console.server.seed` reads from the environment."""

    database_url: str = setting("DATABASE_URL", "libpq URL of the GridTalk database", secret=True)
    demo_password: str = setting("DESK_DEMO_PASSWORD", "password the demo agents get", secret=True)
