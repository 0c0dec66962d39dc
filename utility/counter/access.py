"""Who may come in: one bearer token with its scopes, compared in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps

from sanic import HTTPResponse, Request

from runtime.errors import SettingsError
from utility.errors import Forbidden, Unauthorized

Handler = Callable[..., Awaitable[HTTPResponse]]


class Scope(str, Enum):
    """What a token may do."""

    ACCOUNTS = "accounts"
    BILLING = "billing"
    OUTAGES = "outages"
    FAULTS = "faults"


@dataclass(frozen=True)
class Client:
    """The one client of the company, by its token."""

    token: str
    scopes: frozenset[Scope]


def client_of(token: str, scopes: str) -> Client:
    """Builds the client from its settings.

    Raises:
        SettingsError: a scope is unknown.
    """
    try:
        return Client(token, frozenset(Scope(name) for name in scopes.split()))
    except ValueError as error:
        raise SettingsError(f"UTILITY_TOKEN_SCOPES: {error}", setting="UTILITY_TOKEN_SCOPES") from error


def needs(scope: Scope) -> Callable[[Handler], Handler]:
    """Lets a request through to the handler only with our token and this scope."""

    def guard(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, **parts: str) -> HTTPResponse:
            _check(request, scope)
            return await handler(request, **parts)

        return guarded

    return guard


def _check(request: Request, scope: Scope) -> None:
    client: Client = request.app.ctx.client
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise Unauthorized("token.missing", "A bearer token is required.")
    if not hmac.compare_digest(token.encode("utf-8", "surrogateescape"), client.token.encode()):
        raise Unauthorized("token.invalid", "The token is not known here.")
    if scope not in client.scopes:
        raise Forbidden("token.scope", "The token may not do this.", scope=scope.value)
