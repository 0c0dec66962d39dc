"""A typed answer that picks a button: by its words, by its number, and never by accident."""

from __future__ import annotations

import pytest

from bot.reception.choices import number_of, pick
from conversation.reply import Button

BUTTONS = (Button("只有我家", "只有我家停电"), Button("整栋楼", "整栋楼都停电"), Button("转人工", "转人工"))
DAYS = (Button("3天", "三天"), Button("1天", "一天"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[(text, 2) for text in ("2", "２", "②", "2.", "2、", "（2）", "第2个", "选2", "我选2", "第二个", "二", "2号")],
        ("十", 10),
        ("十二", 12),
        *[(text, None) for text in ("0", "20", "123456", "2号楼", "一下", "二楼", "百", "十x", "", "2026年", "二二")],
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: int | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "payload"),
    [("2", "整栋楼都停电"), ("整栋楼", "整栋楼都停电"), ("整栋楼。", "整栋楼都停电"), ("4", None), ("整栋", None)],
)
def test_a_button_is_picked_by_number_or_words(text: str, payload: str | None) -> None:
    picked = pick(text, BUTTONS, by_number=True, numbered=True)

    assert (picked.payload if picked else None) == payload


def test_a_number_picks_nothing_once_the_talk_has_moved_on() -> None:
    assert pick("2", BUTTONS, by_number=False, numbered=True) is None
    assert pick("转人工", BUTTONS, by_number=False, numbered=True) == BUTTONS[2]


def test_a_number_shown_goes_before_a_number_in_a_label_and_the_other_way_where_none_was_shown() -> None:
    assert pick("1", DAYS, by_number=True, numbered=True) == DAYS[0]
    assert pick("1", DAYS, by_number=True, numbered=False) == DAYS[1]
