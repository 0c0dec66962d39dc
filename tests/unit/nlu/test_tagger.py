"""The tagger: rules alone until it has learned, then a trained field that the rules and the intent help."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.characters import normalize
from bot.nlu.concepts import Concept
from bot.nlu.entities.sequence import SequenceModel
from bot.nlu.entities.tagger import EntityTagger
from bot.nlu.errors import DictionaryMissing, ModelIncomplete
from bot.nlu.normalizer import ChineseNormalizer
from runtime.clock import SHANGHAI
from tests.fakes.messages import Mark, heard, taught

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
PLACES = "织女苑 10\n东塘村 10"
CONFIG = {"iterations": 30, "min_count": 1}
SYMPTOMS = [("黑灯瞎火", "全无电"), ("没电", "全无电"), ("一半有电", "部分无电"), ("灯一闪一闪", "电压不稳")]
Found = tuple[str, str, str]


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        """See base class."""
        return NOW


def _lesson() -> TrainingData:
    """Names, symptoms and days, each in two or three frames."""
    messages = [
        taught(frame.format(name), "account_manage", (name, "customer_name", name))
        for name in ("张伟", "王芳", "李强", "刘洋", "陈静", "杨磊", "黄敏", "周涛")
        for frame in ("户主改成{}", "户主叫{}，改下")
    ]
    for words, value in SYMPTOMS:
        symptom: Mark = (words, "fault_symptom", value)
        messages += [
            taught(f"家里{words}了", "outage_report", symptom),
            taught(f"屋头{words}", "outage_report", symptom),
        ]
    for day in ("11号", "12号", "15号", "16号", "20号", "25号"):
        messages.append(taught(f"我{day}交的费", "payment_issue", (day, "date", day)))
        messages.append(taught(f"师傅{day}来吗", "appointment_create", (day, "date", day)))
    return TrainingData([*messages, taught("查电费", "bill_query"), taught("转人工", "request_human")])


def _new(storage: LocalModelStorage, name: str = "tagger") -> EntityTagger:
    return EntityTagger(CONFIG, PLACES, StillClock(), (storage, Resource(name)))


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> EntityTagger:
    """A tagger that has learned the lesson."""
    trained = _new(LocalModelStorage(tmp_path_factory.mktemp("model")))
    trained.train(_lesson())
    return trained


def _found(tagger: EntityTagger, text: str, intent: str | None = None) -> list[Found]:
    (message,) = tagger.process([heard(text, intent={"name": intent, "confidence": 0.9})])
    return [(e["entity"], text[e["start"] : e["end"]], e["value"]) for e in message.get("entities")]


class Scripted(SequenceModel):
    """A field that finds what it is told to find."""

    def __init__(self, *stretches: tuple[str, int, int]) -> None:
        self._stretches = list(stretches)

    def find(self, scene: object) -> list[tuple[str, int, int]]:
        """See base class."""
        return self._stretches


def _scripted(tagger: EntityTagger, *stretches: tuple[str, int, int]) -> EntityTagger:
    storage = tagger._model_storage, tagger._resource
    return EntityTagger(CONFIG, PLACES, StillClock(), storage, (Scripted(*stretches), tagger._values))


def test_before_training_the_rules_speak_alone(storage: LocalModelStorage) -> None:
    found = _found(_new(storage), "户号 6201011006117 织女苑 上个月")

    assert found == [
        ("account_no", "6201011006117", "6201011006117"),
        ("address", "织女苑", "织女苑"),
        ("bill_period", "上个月", "2026-10"),
    ]


@pytest.mark.parametrize(
    ("text", "intent", "found"),
    [
        pytest.param("户主改成赵敏", "account_manage", [("customer_name", "赵敏", "赵敏")], id="a-name-not-seen"),
        pytest.param(
            "家里黑灯瞎火了", "outage_report", [("fault_symptom", "黑灯瞎火", "全无电")], id="a-learned-value"
        ),
        pytest.param("转人工", "request_human", [], id="nothing"),
        pytest.param("我18号交的费", "payment_issue", [("date", "18号", "2026-11-18")], id="a-day-behind"),
        pytest.param("师傅18号来吗", "appointment_create", [("date", "18号", "2026-12-18")], id="a-day-ahead"),
    ],
)
def test_what_was_learned_is_found_with_its_value(
    tagger: EntityTagger, text: str, intent: str, found: list[Found]
) -> None:
    assert _found(tagger, text, intent) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("转人工 6201011006117", ("account_no", "6201011006117", "6201011006117"), id="account"),
        pytest.param("转人工 13800000012", ("phone", "13800000012", "13800000012"), id="phone"),
        pytest.param("转人工 F26112100012", ("ticket_no", "F26112100012", "F26112100012"), id="ticket"),
        pytest.param("转人工 11010119900307123x", ("id_number", "11010119900307123x", "11010119900307123X"), id="card"),
    ],
)
def test_a_firm_number_survives_a_field_that_overlooks_it(tagger: EntityTagger, text: str, number: Found) -> None:
    assert _found(_scripted(tagger), text) == [number]


def test_what_else_the_rules_propose_is_decided_by_the_field(tagger: EntityTagger) -> None:
    assert _found(_scripted(tagger), "转人工 上个月 东塘村") == []


def test_words_like_none_that_were_learned_are_no_entity(tagger: EntityTagger) -> None:
    assert _found(_scripted(tagger, ("fault_symptom", 0, 3)), "xyz坏了") == []


def test_words_that_no_rule_reads_are_their_own_value(tagger: EntityTagger) -> None:
    assert _found(_scripted(tagger, ("date", 0, 2)), "那天没电") == [("date", "那天", "那天")]


def test_what_is_named_only_to_be_denied_is_no_entity(tagger: EntityTagger) -> None:
    found = _found(_scripted(tagger, ("address", 2, 4), ("address", 6, 8)), "不是三栋，是五栋")

    assert found == [("address", "五栋", "五栋")]


def test_a_number_inside_what_the_field_found_is_not_found_twice(tagger: EntityTagger) -> None:
    text = "赵敏13800000012"

    found = _found(_scripted(tagger, ("customer_name", 0, len(text))), text)

    assert [entity for entity, _, _ in found] == ["customer_name"]


def test_entities_of_other_components_stay(tagger: EntityTagger) -> None:
    other = {"entity": "danger_sign", "start": 0, "end": 1, "value": "打火", "extractor": "Other"}
    message = heard("户主改成赵敏", intent={"name": "account_manage", "confidence": 0.9}, entities=[other])

    tagger.process([message])

    entities = message.get("entities")
    assert entities[0] == other
    assert [entity["extractor"] for entity in entities[1:]] == ["EntityTagger"]


def test_a_name_marked_in_traditional_script_is_its_own_value(storage: LocalModelStorage) -> None:
    data = TrainingData(
        [taught("户主改成劉洋", "account_manage", ("劉洋", "customer_name", "劉洋")), *_lesson().training_examples]
    )
    ChineseNormalizer().process_training_data(data)
    tagger = _new(storage)
    tagger.train(data)

    found = _found(_scripted(tagger, ("customer_name", 4, 7)), "户主改成刘小洋")

    assert found == [("customer_name", "刘小洋", "刘小洋")]


def test_variants_are_not_learned_from(storage: LocalModelStorage) -> None:
    tagger = _new(storage)

    tagger.train(
        TrainingData([taught("家里没电", "outage_report", ("没电", "fault_symptom", "x"), **{VARIANT_OF: "y"})])
    )

    assert _found(tagger, "转人工 上个月") == [("bill_period", "上个月", "2026-10")]


def test_loaded_it_finds_the_same(storage: LocalModelStorage, context: ExecutionContext) -> None:
    trained = _new(storage)
    resource = trained.train(_lesson())

    loaded = EntityTagger.load({**CONFIG, "gazetteer_path": "gone"}, storage, resource, context)

    texts = ["户主改成赵敏", "家里黑灯瞎火了", "转人工 6201011006117", "屋头一半没有电"]
    assert [_found(loaded, text) for text in texts] == [_found(trained, text) for text in texts]


def test_the_gazetteer_travels_with_the_model(
    storage: LocalModelStorage, context: ExecutionContext, tmp_path: Path
) -> None:
    places = tmp_path / "places.txt"
    places.write_text(PLACES, encoding="utf-8")
    config = {**EntityTagger.get_default_config(), "gazetteer_path": str(places)}
    resource = EntityTagger.create(config, storage, Resource("tagger"), context).train(TrainingData())

    loaded = EntityTagger.load({**config, "gazetteer_path": "gone"}, storage, resource, context)

    assert _found(loaded, "织女苑") == [("address", "织女苑", "织女苑")]


@pytest.mark.parametrize("text", ["", " ", "😀" * 50, "一" * 1000, "1" * 1000, "月" * 300, "\x00\n", "İİİ15号"])
def test_odd_text_is_taken(tagger: EntityTagger, text: str) -> None:
    text = normalize(text)

    assert all(words for _, words, _ in _found(tagger, text))


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet=st.one_of(st.characters(), st.sampled_from("户主改成家里没电15号 ")), max_size=60))
def test_entities_of_any_text_lie_inside_it_in_their_order(tagger: EntityTagger, text: str) -> None:
    (message,) = tagger.process([heard(normalize(text), Concept("x", 0, 1) if text else Concept("x", 0, 0))])

    places = [(entity["start"], entity["end"]) for entity in message.get("entities")]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)


def test_a_message_that_no_component_saw_is_taken(tagger: EntityTagger) -> None:
    (message,) = tagger.process([Message({})])

    assert message.get("entities") == []


def test_a_missing_gazetteer_stops_training(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(DictionaryMissing):
        EntityTagger.create({"gazetteer_path": "nowhere.txt"}, storage, Resource("tagger"), context)


def test_a_model_without_a_tagger_does_not_load(storage: LocalModelStorage) -> None:
    with pytest.raises(ModelIncomplete):
        EntityTagger.load(CONFIG, storage, Resource("tagger"), ExecutionContext(GraphSchema({})))
