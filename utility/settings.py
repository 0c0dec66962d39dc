"""What the utility's processes need from their environment."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class SeedSettings(Settings):
    """Settings of `python -m utility.seed`."""

    database_url: str = setting("UTILITY_DATABASE_URL", "libpq URL of the utility's own database", secret=True)


@dataclass(frozen=True, repr=False)
class UtilitySettings(Settings):
    """Settings of `python -m utility`."""

    database_url: str = setting("UTILITY_DATABASE_URL", "libpq URL of the utility's own database", secret=True)
    token: str = setting("UTILITY_TOKEN", "bearer token of the one client, GridTalk", secret=True)
    scopes: str = setting("UTILITY_TOKEN_SCOPES", "what that token may do", default="accounts billing outages faults")
    host: str = setting("UTILITY_HOST", "address to listen on", default="127.0.0.1")
    port: int = setting("UTILITY_PORT", "port to listen on", default=5056)
    sandbox: bool = setting("UTILITY_SANDBOX", "serve the page that shows the SMS it would send", default=False)
