"""What the tagger sees of a character, and labels that turn into stretches and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.entities.shapes import Scene, labels, shapes, stretches
from bot.nlu.entities.span import Span

ENTITIES = ("date", "amount", "address")


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text and entities in it that do not overlap, in their order."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(ENTITIES)), max_size=6))
    spans, end = [], 0
    for gap, length, entity in lengths:
        spans.append(Span(entity, "", end + gap, end + gap + length))
        end += gap + length
    return "电" * (end + draw(st.integers(0, 3))), spans


@given(text_and_spans=marked())
def test_labels_give_back_the_stretches_they_were_made_from(text_and_spans: tuple[str, list[Span]]) -> None:
    text, spans = text_and_spans

    assert stretches(labels(text, spans)) == [(span.entity, span.start, span.end) for span in spans]


@given(
    tags=st.lists(st.sampled_from(["O", *(f"{part}-{entity}" for part in "BI" for entity in ENTITIES)]), max_size=20)
)
def test_any_labels_are_read_as_stretches_that_cover_them(tags: list[str]) -> None:
    found = stretches(tags)

    covered = {place for _, start, end in found for place in range(start, end)}
    assert covered == {place for place, tag in enumerate(tags) if tag != "O"}
    assert all(tags[place][2:] == entity for entity, start, end in found for place in range(start, end))
    assert all(one[2] <= other[1] for one, other in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        pytest.param(["B-date", "I-date", "O"], [("date", 0, 2)], id="begun-and-gone-on"),
        pytest.param(["O", "I-date", "I-date"], [("date", 1, 3)], id="without-its-beginning"),
        pytest.param(["B-date", "B-date"], [("date", 0, 1), ("date", 1, 2)], id="two-that-touch"),
        pytest.param(["B-date", "I-amount"], [("date", 0, 1), ("amount", 1, 2)], id="another-goes-on"),
        pytest.param([], [], id="empty"),
    ],
)
def test_labels_are_read(tags: list[str], found: list[tuple[str, int, int]]) -> None:
    assert stretches(tags) == found


def test_of_two_entities_that_overlap_the_first_stands() -> None:
    assert labels("昨天上午", [Span("date", "", 0, 2), Span("amount", "", 1, 3)]) == ["B-date", "I-date", "O", "O"]


def test_an_entity_beyond_the_text_is_left_out() -> None:
    assert labels("昨天", [Span("date", "", 1, 3)]) == ["O", "O"]


@pytest.fixture
def seen() -> list[list[str]]:
    """What is seen of 查3月费, cut into 查 and 3月费, the month being hinted at."""
    return shapes(Scene("查3月费", ((0, 1), (1, 4)), "bill_query", (("bill_period", 1, 3),)))


@pytest.mark.parametrize(
    ("place", "features"),
    [
        pytest.param(0, ["0查", "+13", "s=S", "w=查", "n=3月费", "h+=bill_period", "kh"], id="before-the-hint"),
        pytest.param(1, ["03", "kd", "s=B", "p=查", "h=Bbill_period", "hi=bill_period/bill_query"], id="begins-it"),
        pytest.param(2, ["0月", "-13", "s=M", "h=Ibill_period", "i=bill_query"], id="inside-it"),
        pytest.param(3, ["0费", "s=E", "h-=bill_period", "+1\x03"], id="behind-it"),
    ],
)
def test_a_character_is_seen_with_its_surroundings(seen: list[list[str]], place: int, features: list[str]) -> None:
    assert set(features) <= set(seen[place])


@given(text=st.text(max_size=30))
def test_any_text_has_features_for_each_character(text: str) -> None:
    assert [bool(features) for features in shapes(Scene(text, (), "", ()))] == [True] * len(text)
