"""Writes happen once: every write carries an `Idempotency-Key`, and the same key gives the same answer.

A door gives its work to `once`. The work, what it writes, the events it emits and the kept answer are one transaction:
after a crash either all of it is there or none, and the client's repeat finds the answer or does the work.
A work that has to keep something although it says no (a wrong code is counted) returns the refusal instead of raising.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty

from runtime.postgres import Connection, transaction
from utility.counter import fields
from utility.counter.access import client_name
from utility.counter.answers import answer, company_of, refuse
from utility.errors import Busy, Clash, Refusal, refusal_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """What a write answers."""

    content: Json
    status: int = 200


@dataclass(frozen=True)
class Key:
    """Under what a write is kept: keys of different clients never meet."""

    client: str
    route: str
    key: str


Work = Callable[[Connection], Awaitable["Answered | Refusal"]]


async def once(request: Request, work: Work) -> HTTPResponse:
    """Does `work` in one transaction under the request's key, or gives the kept answer of the same request.

    A second request with the same key waits until the first has committed or failed.

    Raises:
        InvalidRequest: the key is missing or not of its form.
        Clash: `idempotency.mismatch`, the key came before with another request.
        Refusal: whatever the work raises; nothing of it is kept then, the key neither.
    """
    company = company_of(request)
    key = fields.header(request, "Idempotency-Key", fields.IDEMPOTENCY_KEY)
    written = Key(client_name(request), f"{request.method} {request.path}", key)
    async with transaction(company.pool) as connection:
        kept = await _claim(connection, written, _digest(request), company.clock.now())
        if kept is None:
            kept = await _work(connection, work)
            await connection.execute(
                "update idempotency_keys set answer = $4 where client = $1 and route = $2 and key = $3",
                *(written.client, written.route, written.key, kept),
            )
    return _answered(request, kept)


async def purge(connection: Connection, before: datetime, most: int) -> int:
    """Forgets up to `most` keys older than `before`; returns how many. A repeat after that is a new request."""
    gone = await connection.fetch(
        """delete from idempotency_keys where ctid = any(array(
            select ctid from idempotency_keys where created_at < $1 limit $2 for update skip locked)) returning 1""",
        *(before, most),
    )
    return len(gone)


async def _claim(connection: Connection, written: Key, digest: str, now: datetime) -> Json | None:
    mine = await connection.fetchval(
        """insert into idempotency_keys (client, route, key, digest, created_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing returning 1""",
        *(written.client, written.route, written.key, digest, now),
    )
    if mine:
        return None
    row = await connection.fetchrow(
        "select digest, answer from idempotency_keys where client = $1 and route = $2 and key = $3",
        *(written.client, written.route, written.key),
    )
    if row is None:
        raise Busy(1)  # the request that held the key has just been forgotten: the repeat does the work
    if row["digest"] != digest:
        raise Clash("idempotency.mismatch", "The key was used for another request.")
    kept: Json = row["answer"]
    return kept


async def _work(connection: Connection, work: Work) -> Json:
    outcome = await work(connection)
    if isinstance(outcome, Refusal):
        refused = {"reason": outcome.reason, "detail": outcome.detail, "fields": outcome.fields}
        return {"status": outcome.status, "refused": refused}
    return {"status": outcome.status, "content": outcome.content}


def _answered(request: Request, kept: Json) -> HTTPResponse:
    refused = kept.get("refused")
    if refused:
        return refuse(request, refusal_of(kept["status"], refused["reason"], refused["detail"], refused["fields"]))
    return answer(kept["content"], kept["status"]) if kept["status"] != 204 else empty()


def _digest(request: Request) -> str:
    """What makes two requests the same: who acts, and every byte of the body and the query."""
    parts = (request.headers.get("Acting-User", ""), request.headers.get("Acting-Staff", ""), request.query_string)
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()
