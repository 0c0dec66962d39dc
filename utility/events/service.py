"""Registering for events, reading them after a downtime, and what was given up."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from runtime.postgres import Connection
from utility.company import Company
from utility.errors import Clash, InvalidRequest
from utility.events import store
from utility.events.values import Subscriber

SUBSCRIBERS_MOST = 50
BATCH_MOST = 200


async def register(
    connection: Connection, company: Company, client: str, url: str, types: Sequence[str], *, batch: int = 1
) -> Subscriber:
    """Registers a subscriber; it is told of everything from now on, up to `batch` events a call.

    A private address is fine: the subscribers stand in the house's own network.

    Raises:
        InvalidRequest: the URL is no http or https address.
        Clash: `subscribers.too_many`.
    """
    _check_url(url)
    if len(await store.subscribers_of(connection, client)) >= SUBSCRIBERS_MOST:
        raise Clash("subscribers.too_many", "The client has as many subscribers as are allowed.", most=SUBSCRIBERS_MOST)
    new = Subscriber(
        subscriber_id=f"S{secrets.token_hex(8)}",
        client=client,
        url=url,
        secret=secrets.token_urlsafe(32),
        types=tuple(dict.fromkeys(types)),
        created_at=company.clock.now(),
        after=await store.end_of_stream(connection),
        failures=0,
        failing_since=None,
        next_try_at=None,
        last_error="",
        batch=batch,
    )
    await store.add_subscriber(connection, new)
    return new


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.username or parts.password or parts.fragment:
        raise InvalidRequest("field.invalid", "url", "url must be an http or https address, without a user.")
