"""Concepts stand where the lexicon's forms stand, the longest first, and travel with the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.characters import normalize
from bot.nlu.concepts import CONCEPTS, Concept, ConceptLexicon, SpacyConceptMatcher
from bot.nlu.errors import DictionaryMissing, LexiconWrong, ModelIncomplete
from bot.nlu.normalizer import ChineseNormalizer

LEXICON = ConceptLexicon(
    [("power_off", "停电"), ("notice", "停电通知"), ("money", "电费"), ("app", "app"), ("know", "通知到户")]
)


def _find(text: str) -> list[tuple[str, str]]:
    return [(concept.name, text[concept.start : concept.end]) for concept in LEXICON.find(text)]


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        pytest.param("又停电了", [("power_off", "停电")], id="one"),
        pytest.param("电费交了还停电", [("money", "电费"), ("power_off", "停电")], id="in-their-order"),
        pytest.param("收到停电通知", [("notice", "停电通知")], id="the-longer-form-hides-the-shorter"),
        pytest.param("停电通知到户", [("notice", "停电通知")], id="of-two-as-long-the-first"),
        pytest.param("停电停电", [("power_off", "停电"), ("power_off", "停电")], id="twice"),
        pytest.param("APP里", [("app", "APP")], id="capitals"),
        pytest.param("İİİ停电", [("power_off", "停电")], id="a-capital-that-two-small-letters-replace"),
        pytest.param("你好", [], id="none"),
        pytest.param("", [], id="empty"),
    ],
)
def test_forms_become_concepts_where_they_stand(text: str, concepts: list[tuple[str, str]]) -> None:
    assert _find(text) == concepts


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from("停电通知到户费appAİ")), max_size=40))
def test_concepts_lie_inside_any_text_without_overlap(text: str) -> None:
    concepts = LEXICON.find(normalize(text))

    assert all(0 <= concept.start < concept.end <= len(text) for concept in concepts)
    assert all(one.end <= other.start for one, other in zip(concepts, concepts[1:], strict=False))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lexicon of two files."""
    lexicon = tmp_path / "concepts"
    lexicon.mkdir()
    (lexicon / "first.txt").write_text("# Outages.\npower_off: 停电 没电\n", encoding="utf-8")
    (lexicon / "second.txt").write_text("money: 电费  # what is paid\n", encoding="utf-8")
    return lexicon


def _matcher(folder: Path, storage: LocalModelStorage, context: ExecutionContext) -> SpacyConceptMatcher:
    return SpacyConceptMatcher.create({"lexicon_path": str(folder)}, storage, Resource("concepts"), context)


def test_a_traditional_form_is_found_after_normalising(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    messages = ChineseNormalizer().process([Message.build("又停電，電費交了")])

    (message,) = _matcher(folder, storage, context).process(messages)

    assert message.get(CONCEPTS) == [Concept("power_off", 1, 3), Concept("money", 4, 6)]


def test_a_lexicon_in_traditional_script_finds_simplified(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    (folder / "third.txt").write_text("human: 轉人工\n", encoding="utf-8")

    (message,) = _matcher(folder, storage, context).process([Message.build("转人工")])

    assert message.get(CONCEPTS) == [Concept("human", 0, 3)]


def test_training_examples_get_their_concepts(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    data = TrainingData([Message.build("没电", intent="outage_report")])

    _matcher(folder, storage, context).process_training_data(data)

    assert data.training_examples[0].get(CONCEPTS) == [Concept("power_off", 0, 2)]


def test_a_message_without_text_has_no_concepts(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    (message,) = _matcher(folder, storage, context).process([Message({})])

    assert message.get(CONCEPTS) == []


def test_the_lexicon_travels_with_the_model(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    resource = _matcher(folder, storage, context).train(TrainingData())

    loaded = SpacyConceptMatcher.load({"lexicon_path": "gone"}, storage, resource, context)

    (message,) = loaded.process([Message.build("没电")])
    assert message.get(CONCEPTS) == [Concept("power_off", 0, 2)]


@pytest.mark.parametrize(
    "line", ["停电", "Power: 停电", "power_off:", ": 停电"], ids=["bare", "capital", "no-form", "no-name"]
)
def test_a_wrong_line_names_its_file_and_number(
    folder: Path, storage: LocalModelStorage, context: ExecutionContext, line: str
) -> None:
    wrong = folder / "second.txt"
    wrong.write_text(f"# money\nmoney: 电费\n{line}\n", encoding="utf-8")

    with pytest.raises(LexiconWrong, match=r"second\.txt:3: "):
        _matcher(folder, storage, context)


def test_a_folder_without_a_lexicon_stops_training(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(DictionaryMissing):
        _matcher(Path("nowhere"), storage, context)


def test_a_model_without_concepts_does_not_load(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(ModelIncomplete):
        SpacyConceptMatcher.load({"lexicon_path": "gone"}, storage, Resource("concepts"), context)
