"""The doors of applications: the staff's part over HTTP, large uploads, who may read a document, two at once."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

LIN = "6201011006117"
PDF = b"%PDF-1.7 "
TOU = {"business_type": "峰谷变更", "account_no": LIN, "facts": {"tou": "on"}}
RENAME = {"business_type": "更名", "account_no": LIN, "facts": {"new_name": "林望书"}}


def key(name: str) -> dict[str, str]:
    return {"Idempotency-Key": name}


async def post(client: aiohttp.ClientSession, path: str, body: Any, name: str) -> tuple[int, dict[str, Any]]:
    sent = {"data": body} if isinstance(body, bytes) else {"json": body}
    async with client.post(f"/v1{path}", headers=key(name), **sent) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.json(content_type=None)


async def draft(client: aiohttp.ClientSession, what: dict[str, Any], name: str) -> str:
    return str((await post(client, "/applications", what, f"start {name}"))[1]["application_no"])


async def test_the_staff_takes_it_to_the_archive(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    one = f"/applications/{await draft(client, TOU, 'a')}"
    await post(client, f"{one}/documents/id_card", PDF, "paper")
    await post(client, f"{one}/submission", {}, "in")

    missing = {"missing": [{"code": "id_card", "text": "身份证背面"}]}
    assert (await post(operator, f"{one}/returns", missing, "back"))[1]["status_name"] == "待补材料"
    assert (await post(operator, f"{one}/resumption", {}, "on"))[1]["code"] == "application.documents_missing"
    status, seen = await post(operator, f"{one}/receipts", {"code": "id_card"}, "seen")
    assert (status, seen["documents"][-1]["source"]) == (201, "counter")
    assert (await post(operator, f"{one}/resumption", {}, "on again"))[1]["status"] == "submitted"
    assert (await post(operator, f"{one}/pause", {"note": "asked for"}, "rest"))[1]["paused"] is True
    await post(operator, f"{one}/resumption", {}, "go on")
    assert (await post(operator, f"{one}/moves", {"to": "archived"}, "jump"))[1]["allowed"] == ["accepted"]
    await post(operator, f"{one}/moves", {"to": "accepted"}, "accept")
    status, done = await post(operator, f"{one}/archive", {"note": "confirmed in the app"}, "done")

    assert (status, done["status"], done["next_step"], done["open"]) == (200, "archived", None, False)
    assert (await post(operator, f"{one}/termination", {}, "late"))[1]["code"] == "application.over"


async def test_a_document_is_shown_for_a_purpose_only(
    client: aiohttp.ClientSession, operator: aiohttp.ClientSession
) -> None:
    one = f"/applications/{await draft(client, TOU, 'a')}"
    _, answer = await post(client, f"{one}/documents/id_card", PDF, "paper")
    path = f"/v1{one}/documents/{answer['documents'][0]['document_id']}"

    async with operator.get(path) as masked, operator.get(path, headers={"Purpose": "call_back"}) as shown:
        assert (masked.status, (await masked.json(content_type=None))["code"]) == (403, "document.purpose")
        assert (shown.status, await shown.read(), shown.content_type) == (200, PDF, "application/pdf")
    async with client.get(path, headers={"Acting-Staff": "K0103"}) as refused:
        assert refused.status == 403


async def test_fifty_megabytes_are_refused_with_a_reason(client: aiohttp.ClientSession) -> None:
    one = f"/applications/{await draft(client, TOU, 'a')}"

    status, answer = await post(client, f"{one}/documents/id_card", PDF.ljust(50 * 2**20, b"x"), "large")

    assert (status, answer["code"], answer["most"]) == (413, "document.too_large", 10485760)


async def test_the_limit_of_other_routes_stays(client: aiohttp.ClientSession) -> None:
    status, _ = await post(client, "/applications", {**TOU, "address": "x" * 20_000}, "large")

    assert status == 413


async def test_of_two_businesses_at_once_one_waits_for_the_other(client: aiohttp.ClientSession) -> None:
    numbers = [await draft(client, TOU, "a"), await draft(client, RENAME, "b")]
    for number in numbers:
        for code in ("id_card", "name_proof"):
            await post(client, f"/applications/{number}/documents/{code}", PDF, f"{code} {number}")

    answers = await asyncio.gather(
        *(post(client, f"/applications/{number}/submission", {}, f"in {number}") for number in numbers)
    )

    assert sorted(status for status, _ in answers) == [200, 409]
    refused = next(answer for status, answer in answers if status == 409)
    assert (refused["code"], refused["check"]) == ("application.precondition", "no_other_order")


async def test_the_same_paper_under_the_same_key_is_kept_once(client: aiohttp.ClientSession) -> None:
    one = f"/applications/{await draft(client, TOU, 'a')}"

    first = await post(client, f"{one}/documents/id_card", PDF, "paper")
    again = await post(client, f"{one}/documents/id_card", PDF, "paper")
    other = await post(client, f"{one}/documents/id_card", PDF + b"other", "paper")

    assert first == again
    assert len(again[1]["documents"]) == 1
    assert other[1]["code"] == "idempotency.mismatch"
