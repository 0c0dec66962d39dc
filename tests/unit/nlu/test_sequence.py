"""The chain learns from a dozen sentences where a person's name stands, and comes back from disk the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.entities.sequence import SequenceModel, SequenceTraining
from bot.nlu.entities.shapes import Scene, labels
from bot.nlu.entities.span import Span

NAMES = ["张伟", "王芳", "李强", "刘洋", "陈静", "杨磊", "黄敏", "周涛"]
FRAMES = ["户主叫{}，查电费", "我叫{}"]
TRAINING = SequenceTraining(iterations=30, min_count=1)


def _scene(text: str) -> Scene:
    return Scene(text, (), "bill_query", ())


def _lesson() -> list[tuple[Scene, list[str]]]:
    taught = []
    for name in NAMES:
        for frame in FRAMES:
            text, start = frame.format(name), frame.index("{")
            taught.append((_scene(text), labels(text, [Span("customer_name", name, start, start + len(name))])))
    return [*taught, (_scene("查电费"), ["O"] * 3)]


@pytest.fixture(scope="module")
def model() -> SequenceModel:
    """A model of names."""
    return SequenceModel.train(_lesson(), TRAINING)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("户主叫赵敏，查电费", [("customer_name", 3, 5)], id="a-name-not-seen"),
        pytest.param("我叫王芳", [("customer_name", 2, 4)], id="a-name-seen"),
        pytest.param("查电费", [], id="no-name"),
        pytest.param("", [], id="empty"),
    ],
)
def test_the_pattern_is_found(model: SequenceModel, text: str, found: list[tuple[str, int, int]]) -> None:
    assert model.find(_scene(text)) == found


def test_a_saved_model_finds_the_same(model: SequenceModel, tmp_path: Path) -> None:
    model.save(tmp_path)

    read = SequenceModel.read(tmp_path)

    assert read is not None
    assert read.find(_scene("户主叫赵敏，查电费")) == model.find(_scene("户主叫赵敏，查电费"))


def test_where_nothing_was_ever_marked_there_is_no_model(tmp_path: Path) -> None:
    assert SequenceModel.read(tmp_path) is None
