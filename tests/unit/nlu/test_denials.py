"""What a customer sets aside is found up to the end of its clause; a denial that is the matter itself is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.denials import set_aside


def _aside(text: str) -> list[str]:
    return [text[start:end] for start, end in set_aside(text)]


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        pytest.param("不是要投诉，就问师傅几点到", ["不是要投诉"], id="not-to-complain"),
        pytest.param("我不是要退费，帮我改个户名就行", ["我不是要退费"], id="with-a-subject"),
        pytest.param("不用转人工，你直接告诉我电费", ["不用转人工"], id="no-person"),
        pytest.param("师傅几点到，也不是催，我好安排", ["也不是催"], id="in-the-middle"),
        pytest.param("不问电费 不查余额 就想改手机号", ["不问电费", "不查余额"], id="two"),
    ],
)
def test_what_is_not_wanted_is_found(text: str, aside: list[str]) -> None:
    assert _aside(text) == aside


@pytest.mark.parametrize(
    "text",
    ["查电费", "不是吧，又停电了怎么回事", "不是要投诉", "是不是欠费了，帮我看看", "不是要转人工的意思啊你，嗯", ""],
    ids=["nothing", "astonished", "nothing-follows", "asks-whether", "nearly-all-of-it", "empty"],
)
def test_what_is_wanted_is_not_set_aside(text: str) -> None:
    assert _aside(text) == []


@given(text=st.text(alphabet="不是问查看用别给转我要电费，。 ！;", max_size=60))
def test_never_all_of_a_text_is_set_aside(text: str) -> None:
    spans = set_aside(text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert sum(end - start for start, end in spans) < max(len(text), 1)
