"""The counter: clients and their tokens, keys that belong to a client, too many at once, what is shown to whom."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from backend.budget import within
from backend.http import HttpBackend
from backend.models import FaultReport
from runtime import postgres
from runtime.embedded import EmbeddedPostgres
from tests.fakes.utility_process import OPERATOR_TOKEN, PROJECT, TOKEN, UtilityProcess, running_utility
from utility.background import held
from utility.company import Company, open_company
from utility.counter.rounds import round as forget_keys
from utility.rounds import make_rounds_guarded

REPORT = {"address": "没人知道的地方", "severity": "一般"}
LIN = "6201011006117"


@pytest_asyncio.fixture
async def company(utility: UtilityProcess) -> AsyncIterator[Company]:
    """The company's books beside its process."""
    pool = await postgres.connect(utility.database_url)
    yield await open_company(pool, utility.clock)
    await pool.close()


def tokens(utility: UtilityProcess, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "utility.tokens", *arguments]
    environ = {**os.environ, "UTILITY_DATABASE_URL": utility.database_url}
    return subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=60)


async def called(
    utility: UtilityProcess, token: str, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    sent = {"Authorization": f"Bearer {token}", "Acting-User": "wechat:wx_demo_lin"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    session = aiohttp.ClientSession(utility.url, headers=sent)
    async with session, session.request(method, path, json=body) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_client_of_the_books_comes_in_with_its_scopes_until_it_is_revoked(utility: UtilityProcess) -> None:
    token = tokens(utility, "add", "partner", "accounts").stdout.strip()

    allowed, _ = await called(utility, token, "GET", "/v1/bindings")
    elsewhere, problem = await called(utility, token, "GET", "/v1/fault-orders")
    revoked = tokens(utility, "revoke", "partner")
    after, unknown = await called(utility, token, "GET", "/v1/bindings")

    assert (allowed, elsewhere, problem["code"], problem["scope"]) == (200, 403, "token.scope", "faults")
    assert (revoked.returncode, after, unknown["code"]) == (0, 401, "token.invalid")


async def test_a_token_is_shown_once_and_kept_by_its_digest_only(utility: UtilityProcess, company: Company) -> None:
    token = tokens(utility, "add", "partner").stdout.strip()

    kept = await company.pool.fetchrow("select digest, scopes from clients where name = 'partner'")
    listing = tokens(utility, "list").stdout

    assert re.fullmatch(r"[\w-]{40,}", token)
    assert token not in kept["digest"] + listing
    assert not {"operate", "unmasked"} & set(kept["scopes"])
    assert "partner\tlive\t" in listing


@pytest.mark.parametrize(
    "arguments",
    [("add", "operator"), ("add", "gridtalk"), ("add", "A B"), ("add", "x", "everything"), ("revoke", "nobody")],
)
def test_a_wrong_client_is_refused(utility: UtilityProcess, arguments: tuple[str, ...]) -> None:
    refused = tokens(utility, *arguments)

    assert refused.returncode != 0
    assert refused.stderr


def test_a_name_is_given_twice_only_after_its_token_was_revoked(utility: UtilityProcess) -> None:
    codes = [tokens(utility, *a).returncode for a in (["add", "p"], ["add", "p"], ["revoke", "p"], ["add", "p"])]

    assert codes == [0, 1, 0, 0]


async def test_keys_of_two_clients_never_meet(utility: UtilityProcess) -> None:
    answers = [
        await called(utility, token, "POST", "/v1/fault-orders", {**REPORT, "note": note}, Idempotency_Key="same")
        for token, note in ((TOKEN, "one"), (OPERATOR_TOKEN, "two"), (TOKEN, "one"))
    ]

    numbers = [content["order_no"] for _, content in answers]
    assert numbers[0] == numbers[2] != numbers[1]


async def test_keys_are_forgotten_after_their_retention_and_not_before(
    utility: UtilityProcess, company: Company
) -> None:
    first = await called(utility, TOKEN, "POST", "/v1/fault-orders", REPORT, Idempotency_Key="k")
    utility.set_clock(utility.clock.now() + timedelta(days=29))
    early = await forget_keys(company)
    kept = await called(utility, TOKEN, "POST", "/v1/fault-orders", REPORT, Idempotency_Key="k")
    utility.set_clock(utility.clock.now() + timedelta(days=2))
    late = await forget_keys(company)

    assert (early, late) == (0, 1)
    assert kept == first


async def test_a_round_that_fails_is_logged_and_the_others_are_made(company: Company) -> None:
    async def fail(_: Company) -> int:
        raise ValueError("a broken round")

    async def count(_: Company) -> int:
        return 3

    with capture_logs() as logs:
        changed = await make_rounds_guarded(company, (("broken", fail), ("good", count)))

    assert changed == {"good": 3}
    assert [(line["event"], line["round"]) for line in logs] == [("utility.round.failed", "broken")]


async def test_two_processes_do_not_make_the_rounds_at_once(company: Company) -> None:
    async with held(company, "utility.rounds") as first, held(company, "utility.rounds") as second:
        assert (first, second) == (True, False)

    async with held(company, "utility.rounds") as after:
        assert after


@pytest.mark.parametrize(
    ("token", "purpose", "status", "code"),
    [
        (TOKEN, "call_back", 403, "token.scope"),
        (OPERATOR_TOKEN, "curiosity", 400, "field.invalid"),
        (OPERATOR_TOKEN, "", 400, "field.invalid"),
        (OPERATOR_TOKEN, "a b", 400, "field.invalid"),
    ],
)
async def test_full_values_need_the_scope_and_a_purpose_of_the_list(
    utility: UtilityProcess, token: str, purpose: str, status: int, code: str
) -> None:
    answered, problem = await called(utility, token, "GET", "/v1/bindings", Purpose=purpose)

    assert (answered, problem["code"]) == (status, code)


async def test_full_values_are_shown_for_a_purpose_and_each_look_is_noted(
    utility: UtilityProcess, company: Company
) -> None:
    _, masked = await called(utility, OPERATOR_TOKEN, "GET", "/v1/bindings")
    headers = {"Purpose": "call_back", "Acting_Staff": "K0103"}
    _, full = await called(utility, OPERATOR_TOKEN, "GET", "/v1/bindings", **headers)

    noted = await company.pool.fetch("select client, actor, purpose, kind, subject from disclosures")
    assert "*" in masked["accounts"][0]["phone_masked"]
    assert re.fullmatch(r"1[0-9]{10}", full["accounts"][0]["phone"])
    assert ("operator", "K0103", "call_back", "account", LIN) in [tuple(row) for row in noted]
    assert len(noted) == len(full["accounts"])


@pytest.fixture(scope="module")
def narrow(postgres_server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UtilityProcess]:
    """A company with room for two requests and four waiting."""
    settings = {"UTILITY_POOL": "6", "UTILITY_WAITING": "4", "UTILITY_PATIENCE_S": "0.5"}
    folder = tmp_path_factory.mktemp("narrow")
    with running_utility(postgres_server, folder, name="utility_narrow", **settings) as process:
        yield process


async def test_of_hundreds_at_once_the_ones_without_room_are_told_to_come_again(narrow: UtilityProcess) -> None:
    narrow.refresh()

    async def write(number: int) -> tuple[int, str, str]:
        headers = {"Idempotency-Key": f"k{number}", "Acting-User": f"web:u{number}", "Authorization": f"Bearer {TOKEN}"}
        body = {**REPORT, "address": f"没人知道的地方{number}"}
        async with session.post("/v1/fault-orders", json=body, headers=headers) as answer:
            content = await answer.json(content_type=None)
            return answer.status, content.get("code", ""), answer.headers.get("Retry-After", "")

    async with aiohttp.ClientSession(narrow.url, connector=aiohttp.TCPConnector(limit=0)) as session:
        answers = Counter(await asyncio.gather(*(write(number) for number in range(300))))

    pool = await postgres.connect(narrow.database_url, most=1)
    kept, filed = await pool.fetchrow(
        "select (select count(*) from idempotency_keys where answer is not null),"
        " (select count(*) from fault_orders where address like '没人知道的地方%')"
    )
    await pool.close()
    assert set(answers) == {(201, "", ""), (503, "utility.busy", "1")}
    assert kept == filed == answers[201, "", ""] >= 1


async def test_whoever_comes_again_when_told_gets_everything_done_exactly_once(narrow: UtilityProcess) -> None:
    narrow.refresh()
    backend = HttpBackend(narrow.url, TOKEN)

    async def write(number: int) -> str:
        report = FaultReport(channel="web", channel_user=f"u{number}", address=f"没人知道的地方{number}")
        with within(60):
            return (await backend.report_fault(report, idempotency_key=f"k{number}")).order_no

    numbers = await asyncio.gather(*(write(number) for number in range(40)))
    again = await asyncio.gather(*(write(number) for number in range(40)))
    await backend.close()

    assert len(set(numbers)) == 40
    assert again == numbers
