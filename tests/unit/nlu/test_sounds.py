"""Sounds: what is typed in pinyin and what is misheard read as the characters meant; other letters stay themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.sounds import sounds


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("dianfei", "电费", id="two-syllables"),
        pytest.param("dian fei", "电费", id="with-a-blank"),
        pytest.param("DianFei", "电费", id="capitals"),
        pytest.param("wo yao jiaofei", "我要交费", id="a-sentence"),
        pytest.param("tingdianle", "停电了", id="three-syllables"),
        pytest.param("店线", "电线", id="homophones"),
        pytest.param("听点了", "厅店乐", id="other-characters"),
    ],
)
def test_pinyin_and_slips_sound_like_the_characters(typed: str, meant: str) -> None:
    assert sounds(typed) == sounds(meant)


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        pytest.param("app", ["app"], id="no-pinyin-stays-whole"),
        pytest.param("APP交费", ["app", "jiao", "fei"], id="beside-characters"),
        pytest.param("xian", ["xian"], id="fewest-syllables"),
        pytest.param("95598", ["9", "5", "5", "9", "8"], id="digits"),
        pytest.param("好！", ["hao", "！"], id="punctuation"),
        pytest.param("女", ["nv"], id="u-with-dots"),
        pytest.param("q" * 41, ["q" * 41], id="a-long-run-is-not-searched"),
        pytest.param(" ", [], id="blank"),
        pytest.param("", [], id="empty"),
    ],
)
def test_what_is_no_pinyin_stands_for_itself(text: str, syllables: list[str]) -> None:
    assert sounds(text) == syllables


@pytest.mark.parametrize(
    ("southern", "standard"),
    [
        pytest.param("四", "是", id="s-sh"),
        pytest.param("早", "找", id="z-zh"),
        pytest.param("草", "吵", id="c-ch"),
        pytest.param("蓝", "南", id="l-n"),
        pytest.param("听", "亭", id="no-tone"),
        pytest.param("因", "应", id="in-ing"),
        pytest.param("身", "生", id="en-eng"),
        pytest.param("安", "昂", id="an-ang"),
        pytest.param("sijian", "时间", id="typed"),
    ],
)
def test_southern_speech_merges_sounds(southern: str, standard: str) -> None:
    assert sounds(southern, merged=True) == sounds(standard, merged=True)


@pytest.mark.parametrize(("one", "other"), [("四", "是"), ("蓝", "南"), ("因", "应")], ids=["s-sh", "l-n", "in-ing"])
def test_sounds_stay_apart_unless_merging_is_asked_for(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_has_sounds_without_blanks(text: str) -> None:
    found = sounds(text, merged=True)

    assert all(sound and not sound.isspace() for sound in found)


@given(text=st.text(alphabet=[chr(code) for code in range(0x4E00, 0x9FFF)], max_size=40))
def test_each_character_has_one_syllable(text: str) -> None:
    assert len(sounds(text)) == len(text)
