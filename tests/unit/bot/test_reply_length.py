"""No bubble is longer than a person reads: cut between sentences, the last one whole."""

from __future__ import annotations

from bot.replies.channel import merge
from bot.replies.length import fit, split
from conversation.reply import BUBBLE_CHARACTERS, Button, Reply

SENTENCE = "这是一个二十个字左右的句子，读起来不费劲。"


def test_short_bubbles_stay_as_they_are() -> None:
    replies = (Reply("一"), Reply("二"))

    assert fit(replies) == replies


def test_a_text_is_cut_after_a_sentence() -> None:
    head, rest = split(SENTENCE * 20, BUBBLE_CHARACTERS)

    assert head.endswith("。")
    assert (head + rest) == SENTENCE * 20


def test_a_sentence_too_long_is_cut_after_a_clause() -> None:
    assert split("甲乙丙，丁戊己庚辛", 6) == ("甲乙丙，", "丁戊己庚辛")


def test_what_is_too_much_moves_on_before_the_question() -> None:
    first, last = fit((Reply(SENTENCE * 18), Reply("停电的范围有多大？", (Button("整栋", "整栋"),))))

    assert len(first.text) <= BUBBLE_CHARACTERS
    assert (last.text[:2], last.text[-9:]) == ("这是", "停电的范围有多大？")
    assert last.buttons == (Button("整栋", "整栋"),)


def test_what_fits_nowhere_is_left_out_and_the_question_kept() -> None:
    first, last = fit((Reply(SENTENCE * 40), Reply("停电的范围有多大？")))

    assert max(len(first.text), len(last.text)) <= BUBBLE_CHARACTERS
    assert last.text.endswith("停电的范围有多大？")


def test_a_word_that_leads_back_joins_its_question() -> None:
    buttons = (Button("报修", "报修"),)

    merged = merge((Reply("您好，我是电小智，要办哪一样？", buttons), Reply("回到刚才的事："), Reply("范围有多大？")))

    assert merged == (Reply("您好，我是电小智，要办哪一样？", buttons), Reply("回到刚才的事：\n范围有多大？"))
