"""The measuring tools count what they say, and name the line they cannot read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.policies.safety import SafetyGate
from tools import measure_danger
from tools.labelled import LineError, read_lines
from tools.measure_nlu import Parsed, report


def _parsed(gold: str, predicted: str, confidence: float = 0.9) -> Parsed:
    row = {"text": "x", "intent": gold, "tags": ["clean"]}
    return Parsed(row, predicted, confidence, predicted, confidence, frozenset(), 2.0)


def test_fallback_is_right_only_out_of_scope() -> None:
    rows = [_parsed("out_of_scope", "nlu_fallback"), _parsed("bill_query", "nlu_fallback"), _parsed("deny", "deny")]

    figures = report(Path("f"), rows, 0.3)

    assert figures["intent_accuracy"] == pytest.approx(2 / 3)
    assert figures["fallback"]["oos_recall"] == 1.0
    assert figures["fallback"]["false_refusals"] == 0.5
    assert figures["confusions"] == [["bill_query", "nlu_fallback", 1]]


def test_precision_and_recall_are_of_the_intent() -> None:
    rows = [_parsed("deny", "deny"), _parsed("deny", "affirm"), _parsed("affirm", "affirm")]

    per_intent = report(Path("f"), rows, 0.3)["per_intent"]

    assert (per_intent["deny"]["precision"], per_intent["deny"]["recall"]) == (1.0, 0.5)
    assert (per_intent["affirm"]["precision"], per_intent["affirm"]["recall"]) == (0.5, 1.0)


def test_entities_are_counted_by_span() -> None:
    marked = {"text": "八月电费", "intent": "b", "entities": [{"entity": "bill_period", "start": 0, "end": 2}]}
    found = frozenset({("bill_period", "2026-08", 0, 2), ("address", "x", 2, 4)})

    figures = report(Path("f"), [Parsed(marked, "b", 0.9, "b", 0.9, found, 1.0)], 0.3)

    assert figures["entities"]["micro"]["f1"] == 1.0


def test_danger_is_measured() -> None:
    rows = [
        {"text": "有人触电了", "danger": True, "kind": "shock"},
        {"text": "没有冒烟", "danger": False, "kind": None},
    ]

    figures = measure_danger.measure(rows, SafetyGate())

    assert (figures["recall"], figures["false_alarm_rate"]) == (1.0, 0.0)


@pytest.mark.parametrize("line", ["{", "[]", '{"text": 1}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"text": "好"}) + "\n" + line + "\n", encoding="utf-8")

    with pytest.raises(LineError, match=r"rows\.jsonl:2"):
        read_lines(file, required={"text": str})


def test_a_bad_file_ends_with_two(tmp_path: Path) -> None:
    assert measure_danger.main([str(tmp_path / "nowhere.jsonl")]) == 2
