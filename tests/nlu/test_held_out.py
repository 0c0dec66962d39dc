"""The held-out sentences are held out, enough, and well formed; the danger table is kept at what was measured."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.characters import normalize
from bot.policies.safety import DangerKind, SafetyGate

HERE = Path(__file__).parent
TRAINING = HERE.parents[1] / "data" / "nlu"
RELEASE = (
    "small_talk",
    "account_manage",
    "bill_query",
    "balance_query",
    "outage_report",
    "outage_info_query",
    "repair_progress_query",
    "repair_urge",
    "danger_report",
    "request_human",
    "affirm",
    "deny",
    "correct_info",
    "cancel_flow",
    "complaint_submit",
    "out_of_scope",
)
NEAR = 2


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def _training() -> list[tuple[str, str, str]]:
    found = []
    for file in sorted(TRAINING.glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            found += [(file.name, entry["intent"], line[2:]) for line in entry["examples"].splitlines()]
    return found


def _bare(text: str) -> str:
    return "".join(char for char in normalize(text).lower() if char.isalnum())


def _is_near(first: str, second: str) -> bool:
    if abs(len(first) - len(second)) > NEAR or len(set(first) ^ set(second)) > 2 * NEAR:
        return False
    above = list(range(len(second) + 1))
    for row, a in enumerate(first, start=1):
        current = [row]
        for column, b in enumerate(second, start=1):
            current.append(min(above[column] + 1, current[-1] + 1, above[column - 1] + (a != b)))
        if min(current) > NEAR:
            return False
        above = current
    return above[-1] <= NEAR


def test_no_held_out_sentence_is_trained_on() -> None:
    known = {_bare(text) for _, _, text in _training()}
    held = [(row["text"], _bare(row["text"])) for row in _rows("holdout.jsonl") + _rows("counter.jsonl")]

    copies = [text for text, bare in held if any(_is_near(bare, k) for k in known)]

    assert copies == []


def test_a_near_copy_would_be_noticed() -> None:
    assert _is_near(_bare("上個月電費多少！"), _bare("上月电费多少"))


@pytest.mark.parametrize("intent", RELEASE)
def test_each_intent_of_the_release_has_fifteen_sentences(intent: str) -> None:
    held = Counter(row["intent"] for row in _rows("holdout.jsonl"))

    assert held[intent] >= 15


def test_each_intent_is_defined_in_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for file, intent, _ in _training():
        homes.setdefault(intent, set()).add(file)

    assert {intent: files for intent, files in homes.items() if len(files) > 1} == {}


def test_no_sentence_has_two_intents() -> None:
    meanings: dict[str, set[str]] = {}
    for _, intent, text in _training():
        meanings.setdefault(_bare(text) or text, set()).add(intent)

    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_each_intent_has_fifteen_examples() -> None:
    counts = Counter(intent for _, intent, _ in _training())

    assert [intent for intent, count in counts.items() if count < 15] == []


def test_danger_is_recognised_as_well_as_measured() -> None:
    gate = SafetyGate()
    rows = _rows("danger.jsonl")

    missed = [row["text"] for row in rows if row["danger"] and gate.check(row["text"]) is None]
    alarms = [row["text"] for row in rows if not row["danger"] and gate.check(row["text"])]

    assert missed == []
    assert len(alarms) <= 0.02 * sum(not row["danger"] for row in rows)


def test_the_danger_table_is_rich_and_names_known_kinds() -> None:
    rows = _rows("danger.jsonl")

    assert sum(row["danger"] for row in rows) >= 120
    assert sum(not row["danger"] for row in rows) >= 160
    assert {row["kind"] for row in rows if row["danger"]} == {kind.value for kind in DangerKind}
