"""Writes happen once: every write carries an `Idempotency-Key`, and the same key gives the same answer.

A door gives its work to `once`. The work, what it writes, the events it emits and the kept answer are one transaction:
after a crash either all of it is there or none, and the client's repeat finds the answer or does the work.
A work that has to keep something although it says no (a wrong code is counted) returns the refusal instead of raising.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import empty

from runtime.postgres import Connection, transaction
from utility.counter import fields
from utility.counter.answers import answer, company_of, refuse
from utility.errors import Clash, Refusal, refusal_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """What a write answers."""

    content: Json
    status: int = 200


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
    route, digest = f"{request.method} {request.path}", _digest(request)
    async with transaction(company.pool) as connection:
        kept = await _claim(connection, route, key, digest, company.clock.now())
        if kept is None:
            kept = await _work(connection, work)
            await connection.execute(
                "update idempotency_keys set answer = $3 where route = $1 and key = $2", route, key, kept
            )
    return _answered(request, kept)


async def _claim(connection: Connection, route: str, key: str, digest: str, now: Any) -> Json | None:
    mine = await connection.fetchval(
        """insert into idempotency_keys (route, key, digest, created_at) values ($1, $2, $3, $4)
        on conflict do nothing returning 1""",
        *(route, key, digest, now),
    )
    if mine:
        return None
    row = await connection.fetchrow(
        "select digest, answer from idempotency_keys where route = $1 and key = $2", route, key
    )
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
