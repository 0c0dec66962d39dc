"""Who may come in: clients with a bearer token and its scopes; a token is known by its digest only."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import cast

from sanic import HTTPResponse, Request

from runtime.errors import SettingsError
from runtime.postgres import transaction
from utility.company import Company
from utility.counter import clients
from utility.counter.gate import Gate
from utility.errors import Forbidden, Unauthorized

Handler = Callable[..., Awaitable[HTTPResponse]]

FIRST_CLIENT, OPERATOR, NOTICES = "gridtalk", "operator", "notices"


class Scope(str, Enum):
    """What a token may do."""

    ACCOUNTS = "accounts"
    BILLING = "billing"
    OUTAGES = "outages"
    FAULTS = "faults"
    PAYMENTS = "payments"
    CASES = "cases"
    APPOINTMENTS = "appointments"
    APPLICATIONS = "applications"
    CLAIMS = "claims"
    EVENTS = "events"
    NOTICES = "notices"
    UNMASKED = "unmasked"
    OPERATE = "operate"


# What a customer's counter has no use for: such a scope is given by name.
_NAMED_ONLY = (Scope.NOTICES, Scope.UNMASKED, Scope.OPERATE)
CUSTOMER_SCOPES = " ".join(scope.value for scope in Scope if scope not in _NAMED_ONLY)


@dataclass(frozen=True)
class Client:
    """A client of the company: its name, the digest of its token, what that may do."""

    name: str
    digest: str
    scopes: frozenset[Scope]


def client_of(token: str, scopes: str) -> Client:
    """Builds the first client from its settings.

    Raises:
        SettingsError: a scope is unknown.
    """
    try:
        return Client(FIRST_CLIENT, digest_of(token), frozenset(Scope(name) for name in scopes.split()))
    except ValueError as error:
        raise SettingsError(f"UTILITY_TOKEN_SCOPES: {error}", setting="UTILITY_TOKEN_SCOPES") from error


def operator_of(token: str) -> Client:
    """Builds the operator's own client, which may do everything."""
    return Client(OPERATOR, digest_of(token), frozenset(Scope))


def notices_of(token: str) -> Client:
    """Builds the client that sends the company's notices: what happens, whom it concerns, and their phones."""
    scopes = frozenset({Scope.EVENTS, Scope.NOTICES, Scope.OUTAGES, Scope.UNMASKED})
    return Client(NOTICES, digest_of(token), scopes)


def digest_of(token: str) -> str:
    """Returns what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def needs(scope: Scope) -> Callable[[Handler], Handler]:
    """Lets a request through to the handler only with a known token and this scope, and only when there is room."""

    def guard(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, **parts: str) -> HTTPResponse:
            gate: Gate = request.app.ctx.gate
            async with gate.entered():
                request.ctx.client = await _client(request)
                if scope not in request.ctx.client.scopes:
                    raise Forbidden("token.scope", "The token may not do this.", scope=scope.value)
                return await handler(request, **parts)

        return guarded

    return guard


def admitted(handler: Handler) -> Handler:
    """Lets a request in without a token when there is room, for doors with another proof (a signed callback)."""

    @wraps(handler)
    async def guarded(request: Request, **parts: str) -> HTTPResponse:
        gate: Gate = request.app.ctx.gate
        async with gate.entered():
            return await handler(request, **parts)

    return guarded


def client_name(request: Request) -> str:
    """Returns the name of the client that came in; empty at a door that takes no token."""
    client = getattr(request.ctx, "client", None)
    return client.name if client else ""


async def client_by_token(known: Sequence[Client], company: Company, token: str) -> Client | None:
    """Finds whose token this is: the settings' clients first, then the books'."""
    digest = digest_of(token)
    for client in known:
        if hmac.compare_digest(digest, client.digest):
            return client
    async with transaction(company.pool) as connection:
        row = await clients.by_digest(connection, digest)
    if row is None:
        return None
    names = {scope.value for scope in Scope}
    return Client(row.name, row.digest, frozenset(Scope(name) for name in row.scopes if name in names))


async def _client(request: Request) -> Client:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise Unauthorized("token.missing", "A bearer token is required.")
    company = cast(Company, request.app.ctx.company)
    client = await client_by_token(request.app.ctx.clients, company, token)
    if client is None:
        raise Unauthorized("token.invalid", "The token is not known here.")
    return client
