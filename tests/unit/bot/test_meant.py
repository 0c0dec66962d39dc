"""What words are certain of, and what they leave to the classifier."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from conversation.meaning import SAME, meant_by

WORDS = yaml.safe_load(Path("actions/words/meant.yml").read_text(encoding="utf-8"))["patterns"]
PATTERNS = {name: re.compile(pattern) for name, pattern in WORDS.items()}


@pytest.mark.parametrize(
    ("text", "guess", "meant"),
    [
        ("到账了吗", "repair_progress_query", "payment_issue"),
        ("我上月电费好像付了两遍", "bill_query", "payment_issue"),
        ("交了没有", "ticket_progress_query", "balance_query"),
        ("我家什么时候抄表呀", "nlu_fallback", "ask_tariff_policy"),
        ("账单几号能出", "out_of_scope", "ask_tariff_policy"),
        ("换个应急手电", "repair_urge", "points_query"),
        ("上个月哪几天用得最多", "nlu_fallback", "usage_query"),
        ("另外那户呢", "apply_close_account", SAME),
    ],
)
def test_certain_words_overrule_a_guess(text: str, guess: str, meant: str) -> None:
    """A short message is what its words say."""
    assert meant_by(text, guess, PATTERNS, has_link=False) == meant


@pytest.mark.parametrize("text", ["师傅到了没", "积分到账了吗", "上个月电费多少", "我要报修"])
def test_other_words_leave_the_guess(text: str) -> None:
    """What is not certain stays with the classifier."""
    assert meant_by(text, "small_talk", PATTERNS, has_link=True) is None


def test_arrived_means_the_money_only_while_a_link_is_open() -> None:
    """Without a link it may be the crew."""
    assert meant_by("现在到了没", "repair_progress_query", PATTERNS, has_link=True) == "payment_issue"
    assert meant_by("现在到了没", "repair_progress_query", PATTERNS, has_link=False) is None


def test_a_danger_keeps_its_intent() -> None:
    """It is never read as anything smaller."""
    assert meant_by("到账了吗", "danger_report", PATTERNS, has_link=False) is None
