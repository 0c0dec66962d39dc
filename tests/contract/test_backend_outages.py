"""The contract of a Backend about outages: one with its story, and what a place has been through."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.errors import NotFound
from backend.models import Said
from tests.contract.stands import Stand


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


async def test_the_running_outage_with_its_story(stand: Stand) -> None:
    detail = await stand.backend.outage("E26112100001")

    assert (detail.outage.eta, detail.outage.eta_said_at, detail.outage.eta_said_by) == (
        at("11-21T12:30"),
        at("11-21T09:22"),
        "现场抢修人员",
    )
    assert [(step.status, step.at) for step in detail.timeline] == [
        ("detected", at("11-21T08:31")),
        ("reported", at("11-21T08:34")),
        ("published", at("11-21T08:44")),
        ("on_site", at("11-21T09:04")),
        ("repairing", at("11-21T09:22")),
    ]
    assert [(estimate.eta, estimate.said) for estimate in detail.estimates] == [
        (at("11-21T12:30"), Said(at("11-21T09:22"), "现场抢修人员"))
    ]


async def test_each_fact_says_how_fresh_it_is(stand: Stand) -> None:
    detail = await stand.backend.outage("E26112100001")

    assert {fact: said.said_at for fact, said in detail.freshness.items()} == {
        "status": at("11-21T09:22"),
        "cause": at("11-21T09:22"),
        "eta": at("11-21T09:22"),
    }


@pytest.mark.parametrize(("minutes", "overdue"), [(81, False), (83, True)], ids=["before 11:22", "after 11:22"])
async def test_a_word_that_has_not_come_is_seen(stand: Stand, minutes: int, overdue: bool) -> None:
    stand.move_clock(timedelta(minutes=minutes))

    detail = await stand.backend.outage("E26112100001")

    assert (detail.outage.next_update_by, detail.outage.next_update_overdue) == (at("11-21T11:22"), overdue)


async def test_an_outage_nobody_knows(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.outage("E26112199999")

    assert caught.value.reason == "outage.unknown"


async def test_the_shops_had_three_outages_in_two_months(stand: Stand) -> None:
    history = await stand.backend.outage_history(account_no="6201011006174", days=60)

    assert [outage.outage_no for outage in history.outages] == ["E26111200003", "E26102800001", "E26100300002"]
    assert history.counted == ("E26100300002", "E26102800001", "E26111200003")
    assert (history.frequent, history.deducted) == (True, {})


async def test_a_shorter_look_back_shows_less_and_counts_the_same(stand: Stand) -> None:
    history = await stand.backend.outage_history(area_id="TA03", days=10)

    assert [outage.outage_no for outage in history.outages] == ["E26111200003"]
    assert len(history.counted) == 3


async def test_one_outage_is_not_frequent(stand: Stand) -> None:
    history = await stand.backend.outage_history(area_id="TA07", days=60)

    assert [outage.outage_no for outage in history.outages] == ["E26112000005"]
    assert not history.frequent
    assert history.outages[0].restored == at("11-20T18:47")


async def test_the_planned_outage_is_no_history_yet(stand: Stand) -> None:
    history = await stand.backend.outage_history(account_no="6201011006117", days=60)

    assert (history.outages, history.counted) == ((), ())


@pytest.mark.parametrize(
    ("where", "reason"),
    [({"area_id": "TA99"}, "area.unknown"), ({"account_no": "6201000000000"}, "account.unknown")],
    ids=["area", "account"],
)
async def test_the_history_of_nowhere_is_unknown(stand: Stand, where: dict[str, str], reason: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.outage_history(**where)

    assert caught.value.reason == reason
