"""How a customer feels, read from their words alone."""

from __future__ import annotations

import pytest

from handoff.mood.reader import Mood, mood_reader
from tools.measure_mood import measure, read_set


@pytest.mark.parametrize(
    ("messages", "mood"),
    [
        (("你们太过分了！！",), Mood.ANGRY),
        (("氣死我了，你們太黑心",), Mood.ANGRY),
        (("怎么还没来电",), Mood.ANNOYED),
        (("上个月电费多少",), Mood.NEUTRAL),
        (("谢谢，来电了",), Mood.CONTENT),
        (("怎么还没来", "怎么还没来", "怎么还没来！"), Mood.ANGRY),
        (("垃圾桶旁边的电线杆歪了",), Mood.NEUTRAL),
        (("谢谢你们！！",), Mood.CONTENT),
        (("13912345678",), Mood.NEUTRAL),
        (("",), Mood.NEUTRAL),
    ],
)
def test_a_mood_is_read_from_words_marks_and_repetition(messages: tuple[str, ...], mood: Mood) -> None:
    assert mood_reader().read(messages[-1], messages[:-1]).mood is mood


def test_the_same_words_are_always_read_the_same() -> None:
    readings = {mood_reader().read("到底什么时候修好！！", ("什么时候修好",)) for _ in range(20)}

    assert len(readings) == 1


@pytest.mark.parametrize(("name", "precision", "recall"), [("dev.tsv", 0.95, 0.9), ("heldout.tsv", 0.95, 0.8)])
def test_anger_is_read_at_least_as_well_as_the_documents_say(name: str, precision: float, recall: float) -> None:
    figures = measure(read_set(name))

    assert figures.precision >= precision
    assert figures.recall >= recall


def test_no_sentence_is_in_both_sets() -> None:
    dev, heldout = ({one.messages for one in read_set(name)} for name in ("dev.tsv", "heldout.tsv"))

    assert not dev & heldout
    assert len(dev) + len(heldout) >= 150
