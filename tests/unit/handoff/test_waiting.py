"""The range of a wait: what is measured, and what is not said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handoff.phrases import Phrases
from handoff.waiting.estimate import Floor, Wait, estimate
from handoff.waiting.notices import Told, news
from handoff.waiting.rules import EstimateRules, QueueRules, load_queue_rules
from handoff.waiting.telling import Place, place_words
from runtime.clock import SHANGHAI
from tests.conftest import PROJECT

RULES = EstimateRules()
TEN_MINUTES = [600.0, 540.0, 660.0, 620.0, 580.0, 610.0, 590.0, 600.0, 630.0, 570.0]
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
PHRASES = Phrases.load(PROJECT / "domain" / "human.yml")


def test_nothing_is_invented_when_nobody_is_online() -> None:
    assert estimate(0, Floor(0, 0, TEN_MINUTES), RULES) is None


def test_nothing_is_invented_from_a_few_services() -> None:
    assert estimate(2, Floor(2, 2, TEN_MINUTES[:7]), RULES) is None


def test_a_free_place_is_a_matter_of_seconds_even_before_anything_is_measured() -> None:
    assert estimate(0, Floor(4, 3, []), RULES) == Wait(5.0, 60.0)


def test_more_people_ahead_wait_longer_and_more_places_wait_shorter() -> None:
    near, far = (estimate(ahead, Floor(4, 4, TEN_MINUTES), RULES) for ahead in (0, 6))
    many = estimate(6, Floor(12, 12, TEN_MINUTES), RULES)

    assert near
    assert far
    assert many
    assert near.most_s < far.most_s
    assert many.most_s < far.most_s


def test_the_middle_of_the_range_is_about_the_mean_wait() -> None:
    wait = estimate(7, Floor(4, 4, TEN_MINUTES), RULES)  # 8 ends at 4 places: 20 minutes on average

    assert wait
    assert wait.least_s < 1200 < wait.most_s
    assert wait.most_s - wait.least_s < 1200


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(2, Wait(190, 350)), "前面还有 2 位，大约 3 到 6 分钟"),
        (Place(2, None), "前面还有 2 位，请稍等"),
        (Place(0, Wait(5, 55)), "第一位，不到 1 分钟"),
        (Place(3, Wait(600, 4000)), "可能超过 1 小时"),
        (Place(9, None), "给我回电"),
    ],
)
def test_place_and_time_are_one_sentence(place: Place, said: str) -> None:
    assert said in place_words(PHRASES, "utter_human_queued", place, QueueRules())


def test_a_short_queue_offers_no_call_back() -> None:
    assert "给我回电" not in place_words(PHRASES, "utter_human_queued", Place(2, Wait(60, 300)), QueueRules())


@pytest.mark.parametrize(
    ("told", "place", "expected"),
    [
        pytest.param({"ahead": 3}, Place(2), "utter_human_nearer", id="nearer"),
        pytest.param({"ahead": 3}, Place(3), None, id="no change"),
        pytest.param({"ahead": 2}, Place(3), None, id="an urgent one came before"),
        pytest.param({"ahead": 3, "times": 7}, Place(2), None, id="told often enough"),
        pytest.param({"ahead": 3, "times": 7}, Place(0), "utter_human_nearer", id="the first place is told"),
        pytest.param({"ahead": 3, "times": 2, "channel": "wechat"}, Place(1), None, id="WeChat's lines are spared"),
        pytest.param({"ahead": 3, "channel": "wechat"}, Place(1), "utter_human_nearer", id="WeChat hears one"),
        pytest.param({"ahead": 1, "most_s": 120}, Place(1), "utter_human_longer", id="longer than was told"),
        pytest.param({"ahead": 1, "most_s": 3600}, Place(1), None, id="not yet longer"),
        pytest.param({"ahead": 0, "closed": True}, Place(0), "utter_human_open_again", id="people are back"),
        pytest.param({"ahead": 0}, Place(closed=True), None, id="closed"),
    ],
)
def test_a_change_is_told_by_rule(told: dict[str, object], place: Place, expected: str | None) -> None:
    known = {"ahead": 0, "most_s": None, "closed": False, "times": 1, "channel": "web", **told}
    before = Told(**known, at=NOW - timedelta(minutes=5))  # type: ignore[arg-type]

    assert news(before, place, load_queue_rules(), NOW) == expected
