"""The settings of the seam to another desk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handoff.outside.chatwoot import Account
from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class OutsideSettings(Settings):
    """What `python -m console.outside` reads from the environment."""

    database_url: str = setting("DATABASE_URL", "libpq URL of the GridTalk database", secret=True)
    redis_url: str = setting("REDIS_URL", "URL of the Redis that carries live events", secret=True)
    url: str = setting("OUTSIDE_CHATWOOT_URL", "address of the Chatwoot (or what speaks like it)")
    account_id: int = setting("OUTSIDE_CHATWOOT_ACCOUNT", "number of the account there")
    inbox_id: int = setting("OUTSIDE_CHATWOOT_INBOX", "number of the API inbox there")
    token: str = setting("OUTSIDE_CHATWOOT_TOKEN", "access token of an agent there who may write in it", secret=True)
    webhook_secret: str = setting("OUTSIDE_CHATWOOT_SECRET", "secret its webhooks are signed with", secret=True)
    host: str = setting("OUTSIDE_HOST", "address the other desk's webhooks come to", default="127.0.0.1")
    port: int = setting("OUTSIDE_PORT", "port the other desk's webhooks come to", default=5082)
    on_resolve: str = setting(
        "OUTSIDE_ON_RESOLVE", "what resolving there does: close, or return (to the bot)", default="close"
    )
    alarm_after_s: int = setting(
        "OUTSIDE_ALARM_AFTER_S",
        "seconds until our own desk is called when the other does not take a request (danger: at once)",
        default=120,
    )
    human_hours: str = setting(
        "HUMAN_HOURS", "when people answer everything (faults and danger: always); as the bot's", default="08:00-20:00"
    )
    domain_dir: Path = setting(
        "CONSOLE_DOMAIN_DIR", "folder of the customer sentences (human.yml)", default=Path("domain")
    )

    @property
    def account(self) -> Account:
        """Where the other desk is."""
        return Account(self.url, self.account_id, self.inbox_id, self.token, self.webhook_secret)
