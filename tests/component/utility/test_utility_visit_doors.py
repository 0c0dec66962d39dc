"""The doors of appointments, claims and halls: the staff's part, and what is refused by name."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.fakes.utility_process import UtilityProcess

LIN, LUO, FACTORY = "6201011006117", "6201024007281", "6201024007182"
KEY = {"Idempotency-Key": "turn-1"}
BOOKING = {"account_no": LIN, "business_type": "校表", "slot_id": "D1-20261124-am"}
SCREEN = {"category": "electronics", "name": "电视机", "bought_on": "2026-10-01", "price": "4999.00"}
CLAIM = {"account_no": LIN, "happened_at": "2026-11-21T09:00:00+08:00", "text": "来电烧坏", "items": [SCREEN]}
CASE = {"kind": "complaint", "type": "营业投诉/抄表催费/抄表", "text": "抄错了", "account_no": LIN}


async def refused(answer: aiohttp.ClientResponse) -> tuple[int, str, str]:
    content = await answer.json(content_type="application/problem+json")
    return answer.status, str(content["code"]), str(content.get("field", ""))


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("/v1/appointments", {**BOOKING, "extra": "x"}, "field.unknown", "extra"),
        ("/v1/appointments", {"account_no": LIN}, "field.missing", "business_type"),
        ("/v1/appointments", {**BOOKING, "slot_id": 7}, "field.invalid", "slot_id"),
        ("/v1/appointments", {**BOOKING, "contact_phone": "abc"}, "field.invalid", "contact_phone"),
        ("/v1/claims", {**CLAIM, "contact_phone": "1380000101"}, "field.invalid", "contact_phone"),
        ("/v1/cases", {**CASE, "contact_phone": "12345"}, "field.invalid", "contact_phone"),
        ("/v1/claims", {**CLAIM, "happened_at": "yesterday"}, "field.invalid", "happened_at"),
        ("/v1/claims", {**CLAIM, "items": [{**SCREEN, "price": 4999.0}]}, "field.invalid", "items.0.price"),
        ("/v1/claims", {**CLAIM, "items": [{**SCREEN, "price": "1e9"}]}, "field.invalid", "items.0.price"),
        ("/v1/claims", {**CLAIM, "items": [SCREEN] * 101}, "field.invalid", "items"),
        (
            "/v1/claims",
            {**CLAIM, "items": [{**SCREEN, "bought_on": "2026-02-30"}]},
            "field.invalid",
            "items.0.bought_on",
        ),
    ],
)
async def test_a_wrong_field_is_refused_by_name(
    client: aiohttp.ClientSession, path: str, body: dict[str, Any], code: str, field: str
) -> None:
    async with client.post(path, json=body, headers=KEY) as answer:
        assert await refused(answer) == (400, code, field)


async def test_a_customer_s_token_does_not_open_half_days(client: aiohttp.ClientSession) -> None:
    async with client.put(
        "/v1/appointment-slots/D1-20261124-am", json={"status": "closed"}, headers={**KEY, "Acting-Staff": "K0103"}
    ) as answer:
        assert await refused(answer) == (403, "token.scope", "")


async def test_the_staff_sees_who_waits_masked(client: aiohttp.ClientSession, operator: aiohttp.ClientSession) -> None:
    async with client.post("/v1/appointments", json=BOOKING, headers=KEY) as booked:
        number = (await booked.json())["appointment_no"]

    async with operator.get("/v1/appointment-slots/D1-20261124-am") as answer:
        slot = await answer.json()
        text = await answer.text()

    assert (slot["capacity"], slot["booked"], slot["free"], slot["status"]) == (3, 2, 1, "open")
    assert [one["appointment_no"] for one in slot["appointments"]] == [number]
    assert "13800001011" not in text


async def test_the_staff_closes_a_half_day_and_nobody_books_it(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    setting = {"status": "closed", "note": "台风"}
    async with operator.put("/v1/appointment-slots/D1-20261124-am", json=setting, headers=KEY) as closed:
        assert (closed.status, (await closed.json())["note"]) == (200, "台风")

    async with client.post("/v1/appointments", json=BOOKING, headers=KEY) as answer:
        content = await answer.json(content_type="application/problem+json")

    assert (answer.status, content["code"]) == (409, "slot.closed")
    assert content["alternatives"][0]["slot_id"] == "D1-20261123-pm"


async def test_the_staff_takes_a_claim_to_its_end(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    async with client.post("/v1/claims", json=CLAIM, headers=KEY) as filed:
        path = f"/v1/claims/{(await filed.json())['claim_no']}"
    verdict = {"cause": "overvoltage", "items": [{"item_no": 1, "outcome": "compensate"}]}
    steps = [
        (operator, "/visits", {"findings": "电源板击穿"}),
        (operator, "/assessments", verdict),
        (client, "/answers", {"answer": "agree", "pay_by": "credit"}),
        (operator, "/payments", {}),
    ]

    states = []
    for who, part, body in steps:
        async with who.post(path + part, json=body, headers=KEY) as answer:
            claim = await answer.json()
            states.append((answer.status, claim["status"]))
    async with client.get(f"/v1/accounts/{LIN}/money") as money:
        balance = (await money.json())["balance"]

    assert states == [(201, "visited"), (201, "offered"), (201, "agreed"), (201, "archived")]
    assert (claim["paid"], claim["cause_text"], balance) == ("4999.00", "供电企业设备故障引起的电压升高", "4999.00")


async def test_a_hall_s_other_day_and_a_manager_s_absence(
    operator: aiohttp.ClientSession, utility: UtilityProcess
) -> None:
    day = {"hours": "10:00-11:00", "note": "设备检修"}
    async with operator.put("/v1/halls/H1/days/2026-11-21", json=day, headers=KEY) as changed:
        assert (changed.status, (await changed.json())["hours"]) == (200, "10:00-11:00")
    away = {"since": "2026-11-21T08:00:00+08:00", "until": "2026-11-22T12:00:00+08:00", "note": "培训"}
    async with operator.post("/v1/managers/G3/absences", json=away, headers=KEY) as noted:
        found = await noted.json()

    async with operator.get("/v1/halls", params={"region": "启明区"}) as answer:
        hall = (await answer.json())["halls"][0]
    assert (hall["open_until"], hall["today"]["note"]) == ("2026-11-21T11:00:00+08:00", "设备检修")
    assert (noted.status, found["reach"], found["manager"]["absent"]) == (201, None, True)
    assert found["manager"]["next_on_duty"] == "2026-11-22T12:00:00+08:00"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/v1/halls/H1/days/2026-11-20", {"note": "晚了"}, 409, "hall.past"),
        ("PUT", "/v1/halls/H9/days/2026-11-23", {"note": "没有"}, 404, "hall.unknown"),
        ("PUT", "/v1/halls/H1/days/2026-11-31", {"note": "没有"}, 400, "field.invalid"),
        ("PUT", "/v1/halls/H1/days/2026-11-23", {"hours": "12:00-09:00", "note": "反"}, 400, "field.invalid"),
        ("POST", "/v1/managers/G9/absences", {}, 400, "field.missing"),
        ("POST", "/v1/appointments/A26111900012/outcomes", {"outcome": "missed"}, 409, "appointment.too_early"),
        ("POST", "/v1/appointments/A1/outcomes", {"outcome": "missed"}, 404, "appointment.unknown"),
        ("POST", "/v1/claims/C1/payments", {}, 404, "claim.unknown"),
    ],
)  # fmt: skip
async def test_what_the_staff_cannot_do(
    operator: aiohttp.ClientSession, method: str, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    async with operator.request(method, path, json=body, headers=KEY) as answer:
        assert (await refused(answer))[:2] == (status, code)


async def test_a_second_page_goes_on_where_the_first_ended(
    client: aiohttp.ClientSession, utility: UtilityProcess
) -> None:
    for number, kind in enumerate(("校表", "移表", "峰谷变更")):
        booking = {**BOOKING, "business_type": kind, "slot_id": "D1-20261125-am"}
        async with client.post("/v1/appointments", json=booking, headers={"Idempotency-Key": f"turn-{number}"}):
            pass

    async with client.get("/v1/appointments", params={"limit": "2"}) as answer:
        first = await answer.json()
    async with client.get("/v1/appointments", params={"limit": "2", "cursor": first["next_cursor"]}) as answer:
        second = await answer.json()

    numbers = [one["appointment_no"] for one in (*first["appointments"], *second["appointments"])]
    assert (len(set(numbers)), second["next_cursor"]) == (3, None)
    assert numbers == sorted(numbers, reverse=True)
