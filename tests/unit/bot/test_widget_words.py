"""What the chat page's shortcuts send: the assistant must read the same in each language of the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.characters import normalize
from bot.replies.script import Script, script_of

LOCALES = Path(__file__).parent.parent.parent.parent / "widget" / "src" / "locales"


def sent(language: str) -> list[str]:
    words: dict[str, Any] = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))
    shortcuts = [*words["shortcuts"], *words["elder"]["shortcuts"]]
    return [*(shortcut["text"] for shortcut in shortcuts), words["header"]["humanText"]]


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_a_shortcut_says_the_same_in_each_language(language: str) -> None:
    assert [normalize(text) for text in sent(language)] == sent("zh-CN")


def test_who_reads_traditional_characters_is_answered_in_them() -> None:
    assert {script_of(text) for text in sent("zh-TW")} == {Script.TRADITIONAL}
