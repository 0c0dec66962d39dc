"""The index of near copies finds what comparing every pair would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nlu.near_copies import NearCopies, bare, is_near

WORDS = st.text(alphabet="电费停水查a", min_size=0, max_size=9)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        pytest.param("上個月電費多少！", "上月电费多少", id="script-marks-and-one-left-out"),
        pytest.param("查下我的电费", "查查你的电费", id="two-replaced"),
        pytest.param("请问电费多少呀", "电费多少呀", id="two-added-before"),
        pytest.param("电费", "电", id="short"),
        pytest.param("APP登不上", "app登不上", id="capitals"),
    ],
)
def test_a_near_copy_is_noticed(text: str, known: str) -> None:
    assert NearCopies([known, "完全不同的一句话在这里"]).of(text) == bare(known)


@pytest.mark.parametrize(
    "text", ["上月电费一共多少", "家里停电了", "", "！！！"], ids=["three", "other", "empty", "marks"]
)
def test_another_sentence_is_none(text: str) -> None:
    assert NearCopies(["上月电费", "查一下阶梯电价", "！"]).of(text) is None


@given(known=st.lists(WORDS, max_size=12), asked=WORDS)
def test_the_index_finds_what_comparing_finds(known: list[str], asked: str) -> None:
    near = {text for text in known if text and asked and is_near(asked, text)}

    found = NearCopies(known).of(asked)

    assert (found in near) if near else found is None
