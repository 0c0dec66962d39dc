"""The utility's doors: who comes in, what is refused by name, what the sandbox shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from runtime.embedded import EmbeddedPostgres
from tests.fakes.utility_process import TOKEN, UtilityProcess, running_utility

LIN = "6201011006117"
REPORT = {"address": "织女苑3栋", "severity": "一般"}


async def problem(answer: aiohttp.ClientResponse) -> tuple[int, str]:
    content = await answer.json(content_type="application/problem+json")
    return answer.status, str(content["code"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "token.missing"),
        ({"Authorization": "Basic abc"}, "token.missing"),
        ({"Authorization": "Bearer "}, "token.missing"),
        ({"Authorization": "Bearer wrong"}, "token.invalid"),
        ({"Authorization": f"Bearer {TOKEN}x"}, "token.invalid"),
    ],
)
async def test_only_our_token_comes_in(utility: UtilityProcess, header: Mapping[str, str], code: str) -> None:
    async with aiohttp.ClientSession(utility.url, headers=header) as session, session.get("/v1/bindings") as answer:
        assert await problem(answer) == (401, code)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"account_no": LIN, "extra": "x"}, "field.unknown", "extra"),
        ({"account_no": LIN, "\ud800": "x"}, "field.unknown", "?"),
        ({"account_no": 6201011006117}, "field.invalid", "account_no"),
        ({"account_no": ""}, "field.invalid", "account_no"),
        ({"account_no": "62\u0000"}, "field.invalid", "account_no"),
        ({"account_no": "\ud800"}, "field.invalid", "account_no"),
        ({"account_no": "6" * 41}, "field.invalid", "account_no"),
        ({}, "field.missing", "account_no"),
        ([], "field.invalid", ""),
    ],
)
async def test_a_wrong_field_is_refused_by_name(
    client: aiohttp.ClientSession, body: Any, code: str, field: str
) -> None:
    async with client.post("/v1/check-codes", json=body) as answer:
        content = await answer.json(content_type="application/problem+json")

    assert (answer.status, content["code"], content["field"]) == (400, code, field)


async def test_an_unknown_parameter_is_refused_by_name(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/bindings", params={"all": "1"}) as answer:
        content = await answer.json(content_type="application/problem+json")

    assert (answer.status, content["code"], content["field"]) == (400, "field.unknown", "all")


async def test_a_body_that_is_not_json_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/v1/check-codes", data=b"{") as answer:
        assert answer.status == 400


async def test_a_report_without_a_key_is_refused(client: aiohttp.ClientSession) -> None:
    async with client.post("/v1/fault-orders", json=REPORT) as answer:
        assert await problem(answer) == (400, "field.missing")


@pytest.mark.parametrize("where", [{}, {"address": "   "}])
async def test_a_report_that_says_nowhere_is_refused(client: aiohttp.ClientSession, where: dict[str, str]) -> None:
    headers = {"Idempotency-Key": "turn-1"}
    async with client.post("/v1/fault-orders", json={"severity": "一般", **where}, headers=headers) as answer:
        assert await problem(answer) == (400, "field.missing")


async def test_a_request_for_nobody_is_refused(utility: UtilityProcess) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(utility.url, headers=headers) as session, session.get("/v1/bindings") as answer:
        assert await problem(answer) == (400, "field.missing")


async def test_no_answer_carries_a_whole_phone_or_name(client: aiohttp.ClientSession) -> None:
    async with client.get("/v1/bindings") as answer:
        text = await answer.text()

    assert "13800001011" not in text
    assert "林望舒" not in text
    assert "301" not in text


async def test_the_health_page_reads_the_books(client: aiohttp.ClientSession) -> None:
    async with client.get("/health") as answer:
        assert await answer.json() == {"process": "utility", "status": "ok", "database": "ok"}


async def test_the_sandbox_shows_the_newest_message_first(client: aiohttp.ClientSession) -> None:
    for account_no in (LIN, "6201011006133"):
        async with client.post(
            "/v1/check-codes", json={"account_no": account_no}, headers={"Idempotency-Key": account_no}
        ) as answer:
            assert answer.status == 201

    async with client.get("/sandbox/sms") as page:
        text = await page.text()

    assert text.index("6133") < text.index("6117")
    assert "*******1011" in text
    assert "13800001011" not in text


async def test_the_sandbox_lists_the_messages_of_one_account(client: aiohttp.ClientSession) -> None:
    async with client.post(
        "/v1/check-codes", json={"account_no": LIN}, headers={"Idempotency-Key": "turn-1"}
    ) as answer:
        assert answer.status == 201

    async with client.get("/sandbox/sms.json", params={"tail": "6117"}) as mine:
        found = (await mine.json())["messages"]
    async with client.get("/sandbox/sms.json", params={"tail": "6133"}) as other:
        none = (await other.json())["messages"]

    assert [(message["tail"], message["phone_masked"]) for message in found] == [("6117", "*******1011")]
    assert none == []


async def test_without_the_sandbox_nothing_is_shown(
    postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("serious")
    with running_utility(postgres_server, folder, name="utility_serious", sandbox=False) as process:
        async with aiohttp.ClientSession(process.url) as session, session.get("/sandbox/sms") as answer:
            assert answer.status == 404
