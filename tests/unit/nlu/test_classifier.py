"""The classifier ranks intents, finds the asks of a message, and keeps what is set aside apart."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF
from bot.nlu.classifier import LinearIntentClassifier, sentence_of
from bot.nlu.concepts import Concept
from bot.nlu.errors import ModelIncomplete
from bot.nlu.features import Sentence
from bot.nlu.linear import Examples, LinearModel
from tests.fakes.messages import heard, lesson, taught

EXAMPLES = {
    "bill_query": ["上个月电费多少", "查电费账单", "电费多少钱", "看看账单", "十月电费", "账单发我"],
    "outage_report": ["家里停电了", "没电了快来", "整栋楼停电", "屋里没电", "停电报修", "灯不亮没电"],
    "request_human": ["转人工", "找人工客服", "我要人工", "人工服务", "叫个人来", "客服人工"],
}
TEXTS = ["查查电费", "我家停电", "转人工客服", "xyz", "不是要投诉，查电费"]


class ByWord:
    """A trained model that knows one word of each intent; two words in one text are as likely."""

    WORDS = {"电费": "bill_query", "停电": "outage_report", "你好": "small_talk", "户名": "apply_transfer"}

    def __init__(self, confidence: float = 0.9, stray: str = "") -> None:
        self._confidence, self._stray = confidence, stray

    def rank(self, sentence: Sentence) -> list[tuple[str, float]]:
        """Ranks the intents whose word is said before the others; `stray` leads in a text of two words."""
        said = [intent for word, intent in self.WORDS.items() if word in sentence.text]
        order = [*said, *(intent for intent in self.WORDS.values() if intent not in said)]
        if len(said) > 1 and self._stray:
            order = [self._stray, *(intent for intent in order if intent != self._stray)]
        return [(intent, self._confidence if place == 0 else 0.01) for place, intent in enumerate(order)]


@pytest.fixture
def parts(storage: LocalModelStorage) -> tuple[LocalModelStorage, Resource]:
    """Where the classifier keeps its model."""
    return storage, Resource("classifier")


def _config(**settings: Any) -> dict[str, Any]:
    return {**LinearIntentClassifier.get_default_config(), "min_count": 1, **settings}


def _process(parts: tuple[LocalModelStorage, Resource], model: Any, text: str, **settings: Any) -> Message:
    (message,) = LinearIntentClassifier(_config(**settings), *parts, model).process([heard(text)])
    return message


def _asked(message: Message, text: str) -> list[tuple[str, str]]:
    return [(ask["intent"], text[ask["start"] : ask["end"]]) for ask in message.get("asks") or []]


def test_a_sentence_gets_the_intent_it_was_taught(
    parts: tuple[LocalModelStorage, Resource], context: ExecutionContext
) -> None:
    classifier = LinearIntentClassifier.create(_config(), *parts, context)
    classifier.train(lesson(EXAMPLES))

    (message,) = classifier.process([heard("我家停电没人管")])

    assert message.get("intent")["name"] == "outage_report"
    assert message.get("intent") == message.get("intent_ranking")[0]


def test_loaded_it_ranks_the_same(parts: tuple[LocalModelStorage, Resource], context: ExecutionContext) -> None:
    trained = LinearIntentClassifier.create(_config(), *parts, context)
    resource = trained.train(lesson(EXAMPLES))

    loaded = LinearIntentClassifier.load(_config(), parts[0], resource, context)

    before, after = (one.process([heard(text) for text in TEXTS]) for one in (trained, loaded))
    assert [message.get("intent_ranking") for message in before] == [message.get("intent_ranking") for message in after]


@pytest.mark.parametrize("text", ["", "  "], ids=["empty", "blank"])
def test_a_text_without_a_word_gets_no_intent(parts: tuple[LocalModelStorage, Resource], text: str) -> None:
    message = _process(parts, ByWord(), text)

    assert message.get("intent") == {"name": None, "confidence": 0.0}
    assert message.get("intent_ranking") == []


@pytest.mark.parametrize(("length", "named"), [(2, 2), (0, 4)], ids=["two", "all"])
def test_the_ranking_is_as_long_as_wanted(parts: tuple[LocalModelStorage, Resource], length: int, named: int) -> None:
    assert len(_process(parts, ByWord(), "查电费", ranking_length=length).get("intent_ranking")) == named


def test_a_message_of_two_businesses_names_both_asks_in_its_order(parts: tuple[LocalModelStorage, Resource]) -> None:
    text = "家里停电了，顺便帮我查电费"

    message = _process(parts, ByWord(), text)

    assert _asked(message, text) == [("outage_report", "家里停电了，"), ("bill_query", "顺便帮我查电费")]


@pytest.mark.parametrize(
    ("text", "settings", "confidence"),
    [
        pytest.param("帮我查电费", {}, 0.9, id="one-ask"),
        pytest.param("查十月电费，另外再查九月电费", {}, 0.9, id="twice-the-same-business"),
        pytest.param("你好你好！帮我查电费", {}, 0.9, id="a-greeting-is-no-business"),
        pytest.param("家里停电了，顺便查电费", {}, 0.4, id="not-sure-enough"),
        pytest.param("家里停电了，顺便查电费", {"no_ask": ["bill_query"]}, 0.9, id="not-counted"),
    ],
)
def test_a_message_of_one_business_names_no_asks(
    parts: tuple[LocalModelStorage, Resource], text: str, settings: dict[str, Any], confidence: float
) -> None:
    assert _process(parts, ByWord(confidence), text, **settings).get("asks") is None


def test_the_first_intent_is_one_of_the_asks(parts: tuple[LocalModelStorage, Resource]) -> None:
    message = _process(parts, ByWord(0.8, stray="apply_transfer"), "家里停电了，顺便查电费")

    names = [row["name"] for row in message.get("intent_ranking")]
    assert message.get("intent") == {"name": "outage_report", "confidence": 0.8}
    assert sorted(names) == sorted(ByWord.WORDS.values())


def test_a_leading_intent_that_is_asked_keeps_its_place(parts: tuple[LocalModelStorage, Resource]) -> None:
    message = _process(parts, ByWord(), "家里停电了，顺便查电费")

    assert message.get("intent")["name"] == "bill_query"


def test_what_is_set_aside_becomes_marks() -> None:
    message = heard("不是投诉，查账", Concept("complain", 2, 4), Concept("bill", 5, 7))

    sentence = sentence_of(message)

    assert sentence == Sentence(
        "    ，查账",
        ("，", "查", "账"),
        ("~complain", "bill"),
        ("~不", "~是", "~投", "~诉"),
    )


def test_a_stretch_of_a_message_is_a_sentence_of_its_own() -> None:
    message = heard("停电了，查账单", Concept("power_off", 0, 2), Concept("bill", 5, 7))

    assert sentence_of(message, 4, 7) == Sentence("查账单", ("查", "账", "单"), ("bill",))


def test_a_message_that_no_component_saw_is_its_text_alone() -> None:
    assert sentence_of(Message.build("查账单")) == Sentence("查账单")


def test_a_variant_is_grouped_with_its_original(
    parts: tuple[LocalModelStorage, Resource], context: ExecutionContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Examples] = []
    train = LinearModel.train
    monkeypatch.setattr(LinearModel, "train", lambda examples, *rest: seen.append(examples) or train(examples, *rest))
    data = lesson(EXAMPLES)
    variant = taught("家里听店了", "outage_report", **{VARIANT_OF: "家里停电了"})

    LinearIntentClassifier.create(_config(), *parts, context).train(data.merge(TrainingData([variant])))

    grouped = {seen[0].sentences[i].text: group for i, group in enumerate(seen[0].groups) if group >= 0}
    assert list(grouped) == ["家里听店了"]
    assert seen[0].sentences[grouped["家里听店了"]].text == "家里停电了"


def test_before_training_nothing_is_classified(parts: tuple[LocalModelStorage, Resource]) -> None:
    with pytest.raises(ModelIncomplete):
        _process(parts, None, "查电费")


def test_a_model_without_a_classifier_does_not_load(
    parts: tuple[LocalModelStorage, Resource], context: ExecutionContext
) -> None:
    with pytest.raises(ModelIncomplete):
        LinearIntentClassifier.load(_config(), *parts, context)
