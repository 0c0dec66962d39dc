"""Being called back: the staff sees who waits, masked unless for a purpose, and notes the call once."""

from __future__ import annotations

from typing import Any

import aiohttp

KEY = {"Idempotency-Key": "turn-1"}


async def ask(client: aiohttp.ClientSession) -> dict[str, Any]:
    body = {"reason": "办增容", "phone": "13800001234"}
    async with client.post("/v1/callbacks", json=body, headers=KEY) as answer:
        assert answer.status == 201
        made: dict[str, Any] = await answer.json()
        return made


async def waiting(operator: aiohttp.ClientSession, **headers: str) -> list[dict[str, Any]]:
    async with operator.get("/v1/waiting-callbacks", headers=headers) as answer:
        assert answer.status == 200
        found: list[dict[str, Any]] = (await answer.json())["callbacks"]
        return found


async def test_the_staff_sees_the_phone_only_for_a_purpose(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    made = await ask(client)

    assert await waiting(operator) == [made]
    assert [one["phone"] for one in await waiting(operator, Purpose="call_back")] == ["13800001234"]


async def test_a_call_is_noted_once(client: aiohttp.ClientSession, operator: aiohttp.ClientSession) -> None:
    path = f"/v1/callbacks/{(await ask(client))['callback_no']}/done"

    async with operator.post(path, json={"note": "已联系"}, headers=KEY) as answer:
        first = await answer.json()
    async with operator.post(path, json={"note": "again"}, headers={"Idempotency-Key": "turn-2"}) as answer:
        second = await answer.json()

    assert (first["state"], first["note"]) == ("done", "已联系")
    assert second == first
    assert await waiting(operator) == []


async def test_a_customers_token_does_not_see_who_waits(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/waiting-callbacks") as answer:
        assert answer.status == 403
