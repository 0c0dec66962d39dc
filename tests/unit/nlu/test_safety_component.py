"""Danger overrules whatever was classified; the gate is trained with the model and comes back with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.errors import DictionaryMissing, LexiconWrong, ModelIncomplete
from bot.nlu.normalizer import ChineseNormalizer
from bot.nlu.safety import SafetyIntent
from bot.policies.danger_model import CALM, UNNAMED, DangerModel
from tests.fakes.gate import DATA, trained_gate
from tests.fakes.messages import heard, lesson, taught

TRADE = {
    "danger_report": ["电线掉地上了", "电表箱冒烟了", "有人触电了"],
    "bill_query": ["上个月电费多少", "查电费账单"],
}
ROWS = [
    {"text": "电线掉地上了", "danger": True, "kind": "wire_down"},
    {"text": "电表箱冒烟了", "danger": True, "kind": "fire"},
    {"text": "插座着火了", "danger": True, "kind": "fire"},
    {"text": "电线断了掉下来", "danger": True, "kind": "wire_down"},
    {"text": "没有冒烟", "danger": False, "kind": "denied"},
    {"text": "怎么预防触电", "danger": False},
]


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    """A folder with a few labelled sentences."""
    folder = tmp_path / "danger"
    folder.mkdir()
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _new(storage: LocalModelStorage, context: ExecutionContext, **settings: Any) -> SafetyIntent:
    config = {**SafetyIntent.get_default_config(), "words_path": str(DATA / "dictionary" / "danger"), **settings}
    return SafetyIntent.create(config, storage, Resource("safety"), context)


def _load(storage: LocalModelStorage, context: ExecutionContext) -> SafetyIntent:
    gone = {"words_path": "gone", "sentences_path": "gone"}
    return SafetyIntent.load(gone, storage, Resource("safety"), context)


def _gated(storage: LocalModelStorage) -> SafetyIntent:
    return SafetyIntent({}, (storage, Resource("safety")), trained_gate())


def _classified(text: str, intent: str = "small_talk") -> Message:
    ranking = [{"name": intent, "confidence": 0.9}, {"name": "danger_report", "confidence": 0.05}]
    return heard(text, intent=ranking[0], intent_ranking=ranking)


def test_danger_overrules_the_classifier(storage: LocalModelStorage) -> None:
    message = _classified("电线掉地上了")

    _gated(storage).process([message])

    assert message.get("intent") == {"name": "danger_report", "confidence": 1.0}
    assert message.get("intent_ranking") == [
        {"name": "danger_report", "confidence": 1.0},
        {"name": "small_talk", "confidence": 0.9},
    ]


def test_the_sign_of_danger_is_an_entity_where_it_is_said(storage: LocalModelStorage) -> None:
    message = _classified("快来，电线掉地上了")

    _gated(storage).process([message])

    (sign,) = message.get("entities")
    assert (sign["entity"], sign["value"]) == ("danger_sign", "电线落地或低垂")
    assert "快来，电线掉地上了"[sign["start"] : sign["end"]].startswith("电线掉")


def test_a_sign_that_is_there_already_stays_alone(storage: LocalModelStorage) -> None:
    known = {"entity": "danger_sign", "start": 0, "end": 2, "value": "打火"}
    message = _classified("电线掉地上了")
    message.set("entities", [known])

    _gated(storage).process([message])

    assert message.get("entities") == [known]


def test_calm_messages_keep_their_intent(storage: LocalModelStorage) -> None:
    message = _classified("查电费", "bill_query")

    _gated(storage).process([message])

    assert message.get("intent") == {"name": "bill_query", "confidence": 0.9}
    assert message.get("entities") is None


def test_the_gate_reads_what_the_customer_typed(storage: LocalModelStorage) -> None:
    (message,) = ChineseNormalizer().process([_classified("電線掉地上了")])
    message.set("text", "查电费")

    _gated(storage).process([message])

    assert message.get("intent")["name"] == "danger_report"


def test_a_model_trained_on_danger_marks_it(
    storage: LocalModelStorage, context: ExecutionContext, sentences: Path
) -> None:
    _new(storage, context, sentences_path=str(sentences)).train(lesson(TRADE))

    message, calm = _classified("电表箱冒烟了"), _classified("上个月电费多少", "bill_query")
    _load(storage, context).process([message, calm])

    assert message.get("intent")["name"] == "danger_report"
    assert calm.get("intent")["name"] == "bill_query"


def test_a_trade_without_danger_has_no_gate(
    storage: LocalModelStorage, context: ExecutionContext, sentences: Path
) -> None:
    _new(storage, context, sentences_path=str(sentences)).train(lesson({"bill_query": TRADE["bill_query"]}))

    message = _classified("电表箱冒烟了")
    _load(storage, context).process([message])

    assert message.get("intent")["name"] == "small_talk"


def test_training_sentences_are_learned_from_and_variants_are_not(
    storage: LocalModelStorage, context: ExecutionContext, sentences: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[tuple[str, str]] = []
    train = DangerModel.train
    monkeypatch.setattr(DangerModel, "train", lambda words, seen: rows.extend(seen) or train(words, seen))
    variant = taught("查店费账单", "bill_query", **{VARIANT_OF: "查电费账单"})

    _new(storage, context, sentences_path=str(sentences)).train(lesson(TRADE).merge(TrainingData([variant])))

    labelled = [(str(row["text"]), str(row["kind"]) if row["danger"] else CALM) for row in ROWS]
    reported = [(text, UNNAMED) for text in TRADE["danger_report"]]
    assert rows == [*labelled, *reported, *((text, CALM) for text in TRADE["bill_query"])]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "冒烟", "danger": true}',
        '{"text": "冒烟", "danger": true, "kind": "noise"}',
        '{"danger": false}',
        "{",
        "[]",
    ],
    ids=["no-kind", "unknown-kind", "no-text", "no-json", "no-object"],
)
def test_a_wrong_sentence_names_its_file_and_line(
    storage: LocalModelStorage, context: ExecutionContext, sentences: Path, line: str
) -> None:
    (sentences / "rows.jsonl").write_text(f"{json.dumps(ROWS[0])}\n{line}\n", encoding="utf-8")

    with pytest.raises(LexiconWrong, match=r"rows\.jsonl:2: "):
        _new(storage, context, sentences_path=str(sentences)).train(lesson(TRADE))


@pytest.mark.parametrize("missing", ["words_path", "sentences_path"])
def test_missing_words_or_sentences_stop_training(
    storage: LocalModelStorage, context: ExecutionContext, sentences: Path, missing: str
) -> None:
    settings = {"sentences_path": str(sentences), missing: "nowhere"}

    with pytest.raises(DictionaryMissing):
        _new(storage, context, **settings).train(lesson(TRADE))


def test_a_model_without_a_gate_does_not_load(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(ModelIncomplete):
        _load(storage, context)
