"""Scripts: what OpenCC's own configurations write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opencc
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.scripts import convert

_ROOT = Path(__file__).parents[3]


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def said() -> list[str]:
    """What the bot says, and what customers said."""
    files = sorted((_ROOT / "domain").glob("*.yml"))
    ours = (text for file in files for text in texts_in(yaml.safe_load(file.read_text(encoding="utf-8"))))
    lines = (_ROOT / "tests" / "nlu" / "holdout.jsonl").read_text(encoding="utf-8").splitlines()
    return [*ours, *(json.loads(line)["text"] for line in lines)]


@pytest.mark.parametrize("name", ["s2tw", "s2hk", "s2t", "t2s", "hk2t", "tw2t"])
def test_everything_said_is_written_as_opencc_writes_it(name: str) -> None:
    theirs = opencc.OpenCC(name)

    assert [text for text in said() if convert(text, name) != theirs.convert(text)] == []


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=12), st.sampled_from(["s2tw", "s2hk"])
)
def test_any_characters_are_written_as_opencc_writes_them(text: str, name: str) -> None:
    assert convert(text, name) == _theirs(name).convert(text)


def _theirs(name: str, known: dict[str, opencc.OpenCC] = {}) -> opencc.OpenCC:  # noqa: B006  # one for all examples
    if name not in known:
        known[name] = opencc.OpenCC(name)
    return known[name]
