"""A message is cut where one more ask begins, and nowhere else; what the pieces mean is not looked at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.asks import cut


def _pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("查下电费，顺便报个停电", ["查下电费，", "顺便报个停电"], id="by-the-way"),
        pytest.param("电费多少？几点来电？", ["电费多少？", "几点来电？"], id="two-questions"),
        pytest.param("我问下电费还有就是停电", ["我问下电费", "还有就是停电"], id="without-punctuation"),
        pytest.param("帮我查电费再报个修", ["帮我查电费", "再报个修"], id="and-then"),
        pytest.param("查电费\n户号怎么改", ["查电费\n", "户号怎么改"], id="two-lines"),
        pytest.param("电费幾多，仲有想改电话", ["电费幾多，", "仲有想改电话"], id="cantonese"),
        pytest.param("查电费。报修。换户名", ["查电费。报修。", "换户名"], id="too-short-for-an-ask"),
    ],
)
def test_one_more_ask_begins_a_piece(text: str, pieces: list[str]) -> None:
    assert _pieces(text) == pieces


@pytest.mark.parametrize(
    "text",
    ["查电费", "查电费。嗯", "顺便查下电费", "还有多少余额", "再见", "我还要等多久", "顺便顺便", "！！！", ""],
    ids=["one-ask", "a-sound-behind", "begins-with-it", "how-much-is-left", "goodbye", "how-long", "only-marks",
         "only-punctuation", "empty"],
)  # fmt: skip
def test_one_ask_stays_whole(text: str) -> None:
    assert _pieces(text) == [text]


@given(text=st.text(alphabet="查电费。？！\n顺便另外还有再帮我对了 ,，abc", max_size=60))
def test_the_pieces_are_the_text_in_order(text: str) -> None:
    pieces = _pieces(text)

    assert "".join(pieces) == text
    assert all(pieces) or text == ""
