"""The door of the providers: what is signed just now comes in, everything else changes nothing."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.utility_process import TOKEN, UtilityProcess
from utility.payments.signatures import HmacKey, signed_text, till_of

KEY = till_of(TOKEN, "http://pay", "", "", sandbox=True).providers["sandbox"]
ZHAO = {"Authorization": f"Bearer {TOKEN}", "Acting-User": "wechat:wx_demo_zhao", "Idempotency-Key": "turn-1"}


async def order(session: aiohttp.ClientSession) -> dict[str, Any]:
    body = {"account_no": "6201011006224", "purpose": "all_due"}
    async with session.post("/v1/payment-orders", json=body, headers=ZHAO) as answer:
        made: dict[str, Any] = await answer.json()
        return made


async def owed(session: aiohttp.ClientSession) -> str:
    async with session.get("/v1/accounts/6201011006224/money", headers=ZHAO) as answer:
        return str((await answer.json())["payable"])


def told(made: dict[str, Any], **more: str) -> bytes:
    about = {"transaction_id": "t1", "kind": "payment", "order_no": made["payment_order_no"], "amount": made["amount"]}
    return json.dumps({**about, "at": "2026-11-21T10:00:00+08:00", **more}).encode()


async def call(
    utility: UtilityProcess, session: aiohttp.ClientSession, body: bytes, *, late: int = 0, **headers: str
) -> tuple[int, dict[str, Any]]:
    at = f"{utility.clock.now().timestamp() - late:.0f}"
    assert isinstance(KEY, HmacKey)
    signed = {"Callback-Time": at, "Callback-Signature": KEY.sign(signed_text(at, body)), **headers}
    path = "/v1/payment-callbacks/sandbox"
    async with session.post(path, data=body, headers={**signed, "Content-Type": "application/json"}) as answer:
        return answer.status, json.loads(await answer.text())


async def test_a_signed_callback_pays_and_its_repeat_changes_nothing(utility: UtilityProcess) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        made = await order(session)
        first = await call(utility, session, told(made))
        second = await call(utility, session, told(made), late=10)

        assert first == second == (200, {"outcome": "posted", "payment_no": "Z26112100001"})
        assert await owed(session) == "0.00"


@pytest.mark.parametrize(
    ("headers", "late", "status", "code"),
    [
        ({"Callback-Signature": "0" * 64}, 0, 401, "callback.signature"),
        ({"Callback-Signature": ""}, 0, 401, "callback.signature"),
        ({"Callback-Time": "yesterday"}, 0, 401, "callback.signature"),
        ({}, 301, 403, "callback.stale"),
        ({}, -301, 403, "callback.stale"),
    ],
    ids=["forged", "unsigned", "no time", "replayed later", "from the future"],
)
async def test_what_is_not_signed_just_now_changes_nothing(
    utility: UtilityProcess, headers: dict[str, str], late: int, status: int, code: str
) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        made = await order(session)
        answered, content = await call(utility, session, told(made), late=late, **headers)

        assert (answered, content["code"]) == (status, code)
        assert await owed(session) == "457.66"


async def test_a_body_changed_on_its_way_is_forged(utility: UtilityProcess) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        made = await order(session)
        at = f"{utility.clock.now().timestamp():.0f}"
        assert isinstance(KEY, HmacKey)
        signature = KEY.sign(signed_text(at, told(made)))

        answered, content = await call(
            utility, session, told(made, amount="0.01"), **{"Callback-Time": at, "Callback-Signature": signature}
        )

        assert (answered, content["code"]) == (401, "callback.signature")


@pytest.mark.parametrize("amount", ["0.00", "-457.66"])
async def test_an_amount_that_is_none_is_refused(utility: UtilityProcess, amount: str) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        answered, content = await call(utility, session, told(await order(session), amount=amount))

    assert (answered, content["field"]) == (400, "amount")


async def test_the_sandbox_s_page_pays_by_its_link_only(utility: UtilityProcess) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        made = await order(session)
        path, _, query = made["link"].partition("/sandbox/")[2].partition("?")
        async with session.get(f"/sandbox/{path}?{query}") as page:
            text = await page.text()
        async with session.post(f"/sandbox/{path}?signature=00") as forged:
            assert forged.status == 404
        assert await owed(session) == "457.66"
        async with session.post(f"/sandbox/{path}?{query}") as paid:
            assert paid.status == 200

        assert "赵**" in text
        assert "457.66" in text
        assert await owed(session) == "0.00"


async def test_nobody_else_is_a_provider(utility: UtilityProcess) -> None:
    async with (
        aiohttp.ClientSession(utility.url) as session,
        session.post("/v1/payment-callbacks/nobody", data=b"{}") as answer,
    ):
        assert answer.status == 404


async def test_a_person_of_the_company_looks_after_what_fits_nothing(
    utility: UtilityProcess, operator: aiohttp.ClientSession
) -> None:
    async with aiohttp.ClientSession(utility.url) as session:
        made = {"payment_order_no": "Y99", "amount": "20.00"}
        assert (await call(utility, session, told(made)))[1]["outcome"] == "suspended"
    async with operator.get("/v1/suspense-items") as answer:
        (item,) = (await answer.json())["suspense_items"]

    path = f"/v1/suspense-items/{item['suspense_no']}/resolution"
    body = {"account_no": "6201011006224"}
    async with operator.post(path, json=body, headers={"Idempotency-Key": "k1"}) as answer:
        assert (answer.status, (await answer.json())["state"]) == (200, "posted")
