"""What a key account's words say about planned work: yes, no, and what instead; everything else is no answer."""

from __future__ import annotations

import pytest

from bot.reception.consent import read
from handoff.notices.consents import Answer, Said


@pytest.mark.parametrize("text", ["同意", "我们同意", "可以，没问题", "没意见", "好的", "行，你们安排", "同意！"])
def test_agreement_is_heard(text: str) -> None:
    assert read(text) == Said(Answer.AGREED)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("不同意", ""),
        ("不行", ""),
        ("不同意，改到周六", "改到周六"),
        ("我们不方便，最好改到下个月初", "最好改到下个月初"),
        ("能不能改到2月1日", "能不能改到2月1日"),
        ("改到晚上十点以后吧", "改到晚上十点以后吧"),
    ],
)
def test_a_refusal_is_heard_with_what_they_would_like_instead(text: str, wish: str) -> None:
    assert read(text) == Said(Answer.REFUSED, wish)


@pytest.mark.parametrize("text", ["", "几点开始停", "为什么停电", "查电费", "同意吗", "电线掉下来了", "好的" * 80])
def test_what_is_no_answer_goes_on(text: str) -> None:
    assert read(text) is None
