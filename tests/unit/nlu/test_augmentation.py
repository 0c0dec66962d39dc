"""Variants are made while training only: misheard sentences sound the same, others lack a character."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.augmentation import VARIANT_OF, Homophones, TrainingAugmenter
from bot.nlu.sounds import sounds
from tests.fakes.messages import lesson

TWINS = "电店点费非停听亭户护是四"  # each has another of its sound among them
EXAMPLES = {
    "bill_query": ["上个月电费多少", "帮我查查电费账单", "电费一共多少钱", "看看十月电费"],
    "outage_report": ["家里又停电了快来", "整栋楼都停电了", "我家停电没人管", "怎么又停电了", "停电"],
    "small_talk": [TWINS * 3],  # makes its characters common enough to be mistaken
}
Augment = Callable[..., list[Message]]


def _learned(seed: int = 7) -> Homophones:
    return Homophones([TWINS], seed, least=1)


@given(seed=st.integers(0, 10_000), text=st.text(alphabet=TWINS, min_size=2, max_size=20))
def test_a_slip_keeps_the_sounds(seed: int, text: str) -> None:
    slipped = _learned(seed).slip(text)

    assert slipped is not None
    assert sounds(slipped, merged=True) == sounds(text, merged=True)


@pytest.mark.parametrize(("text", "mistaken"), [("停电电费", 1), ("停电电费" * 3, 2)], ids=["short", "twelve"])
def test_one_character_in_six_is_mistaken(text: str, mistaken: int) -> None:
    slipped = _learned().slip(text)

    assert slipped is not None
    assert sum(a != b for a, b in zip(text, slipped, strict=True)) == mistaken


@pytest.mark.parametrize(
    "text", ["你好", "电", "95598", "", "dianfei"], ids=["no-twin", "one", "digits", "empty", "typed"]
)
def test_where_nothing_can_be_mistaken_nothing_slips(text: str) -> None:
    assert _learned().slip(text) is None


def test_a_rare_character_is_taken_for_no_other() -> None:
    assert Homophones(["电电电电", "店"], 7, least=3).slip("电电电") is None


@pytest.fixture
def augment(storage: LocalModelStorage, context: ExecutionContext) -> Augment:
    """Runs the component over training data and returns what it added."""

    def run(data: TrainingData, **settings: Any) -> list[Message]:
        config = {**TrainingAugmenter.get_default_config(), **settings}
        component = TrainingAugmenter.create(config, storage, Resource("augmenter"), context)
        return component.process_training_data(data).training_examples[len(data.training_examples) :]

    return run


def _texts(messages: list[Message]) -> list[str]:
    return [message.get(TEXT) for message in messages]


@pytest.mark.parametrize("settings", [{"slips": 1.0}, {"losses": 1.0}], ids=["slips", "losses"])
def test_a_variant_keeps_its_intent_and_names_its_original(augment: Augment, settings: dict[str, float]) -> None:
    data = lesson(EXAMPLES)
    intents = {message.get(TEXT): message.get(INTENT) for message in data.training_examples}

    added = augment(data, **settings)

    assert {message.get(INTENT) for message in added} == set(EXAMPLES)
    assert [intents[message.get(VARIANT_OF)] for message in added] == [message.get(INTENT) for message in added]


def test_a_sentence_with_a_loss_lacks_one_character(augment: Augment) -> None:
    added = augment(lesson(EXAMPLES), losses=1.0)

    for message in added:
        text, original = message.get(TEXT), message.get(VARIANT_OF)
        assert text in {original[:place] + original[place + 1 :] for place in range(len(original))}


def test_a_short_sentence_loses_nothing(augment: Augment) -> None:
    assert augment(lesson({"affirm": ["好的好的哈", "停电", "1"]}), losses=1.0) == []


def test_about_as_many_are_made_as_asked_for(augment: Augment) -> None:
    data = lesson({"bill_query": [f"帮我查一下第{number}个户的账单" for number in range(400)]})

    assert 80 <= len(augment(data, losses=0.25)) <= 120


def test_nothing_is_added_unless_asked_for(augment: Augment) -> None:
    assert augment(lesson(EXAMPLES)) == []


def test_the_same_seed_makes_the_same_variants(augment: Augment) -> None:
    first, second = (_texts(augment(lesson(EXAMPLES), slips=0.8, losses=0.8, seed=3)) for _ in range(2))

    assert first == second


def test_another_seed_makes_other_variants(augment: Augment) -> None:
    first, second = (_texts(augment(lesson(EXAMPLES), slips=0.8, losses=0.8, seed=seed)) for seed in (3, 4))

    assert first != second


def test_a_message_passes_untouched(storage: LocalModelStorage, context: ExecutionContext) -> None:
    config = {**TrainingAugmenter.get_default_config(), "slips": 1.0, "losses": 1.0}
    component = TrainingAugmenter.create(config, storage, Resource("augmenter"), context)
    message = Message.build("上个月电费多少")
    before = message.as_dict()

    processed = component.process([message])

    assert [one.as_dict() for one in processed] == [before]
