"""Outside a form: small talk, offers taken, corrections, complaints, and what is not automated yet."""

from __future__ import annotations

from typing import Any

import pytest

from actions.base import ServiceAction
from actions.complaint import SubmitComplaint
from actions.conversation import TakeCorrection, TakeOffer
from actions.human import HandOver, RequestHuman
from actions.small_talk import SmallTalk
from actions.visit import Services, Visit
from tests.builders import Counter


class BrokenAction(ServiceAction):
    """An action with a fault of its own."""

    title = "action_broken"

    async def serve(self, visit: Visit) -> list[dict[str, Any]]:
        """See base class."""
        raise ZeroDivisionError


def _bot_offering(payload: str) -> dict[str, Any]:
    return {"event": "bot", "text": "…", "data": {"buttons": [{"title": payload, "payload": payload}]}}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("你好", "greeting"), ("谢谢哈", "thanks"), ("拜拜", "bye"), ("你是机器人吧", "who"), ("嘿嘿", "other")],
    ids=lambda value: value,
)
async def test_small_talk_is_answered_in_kind(text: str, kind: str) -> None:
    spoken = await Counter().run(SmallTalk, text, "small_talk")

    assert spoken.responses == [f"utter_small_talk_{kind}"]


async def test_a_yes_after_the_offer_of_a_person_takes_it() -> None:
    spoken = await Counter().run(TakeOffer, "好的", "affirm", events=(_bot_offering("转人工"),))

    assert spoken.handoff is not None
    assert spoken.handoff["reason"] == "offered"


async def test_a_yes_to_nothing_is_asked_what_it_is_for() -> None:
    spoken = await Counter().run(TakeOffer, "好的", "affirm", events=(_bot_offering("查电费"),))

    assert spoken.responses == ["utter_yes_to_what"]
    assert spoken.handoff is None


async def test_a_corrected_month_asks_for_the_bill_again() -> None:
    before = {"event": "user", "text": "电费", "parse_data": {"intent": {"name": "bill_query"}}}

    spoken = await Counter().run(TakeCorrection, "不对是9月", "correct_info", events=(before,), bill_period="2026-09")

    assert spoken.followup == "action_show_bill"


async def test_a_bare_account_number_is_asked_what_for() -> None:
    spoken = await Counter().run(TakeCorrection, "6201011006117", "correct_info", account_no="6201011006117")

    assert spoken.responses == ["utter_account_what_for"]
    assert spoken.slots["said_account"] == "6201011006117"


async def test_the_hand_over_names_the_business_that_was_talked_about() -> None:
    before = {"event": "user", "text": "电费", "parse_data": {"intent": {"name": "bill_query"}}}

    spoken = await Counter().run(RequestHuman, "转人工", "request_human", events=(before,))

    assert spoken.handoff is not None
    assert (spoken.handoff["skill"], spoken.handoff["summary"]["intent"]) == ("billing", "bill_query")


async def test_the_third_misunderstanding_hands_over() -> None:
    spoken = await Counter().run(HandOver, "咕噜", "nlu_fallback")

    assert spoken.handoff is not None
    assert spoken.handoff["reason"] == "misunderstood"


async def test_a_complaint_goes_on_with_its_facts() -> None:
    counter = Counter(bound=("6201037008307",))

    spoken = await counter.run(SubmitComplaint, "我要投诉", "complaint_submit")

    assert spoken.handoff is not None
    assert (spoken.handoff["skill"], spoken.handoff["priority"]) == ("complaint", 3)
    assert spoken.handoff["summary"]["orders"] == ["F26112100031"]


async def test_a_fault_of_our_own_is_told_to_the_customer() -> None:
    spoken = await Counter().run(BrokenAction)

    assert spoken.responses == ["utter_action_failed"]


def test_an_action_without_services_can_be_listed() -> None:
    services: Services | None = None

    assert SmallTalk(services).name() == "action_small_talk"


async def test_the_last_answer_is_said_again() -> None:
    said = (
        {"event": "user", "text": "查电费"},
        {"event": "bot", "text": "10 月电费 1 元", "data": {"buttons": [{"title": "开发票", "payload": "开发票"}]}},
    )

    spoken = await Counter().run(SmallTalk, "再说一遍", "small_talk", events=said)

    assert [message["text"] for message in spoken.messages] == ["10 月电费 1 元"]
    assert spoken.messages[0]["buttons"][0]["payload"] == "开发票"


async def test_who_asks_for_a_moment_gets_it() -> None:
    spoken = await Counter().run(TakeCorrection, "等一下", "correct_info")

    assert spoken.responses == ["utter_wait"]
