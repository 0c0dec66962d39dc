"""What the utility's processes need from their environment."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.settings import Settings, setting
from utility.counter.access import CUSTOMER_SCOPES


@dataclass(frozen=True, repr=False)
class SeedSettings(Settings):
    """Settings of `python -m utility.seed`."""

    database_url: str = setting("UTILITY_DATABASE_URL", "libpq URL of the utility's own database", secret=True)


@dataclass(frozen=True, repr=False)
class UtilitySettings(Settings):
    """Settings of `python -m utility`."""

    database_url: str = setting("UTILITY_DATABASE_URL", "libpq URL of the utility's own database", secret=True)
    token: str = setting("UTILITY_TOKEN", "bearer token of the first client, GridTalk", secret=True)
    scopes: str = setting("UTILITY_TOKEN_SCOPES", "what that token may do", default=CUSTOMER_SCOPES)
    notices_token: str = setting(
        "UTILITY_NOTICES_TOKEN",
        "bearer token of the client that sends the company's notices (whom they concern, with phones); empty: none",
        default="",
        secret=True,
    )
    operator_token: str = setting(
        "UTILITY_OPERATOR_TOKEN",
        "bearer token of the operator, who may do everything; empty: none",
        default="",
        secret=True,
    )
    host: str = setting("UTILITY_HOST", "address to listen on", default="127.0.0.1")
    port: int = setting("UTILITY_PORT", "port to listen on", default=5056)
    pool: int = setting("UTILITY_POOL", "connections to the database; four of them are kept from requests", default=12)
    waiting: int = setting(
        "UTILITY_WAITING", "requests that may wait for a place; the others are told to come again", default=200
    )
    patience_s: float = setting("UTILITY_PATIENCE_S", "how long a request waits for a place, in seconds", default=1.0)
    round_s: float = setting(
        "UTILITY_ROUND_S", "seconds between two rounds of what falls due and of sending events; 0: none", default=5.0
    )
    webhook_days: float = setting(
        "UTILITY_WEBHOOK_DAYS", "days an event is tried at a subscriber before a person has to look", default=3.0
    )
    pay_url: str = setting("UTILITY_PAY_URL", "where payment links lead", default="http://127.0.0.1:5056/sandbox/pay")
    pay_secret: str = setting(
        "UTILITY_PAY_SECRET", "key that signs payment links; empty: derived from the token", default="", secret=True
    )
    payment_providers: str = setting(
        "UTILITY_PAYMENT_PROVIDERS",
        "who may call back: name=hmac:<secret> or name=rsa:<file of the public key>, separated by spaces",
        default="",
        secret=True,
    )
    sandbox: bool = setting("UTILITY_SANDBOX", "serve the page that shows the SMS it would send", default=False)
