"""Cases and work orders at the doors: filing, secrecy, what the staff sees and does, many at once."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

import aiohttp
import pytest

THEFT = {"kind": "report", "type": "窃电/私自接线", "text": "楼下有人偷电", "contact_phone": "13800001234"}
RUDE = {"kind": "complaint", "type": "服务投诉/服务行为/营业厅人员服务行为", "text": "窗口不理人"}
REPLY = dict.fromkeys(
    ("reached_when", "reached_how", "findings", "cause", "measures", "restored_or_expected", "customer_view"), "如实"
)


async def post(session: aiohttp.ClientSession, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key or secrets.token_hex(8)}
    async with session.post(f"/v1{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def get(session: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any]:
    async with session.get(f"/v1{path}", headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_complaint_goes_from_filing_to_both_keys(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    _, filed = await post(client, "/cases", {**RUDE, "account_no": "6201011006117"})
    number = filed["order"]["order_no"]
    work = f"/work-orders/{number}"
    statuses = [
        (await post(operator, f"{work}/moves", {"to": "handling"}))[0],
        (await post(operator, f"{work}/contact", {"note": "电话联系"}))[0],
        (await post(operator, f"{work}/closure", {}))[1]["code"],
        (await post(operator, f"{work}/reply", {"code": "属实已处理"}))[1]["code"],
        (await post(operator, f"{work}/reply", {"code": "属实已处理", "reply": REPLY}))[0],
        (await post(operator, f"{work}/closure", {}))[1]["code"],
        (await post(client, f"/orders/{number}/confirmation", {"satisfied": True}))[0],
        (await post(client, f"/orders/{number}/rating", {"rating": 4}))[0],
        (await post(operator, f"{work}/closure", {}))[0],
    ]

    _, order = await get(client, f"/orders/{number}")

    assert statuses == [200, 200, "order.move", "order.reply_incomplete", 200, "order.not_confirmed", 200, 200, 200]
    assert (order["status"], order["resolution"], order["rating"]) == ("archived", "属实已处理", 4)
    assert [line["what"] for line in order["timeline"]] == [
        "opened", "advanced", "advanced", "contacted", "replied", "confirmed", "rated", "closed",
    ]  # fmt: skip


async def test_who_reported_is_named_to_nobody_without_a_purpose(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    _, filed = await post(client, "/cases", {**THEFT, "account_no": "6201011006117"})
    path = f"/work-orders/{filed['order']['order_no']}"

    _, masked = await get(operator, path)
    _, named = await get(operator, path, Purpose="call_back")
    _, listed = await get(operator, "/work-orders?kind=report")
    _, searched = await get(operator, "/work-orders?account_no=6201011006117&kind=report")

    text = str(masked) + str(listed)
    assert not any(known in text for known in ("wx_demo_lin", "6201011006117", "13800001234", "wechat", "TA01"))
    assert masked["text"] == "楼下有人偷电"
    assert (named["account_no"], named["contact_phone"]) == ("6201011006117", "13800001234")
    assert searched["orders"] == []


async def test_an_anonymous_case_leaves_no_account_and_no_phone(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    _, filed = await post(client, "/cases", {**THEFT, "account_no": "6201011006117", "secrecy": "匿名"})

    _, named = await get(operator, f"/work-orders/{filed['order']['order_no']}", Purpose="call_back")

    assert (named["account_no"], named["contact_phone"], named["area_id"]) == (None, "", None)


async def test_a_transfer_is_offered_and_accepted(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    path = "/work-orders/T26111600003"
    _, offered = await post(operator, f"{path}/offer", {"to": "营销部"})
    _, twice = await post(operator, f"{path}/offer", {"to": "长庚供电中心"})
    _, accepted = await post(operator, f"{path}/acceptance", {})

    assert (offered["owner"], offered["offered_to"]) == ("启明供电中心", "营销部")
    assert twice["code"] == "order.offered"
    assert (accepted["owner"], accepted["offered_to"]) == ("营销部", None)
    assert accepted["timeline"][-1] | {"at": ""} == {
        "at": "", "by": "staff:K0103", "what": "transferred", "status": "handling", "note": "",
    }  # fmt: skip


async def test_the_staff_lists_by_what_is_due_and_turns_pages(operator: aiohttp.ClientSession) -> None:
    _, due = await get(operator, "/work-orders?kind=complaint&due_before=2026-11-24T00:00:00%2B08:00")
    _, first = await get(operator, "/work-orders?open=false&limit=2")
    _, second = await get(operator, f"/work-orders?open=false&limit=2&cursor={first['next_cursor']}")
    _, bad = await get(operator, "/work-orders?cursor=AAAA")

    assert [order["order_no"] for order in due["orders"]] == ["T26111600003"]
    assert due["orders"][0]["used_percent"] == 80
    numbers = [order["order_no"] for page in (first, second) for order in page["orders"]]
    assert len(set(numbers)) == 4
    assert bad["code"] == "field.invalid"


async def test_what_has_its_own_door_is_not_moved_here(operator: aiohttp.ClientSession) -> None:
    status, refused = await post(operator, "/work-orders/N26111800005/moves", {"to": "metered"})

    assert (status, refused["code"]) == (409, "order.own_door")


async def test_a_customers_token_does_not_do_the_staffs_work(client: aiohttp.ClientSession) -> None:
    status, refused = await post(client, "/work-orders/T26111600003/moves", {"to": "handling"})

    assert (status, refused["code"]) == (403, "token.scope")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**RUDE, "kind": "gossip"}, "kind"),
        ({**RUDE, "type": "随便"}, "type"),
        ({**RUDE, "secrecy": "半匿名"}, "secrecy"),
        ({**RUDE, "text": ""}, "text"),
        ({**RUDE, "mood": "angry"}, "mood"),
    ],
    ids=["kind", "type", "secrecy", "text", "unknown"],
)
async def test_a_wrong_field_is_named(client: aiohttp.ClientSession, body: dict[str, Any], field: str) -> None:
    status, refused = await post(client, "/cases", body)

    assert (status, refused["field"]) == (400, field)


async def test_one_matter_filed_by_many_at_once_is_one_order(client: aiohttp.ClientSession) -> None:
    body = {**RUDE, "account_no": "6201011006117"}

    answers = await asyncio.gather(*(post(client, "/cases", body) for _ in range(12)))

    assert sorted(status for status, _ in answers) == [201] + [409] * 11
    numbers = {content["order_no"] for status, content in answers if status == 409}
    assert numbers == {content["order"]["order_no"] for status, content in answers if status == 201}


async def test_two_members_of_the_staff_do_not_take_one_order_twice(operator: aiohttp.ClientSession) -> None:
    await post(operator, "/work-orders/O26111800006/offer", {"to": "长庚供电中心"})

    answers = await asyncio.gather(*(post(operator, "/work-orders/O26111800006/acceptance", {}) for _ in range(6)))

    assert sorted(status for status, _ in answers) == [200] + [409] * 5
