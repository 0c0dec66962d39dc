"""Applications in the books: the demo city's, preconditions, papers, days, the staff's part."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.application_desk import (
    CHEN,
    CLERK,
    FACTORY,
    HUANG,
    LIN,
    ME,
    PEOPLE,
    PNG,
    STRANGER,
    XIE,
    ZHOU,
    Desk,
    blocked,
    filled,
    household,
    tou,
    transfer,
)
from tests.fakes.order_books import bench
from utility.applications import applying, handling, reading, rounds, rules
from utility.applications.uploads import Handed
from utility.applications.values import Start
from utility.errors import Clash, Forbidden, NotKnown, Refusal


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(filled(postgres_server, "utility_applications"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Desk]:
    async with bench(books_url) as made:
        yield Desk(made)


@pytest.mark.parametrize(
    ("number", "status", "limit", "used", "left", "due", "next_step", "missing"),
    [
        ("N26111700021", "contract_signed", 5, 3, 2, "11-24", "归档", []),
        ("N26111800005", "surveyed", 5, 2, 3, "11-25", "装表接电", []),
        ("N26110600014", "plan_replied", None, None, None, None, "装表、签合同、并网验收", []),
        ("N26101200002", "works", 22, 9, 13, None, "中间检查", []),
        ("N26111900033", "returned_for_documents", 1, 1, 0, "11-20", "补交材料", ["居住证(1人)"]),
        ("N26112000007", "submitted", 2, 0, 2, "11-24", "受理", []),
        ("N26112000011", "accepted", 6, 0, 6, "11-30", "现场勘查", []),
        ("N26081800009", "archived", 5, 4, 1, "08-25", None, []),
    ],
)
async def test_the_applications_of_the_demo_city(
    desk: Desk, number: str, status: str, limit: Any, used: Any, left: Any, due: Any, next_step: Any, missing: list[str]
) -> None:
    application, progress = await desk.read(number), await desk.progress(number)

    assert application.order.status == status
    assert (progress.limit, progress.used, progress.left) == (limit, used, left)
    assert progress.due == (date.fromisoformat(f"2026-{due}") if due else None)
    assert progress.next_step == next_step
    assert [one.text for one in progress.missing] == missing


async def test_the_clock_of_the_works_stands_and_that_of_the_transfer_runs(desk: Desk) -> None:
    desk.set("2026-11-24T18:00")

    assert (await desk.progress("N26101200002")).used == 9
    assert (await desk.progress("N26111700021")).used == 5


async def test_an_application_from_the_first_paper_to_the_archive(desk: Desk) -> None:
    started = await desk.start(tou())

    assert started.order.status == "draft"
    submitted = await desk.hand_in(started.application_no, "id_card")
    assert (submitted.order.status, submitted.order.limit_value) == ("submitted", Decimal(2))
    desk.set("2026-11-23T09:00")
    await desk.do(handling.advance, started.application_no, "accepted", CLERK, "")
    done = await desk.do(handling.archive, started.application_no, CLERK, "signed in the app")
    assert done.order.status == "archived"
    assert await desk.value("select plan from accounts where account_no = $1", LIN) == "tier_tou"
    assert await desk.value("select since from plan_changes where account_no = $1", LIN) == date(2026, 11, 23)


async def test_what_is_missing_is_named_all_at_once(desk: Desk) -> None:
    started = await desk.start(transfer())

    with pytest.raises(Clash) as refused:
        await desk.do(applying.submit, ME, started.application_no)

    assert refused.value.reason == "application.documents_missing"
    named = [one["code"] for one in refused.value.fields["missing"]]  # type: ignore[attr-defined]
    assert named == ["id_card", "old_holder_id"]


async def test_a_paper_that_may_follow_has_to_be_there_before_the_contract(desk: Desk) -> None:
    number = (await desk.start(transfer())).application_no
    await desk.hand_in(number, "id_card", "old_holder_id")
    await desk.do(handling.advance, number, "accepted", CLERK, "")

    with pytest.raises(Clash) as refused:
        await desk.do(handling.advance, number, "contract_signed", CLERK, "")

    assert [one["code"] for one in refused.value.fields["missing"]] == ["property"]  # type: ignore[attr-defined]


async def test_a_returned_application_waits_until_every_paper_is_there(desk: Desk) -> None:
    number = (await desk.start(household(*PEOPLE))).application_no
    await desk.hand_in(number, "residence", "property", "id_card")
    asked = [("residence", "居住证(2人)"), ("property", "")]
    await desk.do(handling.return_for_documents, number, asked, CLERK, "")

    with pytest.raises(Clash, match="Papers are missing"):
        await desk.do(applying.submit, ME, number)
    progress = await desk.progress(number)
    assert ([one.text for one in progress.missing], progress.paused) == (["房产证明", "居住证(2人)"], True)

    resubmitted = await desk.hand_in(number, "residence", "property")
    assert (resubmitted.order.status, resubmitted.asked) == ("submitted", ())


async def test_transfer_is_blocked_by_any_debt_and_other_changes_by_overdue_ones(desk: Desk) -> None:
    await desk.bind(CHEN, XIE)

    refused = await blocked(desk, transfer(CHEN), "no_other_order", "nothing_owed")
    assert refused.fields["checks"][1]["payable"] == "150.20"  # type: ignore[index]
    refused = await blocked(desk, tou(XIE), "no_arrears")
    assert (refused.fields["checks"][0]["overdue"]) == "202.98"  # type: ignore[index]


async def test_peak_and_valley_prices_are_locked_for_a_year(desk: Desk) -> None:
    await desk.bind(HUANG)

    refused = await blocked(desk, tou(HUANG, "off"), "tou_lock")
    assert refused.fields["checks"][0]["free_on"] == "2027-03-01"  # type: ignore[index]
    desk.set("2027-03-01T00:00")
    assert (await desk.start(tou(HUANG, "off"))).order.status == "draft"


async def test_a_meter_that_cannot_count_by_time_takes_longer(desk: Desk) -> None:
    await desk.bench.connection.execute(
        """update accounts set extra = extra || '{"tou_meter": false}' where account_no = $1""", LIN
    )

    assert (await desk.start(tou())).order.limit_value == Decimal(5)


async def test_a_second_application_of_an_account_waits_for_the_first(desk: Desk) -> None:
    first = await desk.start(tou())
    with pytest.raises(Clash) as refused:
        await desk.start(tou())
    assert (refused.value.reason, refused.value.fields["order_no"]) == ("order.already_open", first.application_no)

    await desk.hand_in(first.application_no, "id_card")

    refused_too = await blocked(desk, transfer(), "no_other_order")
    assert refused_too.fields["checks"][0]["order_no"] == first.application_no  # type: ignore[index]


async def test_single_phase_ends_at_12_kw(desk: Desk) -> None:
    asked = Start("增容", LIN, facts={"capacity_kw": "13"})

    await blocked(desk, asked, "single_phase_limit")
    await blocked(desk, replace(asked, facts={"capacity_kw": "8"}), "capacity_grows")
    assert (await desk.start(replace(asked, facts={"capacity_kw": "12"}))).type_code == "more_resident"


async def test_a_new_meter_is_not_set_where_one_hangs(desk: Desk) -> None:
    facts = {"holder_name": "周小", "capacity_kw": "8", "place": "x"}
    place = await desk.value("select address from accounts where account_no = $1", ZHOU)
    wanted = Start("新装", "", "居民", "低压220V", place, "13800001033", facts=facts)

    await blocked(desk, wanted, "no_live_meter")
    assert (await desk.start(replace(wanted, address="流萤花园二期9栋"))).type_code == "new_resident"


async def test_a_reduction_is_asked_for_in_time_and_lasts_long_enough(desk: Desk) -> None:
    await desk.bind(FACTORY)
    await desk.do(applying.withdraw, ME, "N26101200002", "")
    facts = {"capacity_kw": "625", "from_day": "2026-11-26", "until_day": "2026-12-12"}
    wanted = Start("减容", FACTORY, facts=facts)

    await blocked(desk, wanted, "lead_time")
    await blocked(
        desk, replace(wanted, facts={**facts, "from_day": "2026-11-27", "until_day": "2026-12-11"}), "reduce_span"
    )
    started = await desk.start(replace(wanted, facts={**facts, "from_day": "2026-11-27", "until_day": "2026-12-12"}))
    assert (started.manager, started.order.owner) == ("M1", "M1")


async def test_drafts_nobody_hands_in_are_thrown_away(books_url: str) -> None:
    async with bench(books_url) as made:
        desk = Desk(made)
        async with made.company.pool.acquire() as other:
            started = await applying.start(other, made.company, ME, tou())
        made.clock.move(timedelta(days=31))

        assert await rounds.round(made.company) == 1
        assert (await desk.read(started.application_no)).order.status == "terminated"
        assert await rounds.round(made.company) == 0


async def test_withdrawn_twice_is_refused(desk: Desk) -> None:
    number = (await desk.start(tou())).application_no
    await desk.do(applying.withdraw, ME, number, "changed my mind")

    with pytest.raises(Clash) as refused:
        await desk.do(applying.withdraw, ME, number, "")
    assert refused.value.reason == "application.over"


async def test_somebody_elses_is_not_known(desk: Desk) -> None:
    with pytest.raises(NotKnown):
        await desk.do(reading.theirs, STRANGER, "N26111700021")
    with pytest.raises(Forbidden):
        await desk.start(tou(ZHOU))
    with pytest.raises(NotKnown):
        await desk.start(Start("算命", LIN))


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"MZ\x90\x00 a program", "id_card", "document.type"),
        (b"", "id_card", "document.empty"),
        (PNG, "demolition_list", "document.code"),
    ],
)
async def test_what_is_no_document_is_refused(desk: Desk, content: bytes, code: str, reason: str) -> None:
    number = (await desk.start(tou())).application_no

    with pytest.raises(Refusal) as refused:
        await desk.do(applying.upload, ME, number, Handed(code, "id.jpg", content))

    assert refused.value.reason == reason


async def test_only_the_next_stage_may_follow(desk: Desk) -> None:
    with pytest.raises(Clash) as refused:
        await desk.do(handling.advance, "N26112000011", "metered", CLERK, "")

    assert refused.value.fields["allowed"] == ["survey_scheduled", "surveyed"]
    assert rules.ARCHIVED not in refused.value.fields["allowed"]  # type: ignore[operator]
