"""Reading meters and issuing bills in a test, over REST."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import aiohttp

from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from utility.billing import audit
from utility.company import Company

D = Decimal
LIN, CHEN, PREPAID, CLOSED, CREDIT = "6201011006117", "6201011006125", "6201024007232", "6201011006240", "6201024007299"
HOURS = "6201024007141"
DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI)


async def post(session: aiohttp.ClientSession, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key or f"{path} {sorted(body.items())}".replace("'", "")}
    async with session.post(f"/v1{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def get(session: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    async with session.get(f"/v1{path}") as answer:
        return answer.status, await answer.json()


async def read_november(operator: aiohttp.ClientSession, account_no: str, value: str) -> None:
    status, content = await post(
        operator, f"/accounts/{account_no}/readings", {"read_on": "2026-12-01", "value": value}
    )
    assert (status, content["kind"]) == (201, "actual")


async def differences(pool: Pool, company: Company) -> list[Any]:
    async with transaction(pool) as connection:
        return await audit.differences(connection, company)
