"""Words that stand for something else have the value they were taught, or that of the words most like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.entities.span import Span
from bot.nlu.entities.values import ValueBook

TAUGHT = [
    ("黑灯瞎火", "fault_symptom", "全无电"),
    ("没电", "fault_symptom", "全无电"),
    ("没电", "fault_symptom", "部分无电"),
    ("没电", "fault_symptom", "全无电"),
    ("一半有电", "fault_symptom", "部分无电"),
    ("整栋楼", "outage_scope", "整栋"),
    ("东塘村", "address", "东塘村"),
    ("北斗里", "address", "北斗里"),
]


@pytest.fixture
def book() -> ValueBook:
    """A book of two entities with values and one without."""
    return ValueBook.learn((words, Span(entity, value, 0, len(words))) for words, entity, value in TAUGHT)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        pytest.param("黑灯瞎火", "全无电", id="as-taught"),
        pytest.param("没电", "全无电", id="taught-differently-the-most-frequent"),
        pytest.param("黑灯瞎火的", "全无电", id="nearest"),
        pytest.param("一半没有电", "部分无电", id="nearest-of-two"),
        pytest.param("xyz", None, id="like-none"),
        pytest.param("", None, id="empty"),
    ],
)
def test_words_have_their_value(book: ValueBook, words: str, value: str | None) -> None:
    assert book.value("fault_symptom", words) == value


def test_an_entity_is_judged_by_its_own_words_only(book: ValueBook) -> None:
    assert book.value("outage_scope", "没电") is None


@pytest.mark.parametrize(("entity", "held"), [("fault_symptom", True), ("address", False), ("date", False)])
def test_entities_whose_words_are_their_value_are_left_out(book: ValueBook, entity: str, held: bool) -> None:
    assert (entity in book) == held


def test_a_saved_book_gives_the_same_values(book: ValueBook, tmp_path: Path) -> None:
    book.save(tmp_path)

    read = ValueBook.read(tmp_path)

    said = ["黑灯瞎火的", "一半没有电", "没电", "xyz"]
    assert [read.value("fault_symptom", words) for words in said] == [book.value("fault_symptom", w) for w in said]
    assert "address" not in read


def test_a_book_of_nothing_is_saved_and_read(tmp_path: Path) -> None:
    ValueBook.learn([]).save(tmp_path)

    assert "fault_symptom" not in ValueBook.read(tmp_path)
