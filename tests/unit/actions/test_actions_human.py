"""Asking for a person: what the desk is told, and what the talk is said to be about."""

from __future__ import annotations

from typing import Any

import pytest

from actions.billing import ShowBill
from actions.conversation import Leave
from actions.human import RequestHuman
from tests.builders import Counter

_LIN, _LIN_VILLAGE = "6201011006117", "6201037008307"


def said(intent: str) -> dict[str, Any]:
    return {"event": "user", "text": "...", "parse_data": {"intent": {"name": intent}}}


def loop(name: str | None) -> dict[str, Any]:
    return {"event": "active_loop", "name": name}


async def test_the_desk_learns_the_bound_accounts_masked() -> None:
    spoken = await Counter(bound=(_LIN,)).run(ShowBill, "电费多少", "bill_query")

    assert spoken.profile["verified"] == "account"
    assert [account["tail"] for account in spoken.profile["accounts"]] == ["6117"]
    assert _LIN not in str(spoken.profile)
    assert spoken.profile["region"] == "启明区"


async def test_nothing_is_said_of_who_has_bound_nothing() -> None:
    spoken = await Counter().run(RequestHuman, "转人工", "request_human")

    assert spoken.profile == {}


async def test_a_person_is_told_of_the_open_orders() -> None:
    spoken = await Counter(bound=(_LIN_VILLAGE,)).run(RequestHuman, "转人工", "request_human")

    assert spoken.handoff is not None
    assert spoken.handoff["summary"]["orders"] == ["F26112100031"]


async def test_answers_inside_a_form_are_not_what_the_talk_is_about() -> None:
    events = (said("outage_report"), loop("outage_form"), said("account_manage"), loop(None), said("request_human"))

    spoken = await Counter().run(RequestHuman, "转人工", "request_human", events=events)

    assert spoken.handoff is not None
    assert (spoken.handoff["summary"]["intent"], spoken.handoff["skill"]) == ("outage_report", "fault")


@pytest.mark.parametrize(
    "text",
    [
        "不用转人工了",
        "不用人工了，我自己弄",
        "别转人工",
        "不等了",
        "不用等了，谢谢",
        "取消排队",
        "算了，不找客服了",
        "我不要人工",
        "唔使转人工啦",
        "不排队了",
    ],
)
async def test_who_waits_and_wants_no_person_any_more_leaves_the_queue(text: str) -> None:
    spoken = await Counter().run(RequestHuman, text, "request_human", metadata={"owner": "queue"})

    assert [message["custom"] for message in spoken.messages] == [{"leave_queue": True}]


async def test_a_never_mind_in_the_queue_leaves_it() -> None:
    spoken = await Counter().run(Leave, "算了", "cancel", metadata={"owner": "queue"})

    assert [message["custom"] for message in spoken.messages] == [{"leave_queue": True}]


async def test_no_person_wanted_calls_none() -> None:
    spoken = await Counter().run(RequestHuman, "不用转人工", "request_human")

    assert spoken.responses == ["utter_human_not_called"]


@pytest.mark.parametrize("text", ["不要机器人，要人工", "人工怎么还不来", "转人工", "不想跟机器人说了，转人工客服"])
async def test_a_call_for_a_person_stays_one(text: str) -> None:
    spoken = await Counter().run(RequestHuman, text, "request_human", metadata={"owner": "queue"})

    assert "handoff" in spoken.messages[0]["custom"]
