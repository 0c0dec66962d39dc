"""After the answer on a case: settled or not, and how it was, in digits, stars or words."""

from __future__ import annotations

import pytest

from actions.case_after import JudgeCase, RateOrder
from actions.complaint import AddToComplaint, SubmitComplaint
from actions.progress import ShowTicket
from backend.errors import Conflict
from tests.builders import Counter

_SHOP, _SHOPS, _OPEN = "6201011006174", "6201011006257", "T26111600003"


@pytest.mark.parametrize(
    ("said", "rating"),
    [("5分", 5), ("⭐⭐⭐⭐", 4), ("还行吧", 3), ("非常满意", 5), ("不满意", 2), ("差评", 1), ("三星", 3), ("满意", 4)],
)
async def test_a_rating_is_read_from_digits_stars_and_words(
    said: str, rating: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, rated = Counter(slots={"order_spoken": _OPEN}), []

    async def rate_order(order_no: str, given: int, **_: object) -> None:
        rated.append((order_no, given))

    monkeypatch.setattr(counter.backend, "rate_order", rate_order)

    await counter.run(RateOrder, said, "nlu_fallback")

    assert rated == [(_OPEN, rating)]


async def test_an_order_without_a_reply_is_not_rated_and_that_is_said() -> None:
    counter = Counter(bound=(_SHOP,), slots={"order_spoken": _OPEN})

    spoken = await counter.run(RateOrder, "5分", "points_query")

    assert spoken.responses == ["utter_case_rated_too_soon"]


@pytest.mark.parametrize(
    ("said", "satisfied", "response"),
    [("处理得不满意", False, "utter_case_taken_up_again"), ("解决了", True, "utter_case_settled")],
)
async def test_the_word_on_an_answer_goes_to_the_company(
    said: str, satisfied: bool, response: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, told = Counter(slots={"order_spoken": _OPEN}), []

    async def confirm_order(order_no: str, given: bool, **_: object) -> None:
        told.append(given)

    monkeypatch.setattr(counter.backend, "confirm_order", confirm_order)

    spoken = await counter.run(JudgeCase, said, "nlu_fallback")

    assert (told, spoken.responses) == ([satisfied], [response])


async def test_a_no_to_a_closed_case_is_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Counter(slots={"order_spoken": _OPEN})

    async def confirm_order(*_: object, **__: object) -> None:
        raise Conflict("order.closed")

    monkeypatch.setattr(counter.backend, "confirm_order", confirm_order)

    spoken = await counter.run(JudgeCase, "没解决", "nlu_fallback")

    assert spoken.responses == ["utter_case_dispute_person"]
    assert spoken.handoff is not None


async def test_a_question_about_a_complaint_is_told_and_not_urged() -> None:
    counter = Counter(bound=(_SHOP,))

    spoken = await counter.run(SubmitComplaint, "查一下我的投诉处理得怎么样了", "complaint_submit")

    assert spoken.responses == ["utter_progress_case"]
    assert "urge_order" not in counter.backend.calls
    assert spoken.slots["order_spoken"] == _OPEN


async def test_more_words_are_kept_with_the_complaint_without_an_argument() -> None:
    counter = Counter(bound=(_SHOP,), slots={"order_spoken": _OPEN})

    spoken = await counter.run(AddToComplaint, "4次？明明5次！", "nlu_fallback")

    assert spoken.responses == ["utter_complaint_added"]
    assert "urge_order" in counter.backend.calls
    assert spoken.handoff is not None


async def test_an_open_complaint_told_again_hears_the_count_of_the_books() -> None:
    counter = Counter(bound=(_SHOP,))

    spoken = await counter.run(SubmitComplaint, "老是停电，我要投诉", "complaint_submit")

    assert spoken.responses == ["utter_complaint_urged"]
    assert "3 次" in spoken.messages[0]["facts"]


async def test_what_follows_the_bare_word_is_not_answered_with_the_same_sentence() -> None:
    counter = Counter(bound=(_SHOPS,))
    await counter.run(SubmitComplaint, "我要投诉", "complaint_submit")

    spoken = await counter.run(AddToComplaint, "拖到现在都没人给个说法", "nlu_fallback")

    assert spoken.responses == ["utter_complaint_more_heard"]


async def test_a_case_that_was_answered_may_be_judged_next() -> None:
    counter = Counter(bound=(_SHOP,))

    spoken = await counter.run(ShowTicket, "查投诉进度", "ticket_progress_query")

    assert spoken.slots["order_spoken"] == _OPEN
