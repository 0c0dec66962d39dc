"""Complaints: facts first, a person where the rules ask for one, number and limits, the same matter once."""

from __future__ import annotations

import pytest

from actions.complaint import ComplaintForm, FileComplaint, SubmitComplaint
from backend.errors import BackendTimeout
from tests.builders import Counter, opened

_SHOP, _LIN = "6201011006174", "6201011006117"


async def test_a_listed_word_with_a_matter_files_and_calls_a_person() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(SubmitComplaint, "我要投诉营业厅的人态度恶劣", "complaint_submit")

    assert spoken.responses == ["utter_complaint_filed_and_person"]
    assert spoken.slots["complaint_no"].startswith("T")
    assert spoken.handoff is not None
    assert (spoken.handoff["skill"], spoken.handoff["priority"]) == ("complaint", 3)
    assert spoken.handoff["summary"]["orders"][0] == spoken.slots["complaint_no"]


async def test_the_bare_word_calls_a_person_and_asks_what_it_is_about() -> None:
    spoken = await Counter().run(SubmitComplaint, "我要投诉", "complaint_submit")

    assert spoken.responses == ["utter_complaint_heard"]
    assert spoken.handoff is not None


async def test_the_outages_that_count_are_told_as_the_books_have_them() -> None:
    spoken = await Counter(bound=("6201011006257",)).run(
        SubmitComplaint, "两个月停了五次，我要投诉！赔钱！", "complaint_submit"
    )

    facts = str(spoken.messages[0]["facts"])
    assert "6257" in facts
    assert "3 次" in facts


async def test_the_same_matter_again_is_an_urge_of_the_open_one() -> None:
    spoken = await Counter(bound=(_SHOP,)).run(SubmitComplaint, "老停电我要投诉", "complaint_submit")

    assert spoken.responses == ["utter_complaint_urged"]
    assert spoken.messages[0]["order_no"] == "T26111600003"
    assert spoken.handoff is not None


async def test_discontent_without_a_listed_word_is_restated_and_asked_whether_to_file() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await counter.run(SubmitComplaint, "你们抄表员又抄错了", "complaint_submit")

    assert asked.followup == "complaint_form"
    assert asked.slots["complaint_text"] == "你们抄表员又抄错了"
    assert asked.handoff is None


async def test_the_form_shows_what_it_understood_and_files_at_a_yes() -> None:
    counter = Counter(bound=(_LIN,), slots={"complaint_text": "你们抄表员又抄错了"})

    shown = await counter.run(ComplaintForm, "你们抄表员又抄错了", "complaint_submit", events=opened("complaint_form"))
    agreed = await counter.run(ComplaintForm, "登记", "affirm", form="complaint_form")
    filed = await counter.run(FileComplaint, "登记", "affirm")

    assert shown.responses == ["utter_complaint_ask_wish"]
    assert agreed.slots["form_outcome"] == "complete"
    assert filed.responses == ["utter_complaint_filed"]
    assert str(filed.messages[0]["order_no"]).startswith("T")
    assert filed.handoff is None


async def test_declining_files_nothing() -> None:
    counter = Counter(bound=(_LIN,), slots={"complaint_text": "抄表员抄错了", "complaint_wish": "drop"})

    spoken = await counter.run(FileComplaint, "不用了", "deny")

    assert spoken.responses == ["utter_complaint_not_filed"]
    assert "file_case" not in counter.backend.calls


async def test_more_words_about_what_was_filed_are_added_and_not_filed_again() -> None:
    counter = Counter(bound=(_LIN,), slots={"complaint_no": "T26112100001"})

    spoken = await counter.run(SubmitComplaint, "他还骂我", "complaint_submit")

    assert spoken.responses == ["utter_complaint_added"]
    assert "file_case" not in counter.backend.calls


@pytest.mark.parametrize("text", ["抢修师傅态度太差我要投诉", "停电没通知我要投诉"])
async def test_what_the_catalogue_carries_as_opinion_says_so(text: str) -> None:
    spoken = await Counter(bound=(_LIN,)).run(SubmitComplaint, text, "complaint_submit")

    assert str(spoken.messages[0]["order_no"]).startswith("O")
    assert spoken.messages[0]["kind"] != ""


async def test_a_complaint_is_heard_when_the_systems_are_down() -> None:
    counter = Counter(bound=(_LIN,))
    counter.backend.failure = BackendTimeout()

    spoken = await counter.run(SubmitComplaint, "我要投诉你们抄表员", "complaint_submit")

    assert spoken.handoff is not None
