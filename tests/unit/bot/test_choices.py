"""A place or a label typed means the button; a number beside no buttons, or beside numbers, is a number."""

from __future__ import annotations

import pytest

from bot.reception.choices import payload_of

BUTTONS = [{"label": "尾号 1234（织女苑）", "payload": "尾号1234"}, {"label": "都不是", "payload": "都不是"}]


@pytest.mark.parametrize("said", ["1", "１", "①", "一", "第一个", "第1個", "选1", "1号", " 1。", "尾号 1234（织女苑）"])
def test_the_first_button_is_meant(said: str) -> None:
    assert payload_of(said, BUTTONS) == "尾号1234"


@pytest.mark.parametrize("said", ["3", "0", "12", "1栋", "第一次停电", "一共多少", "11", "2026"])
def test_other_words_are_their_own(said: str) -> None:
    assert payload_of(said, BUTTONS) is None


def test_a_payload_stays_what_it_is() -> None:
    assert payload_of("1", [{"label": "甲", "payload": "2"}, {"label": "乙", "payload": "1"}]) == "1"


@pytest.mark.parametrize(
    "buttons",
    [
        [],
        [{"label": "转人工", "payload": "转人工"}, {"label": "算了", "payload": "算了"}],
        [{"label": "50 元", "payload": "50元"}, {"label": "100元", "payload": "100元"}],
    ],
    ids=["an open question", "only ways out", "numbers themselves"],
)
def test_a_number_is_a_number_where_nothing_is_counted(buttons: list[dict[str, str]]) -> None:
    assert payload_of("1", buttons) is None
