"""Readings: what pypinyin says, from smaller tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from runtime.readings import readings, toneless

_SPOKEN = Path(__file__).parents[2] / "nlu"
_PHRASES = sorted(phrases_dict)


def read(text: str) -> list[str]:
    return list(readings().of_text(text))


def test_every_character_is_read_as_by_pypinyin() -> None:
    first = {chr(code): toneless(read.split(",")[0]) for code, read in pinyin_dict.items()}

    assert {char: readings().of_char(char) for char in first} == first
    assert readings().of_char("x") == readings().of_char("\U0010ffff") == ""


def test_every_phrase_is_read_as_by_pypinyin() -> None:
    assert [phrase for phrase in _PHRASES[::7] if read(phrase) != lazy_pinyin(phrase)] == []


@pytest.mark.parametrize("name", ["holdout.jsonl", "examiner_a.jsonl"])
def test_what_people_type_is_read_as_by_pypinyin(name: str) -> None:
    texts = [json.loads(line)["text"] for line in (_SPOKEN / name).read_text(encoding="utf-8").splitlines()]

    assert [text for text in texts if read(text) != lazy_pinyin(text)] == []


# Ends inside phrases, readings that depend on neighbours, and everything that is not Chinese between.
_PIECES = st.one_of(
    st.sampled_from(_PHRASES), st.sampled_from([p[:-1] for p in _PHRASES if len(p) > 2]), st.text(max_size=4)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=6).map("".join))
def test_any_text_is_read_as_by_pypinyin(text: str) -> None:
    assert read(text) == lazy_pinyin(text)
