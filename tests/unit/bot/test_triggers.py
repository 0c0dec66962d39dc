"""What calls a person though nobody asked: each rule, and that each can be switched off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from bot.reception import triggers
from bot.reception.triggers import Situation, parse_triggers, trigger_of, trigger_rules, urgency_of
from handoff.errors import RulesError
from handoff.mood.reader import Mood
from handoff.rules import read_rules
from tests.conftest import PROJECT

RAW: dict[str, Any] = yaml.safe_load((PROJECT / "bot" / "reception" / "triggers.yml").read_text(encoding="utf-8"))
CALM = Situation("上个月电费多少", "bill_query")


@pytest.mark.parametrize(
    ("more", "reason", "priority"),
    [
        ({"text": "再不修我就找记者曝光"}, "word_media", 3),
        ({"text": "我要起诉你们"}, "word_law", 3),
        ({"text": "不想活了"}, "word_harm", 1),
        ({"mood": Mood.ANGRY}, "anger", 3),
        ({"mood": Mood.ANGRY, "before": Mood.ANGRY, "topic": "bill_dispute"}, "anger", 3),
        ({"mood": Mood.ANGRY, "risks": frozenset({"gentle"}), "topic": "bill_dispute"}, "vulnerable", 4),
        ({"mood": Mood.ANNOYED, "risks": frozenset({"life_support"})}, "life_support", 1),
        ({"missed": True, "risks": frozenset({"gentle"})}, "vulnerable", 4),
        ({"mood": Mood.ANNOYED, "risks": frozenset({"key_account"})}, "key_account", 2),
        ({"contacts": 3}, "third_contact", 3),
        ({"failures": 3}, "backend_down", 5),
        ({"mood": Mood.ANGRY, "risks": frozenset({"life_support"})}, "life_support", 1),
    ],
)
def test_a_situation_calls_a_person_for_its_reason(more: dict[str, Any], reason: str, priority: int) -> None:
    trigger = trigger_of(replace(CALM, **more), trigger_rules())

    assert trigger
    assert (trigger.reason, trigger.priority) == (reason, priority)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"mood": Mood.ANNOYED},
        {"mood": Mood.ANNOYED, "risks": frozenset({"gentle"})},
        {"mood": Mood.ANGRY, "topic": "bill_dispute"},
        {"risks": frozenset({"life_support"})},
        {"missed": True},
        {"contacts": 2},
        {"failures": 2},
    ],
)
def test_less_calls_nobody(more: dict[str, Any]) -> None:
    assert trigger_of(replace(CALM, **more), trigger_rules()) is None


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (("words", "media"), {"text": "找记者"}),
        (("anger",), {"mood": Mood.ANGRY}),
        (("marks", "life_support"), {"missed": True, "risks": frozenset({"life_support"})}),
        (("third_contact",), {"contacts": 3}),
        (("backend_down",), {"failures": 3}),
    ],
)
def test_a_rule_that_is_switched_off_calls_nobody(path: tuple[str, ...], more: dict[str, Any]) -> None:
    raw = yaml.safe_load(yaml.safe_dump(RAW))
    rule = raw
    for part in path:
        rule = rule[part]
    rule["active"] = False

    assert trigger_of(replace(CALM, **more), parse_triggers(raw)) is None


def test_any_request_of_a_marked_customer_is_as_urgent_as_they_are() -> None:
    rules = trigger_rules()

    assert urgency_of(frozenset({"gentle", "life_support"}), rules) == 1
    assert urgency_of(frozenset(), rules) is None


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Any) -> None:
    (tmp_path / "triggers.yml").write_text("anger: {active: true}\n", encoding="utf-8")

    with pytest.raises(RulesError):
        read_rules("triggers.yml", triggers.parse_triggers, tmp_path)


def test_the_desk_names_every_reason() -> None:
    texts = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "console/web/src/locales/zh-CN").glob("*"))
    reasons = (
        [f"word_{name}" for name in RAW["words"]] + list(RAW["marks"]) + ["anger", "third_contact", "backend_down"]
    )

    assert [reason for reason in [*reasons, "reopened"] if f'"reason.{reason}"' not in texts] == []
