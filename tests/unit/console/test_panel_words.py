"""Every next step the rules know has a name on the desk, in both languages."""

from __future__ import annotations

import json

import pytest

from handoff.card.next_steps import NextSteps
from handoff.phrases import Phrases
from tests.conftest import PROJECT


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_next_step_has_a_name(language: str) -> None:
    file = PROJECT / "console" / "web" / "src" / "locales" / language / "panel.json"
    texts = json.loads(file.read_text(encoding="utf-8"))["texts"]
    rules = NextSteps.load(Phrases.load(PROJECT / "domain" / "desk.yml")).rules

    assert [rule.id for rule in rules if f"step.{rule.id}" not in texts] == []
