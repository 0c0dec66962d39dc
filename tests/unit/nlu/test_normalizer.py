"""The normaliser changes what later rooms read and keeps what the customer typed."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.normalizer import ChineseNormalizer, original_text


def test_later_rooms_read_the_normal_form() -> None:
    (message,) = ChineseNormalizer().process([Message.build("家裡沒電")])

    assert message.get("text") == "家里没电"


def test_the_customers_own_text_is_kept() -> None:
    (message,) = ChineseNormalizer().process([Message.build("家裡沒電")])

    assert original_text(message) == "家裡沒電"


def test_training_examples_get_the_same_form() -> None:
    data = TrainingData([Message.build("電費", intent="bill_query")])

    ChineseNormalizer().process_training_data(data)

    assert [example.get("text") for example in data.training_examples] == ["电费"]


@pytest.mark.parametrize("text", ["", " ", "\x00"])
def test_empty_messages_pass(text: str) -> None:
    (message,) = ChineseNormalizer().process([Message({"text": text})])

    assert len(message.get("text")) == len(text)
