"""Many at once: bindings, code tries, keys and numbers stay right when requests cross."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from backend.errors import NotAllowed
from backend.http import HttpBackend
from backend.models import FaultReport
from conversation.identity import ChannelName, ChannelUser
from runtime import postgres
from tests.fakes.utility_process import TOKEN, UtilityProcess

ZHOU = "6201011006133"
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
REPORT = FaultReport(channel="web", channel_user="a-visitor", address="织女苑3栋", symptom="全无电")


@pytest_asyncio.fixture
async def backend(utility: UtilityProcess) -> AsyncIterator[HttpBackend]:
    made = HttpBackend(utility.url, TOKEN)
    yield made
    await made.close()


async def test_lost_connections_are_opened_again(utility: UtilityProcess, backend: HttpBackend) -> None:
    await backend.outages(area_id="TA05")
    pool = await postgres.connect(utility.database_url, most=1)
    await pool.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await pool.close()

    assert await backend.outages(area_id="TA05") == []


async def test_the_same_key_at_once_is_one_order(backend: HttpBackend) -> None:
    orders = await asyncio.gather(*(backend.report_fault(REPORT, idempotency_key="turn-1") for _ in range(8)))

    assert {order.order_no for order in orders} == {"F26112100032"}


async def test_parallel_reports_of_other_places_get_different_numbers(backend: HttpBackend) -> None:
    nowhere = [replace(REPORT, channel_user=f"u{n}", address=f"没人知道的地方{n}") for n in range(8)]

    orders = await asyncio.gather(*(backend.report_fault(r, idempotency_key=r.channel_user) for r in nowhere))

    assert sorted(order.order_no for order in orders) == [f"F261121{n:05d}" for n in range(32, 40)]


async def test_parallel_reports_of_one_area_are_one_main_order_and_its_subs(backend: HttpBackend) -> None:
    neighbours = [replace(REPORT, channel_user=f"u{n}", address=f"织女苑{n % 5 + 1}栋") for n in range(6)]

    orders = await asyncio.gather(*(backend.report_fault(r, idempotency_key=r.channel_user) for r in neighbours))

    assert Counter(order.parent_no for order in orders) == {"": 1, "F26112100032": 5}
    assert len({order.order_no for order in orders}) == 6
    assert len(await backend.outages(area_id="TA05")) == 1


async def test_parallel_reports_inside_an_outage_get_different_sub_numbers(backend: HttpBackend) -> None:
    neighbours = [replace(REPORT, channel_user=f"u{n}", address=f"北斗里{n + 1}栋") for n in range(6)]

    orders = await asyncio.gather(*(backend.report_fault(r, idempotency_key=r.channel_user) for r in neighbours))

    assert sorted(order.order_no for order in orders) == [f"F26112100012-{n:02d}" for n in range(2, 8)]


async def test_parallel_wrong_codes_are_all_counted(backend: HttpBackend) -> None:
    await backend.send_check_code(ZHOU, VISITOR)

    answers = await asyncio.gather(
        *(backend.bind(ZHOU, "not-a-code", VISITOR) for _ in range(6)), return_exceptions=True
    )

    reasons = Counter(answer.reason for answer in answers if isinstance(answer, NotAllowed))
    assert reasons == {"check_code.wrong": 3, "check_code.locked": 3}


async def test_two_codes_at_once_are_one_code_and_one_too_soon(backend: HttpBackend) -> None:
    answers = await asyncio.gather(*(backend.send_check_code(ZHOU, VISITOR) for _ in range(2)), return_exceptions=True)

    refused = [answer.reason for answer in answers if isinstance(answer, NotAllowed)]
    assert refused == ["check_code.too_soon"]


async def test_different_accounts_at_once_do_not_slip_past_the_limit(backend: HttpBackend) -> None:
    asked = [f"620100000000{n}" for n in range(8)]

    answers = await asyncio.gather(*(backend.send_check_code(no, VISITOR) for no in asked), return_exceptions=True)

    reasons = Counter(getattr(answer, "reason", "") for answer in answers)
    assert reasons == {"account.unknown": 5, "accounts.too_many": 3}
