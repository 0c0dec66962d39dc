"""Who writes Traditional reads Traditional; digits and short words tell nothing; payloads never change."""

from __future__ import annotations

import pytest

from bot.replies.script import Script, newest_script, script_of, write_reply, written
from conversation.reply import Button, Card, Reply


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("我家停電了", Script.TRADITIONAL),
        ("唔該 我屋企冇電", Script.TRADITIONAL),
        ("請看説明，綫路壞咗", Script.HONG_KONG),
        ("我家停电了", Script.SIMPLIFIED),
        ("冇电呀", Script.SIMPLIFIED),
        ("好的", None),
        ("2台", None),
        ("13912345678", None),
        ("😂", None),
        ("", None),
    ],
)
def test_the_script_is_told_by_characters_of_one_side_only(text: str, script: Script | None) -> None:
    assert script_of(text) is script


def test_digits_and_short_words_keep_the_script_before() -> None:
    assert newest_script(["2", "好的", "我要報修", "查电费"]) is Script.TRADITIONAL
    assert newest_script(["2", "ok"]) is Script.SIMPLIFIED


def test_everything_that_is_read_is_converted_and_nothing_that_is_sent_back() -> None:
    card = Card("bill", "电费", (("状态", "已交清"),), ("合计", "1 元"), "说明")
    reply = Reply("您的电费", (Button("报修停电", "报修停电"),), card)

    shown = write_reply(reply, Script.TRADITIONAL)

    assert shown.text == "您的電費"
    assert shown.buttons == (Button("報修停電", "报修停电"),)
    assert shown.card == Card("bill", "電費", (("狀態", "已交清"),), ("合計", "1 元"), "說明")
    assert write_reply(reply, Script.SIMPLIFIED) is reply


def test_what_a_utility_means_is_mended() -> None:
    assert written("交清后自动复电", Script.TRADITIONAL) == "交清後自動復電"
