"""Words of the trade stay whole, and jieba's own dictionary is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jieba
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.errors import DictionaryMissing, ModelIncomplete
from bot.nlu.tokenizer import JiebaTokenizer

DICTIONARY = Path(__file__).parents[3] / "data" / "dictionary"


@pytest.fixture
def tokenizer(storage: LocalModelStorage, context: ExecutionContext) -> JiebaTokenizer:
    """The tokenizer with the trade's dictionary."""
    return JiebaTokenizer.create(_config(DICTIONARY), storage, Resource("tokenizer"), context)


def _config(folder: Path, **settings: Any) -> dict[str, Any]:
    return {**JiebaTokenizer.get_default_config(), "dictionary_path": str(folder), **settings}


def _words(tokenizer: JiebaTokenizer, text: str) -> list[str]:
    return [token.text for token in tokenizer.tokenize(Message.build(text), "text")]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("户号6201011006117查账单", "6201011006117"),
        ("单号F26112100012-01到哪了", "F26112100012-01"),
        ("打13800000012", "13800000012"),
        ("户号六二零一三三零零五五八幺二查账单", "六二零一三三零零五五八幺二"),
        ("幺三八洞洞洞洞洞洞幺二", "幺三八洞洞洞洞洞洞幺二"),
        ("阶梯电价怎么分", "阶梯电价"),
        ("我住流萤花园一期", "流萤花园一期"),
    ],
)
def test_numbers_and_terms_stay_whole(tokenizer: JiebaTokenizer, text: str, whole: str) -> None:
    words = _words(tokenizer, text)

    assert whole in words


def test_tokens_stand_where_they_say(tokenizer: JiebaTokenizer) -> None:
    text = "户号 6201011006117，停电了 快来"

    tokens = tokenizer.tokenize(Message.build(text), "text")

    assert all(text[token.start : token.end] == token.text for token in tokens)


def test_the_global_dictionary_is_untouched(tokenizer: JiebaTokenizer) -> None:
    assert "阶梯电价" in _words(tokenizer, "阶梯电价怎么分")
    assert "阶梯电价" not in jieba.lcut("阶梯电价怎么分")


def test_words_travel_with_the_model(
    tokenizer: JiebaTokenizer, storage: LocalModelStorage, context: ExecutionContext
) -> None:
    resource = tokenizer.train(TrainingData())

    loaded = JiebaTokenizer.load(_config(Path("gone")), storage, resource, context)

    assert "阶梯电价" in _words(loaded, "阶梯电价怎么分")


def test_common_words_travel_with_the_model(storage: LocalModelStorage, context: ExecutionContext) -> None:
    created = JiebaTokenizer.create(_config(DICTIONARY, least_frequency=200), storage, Resource("tokenizer"), context)
    resource = created.train(TrainingData())

    loaded = JiebaTokenizer.load(_config(Path("gone")), storage, resource, context)

    texts = ["今天天气怎么样", "阶梯电价怎么分", "我想咨询一下电费"]
    assert [_words(loaded, text) for text in texts] == [_words(created, text) for text in texts]


@pytest.mark.parametrize(("least", "whole"), [(10, True), (100_000, False)], ids=["common", "rarer-than-wanted"])
def test_a_word_of_jiebas_own_is_kept_if_it_is_common_enough(
    storage: LocalModelStorage, context: ExecutionContext, least: int, whole: bool
) -> None:
    config = {**_config(DICTIONARY, least_frequency=least), "dictionary_path": None}
    tokenizer = JiebaTokenizer.create(config, storage, Resource("tokenizer"), context)

    assert ("阿司匹林" in _words(tokenizer, "阿司匹林")) == whole


def test_the_trades_words_are_kept_however_rare(storage: LocalModelStorage, context: ExecutionContext) -> None:
    config = _config(DICTIONARY, least_frequency=100_000)

    tokenizer = JiebaTokenizer.create(config, storage, Resource("tokenizer"), context)

    assert "阶梯电价" in _words(tokenizer, "阶梯电价怎么分")


def test_missing_dictionary_stops_training(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(DictionaryMissing):
        JiebaTokenizer.create(_config(Path("nowhere")), storage, Resource("tokenizer"), context)


def test_model_without_words_does_not_load(storage: LocalModelStorage, context: ExecutionContext) -> None:
    with pytest.raises(ModelIncomplete):
        JiebaTokenizer.load(_config(DICTIONARY), storage, Resource("tokenizer"), context)
