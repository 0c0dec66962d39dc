"""Characters are made equal one by one, and no text is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.characters import normalize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("電線斷咗", "电线断咗", id="traditional"),
        pytest.param("Ｆ２６１", "F261", id="full-width"),
        pytest.param("你好，在吗？", "你好，在吗？", id="chinese-punctuation-stays"),
        pytest.param("户\u200b号", "户 号", id="invisible-becomes-space"),
        pytest.param("著火了", "着火了", id="zhao-of-taiwan"),
        pytest.param("著名", "著名", id="zhu-stays"),
        pytest.param("\ud800好", " 好", id="lone-surrogate"),
        pytest.param("", "", id="empty"),
    ],
)
def test_one_form_per_character(text: str, expected: str) -> None:
    assert normalize(text) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_length_never_changes(text: str) -> None:
    assert len(normalize(text)) == len(text)


def test_long_text_is_taken() -> None:
    assert len(normalize("停電了😀\x00" * 1000)) == 5000
