"""Ratings in words, on the labelled set (`python -m tools.measure_stars`) and on anything at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reception import stars
from tests.conftest import PROJECT
from tools.measure_stars import measure_all

LABELLED = PROJECT / "tests" / "csat" / "labelled.yml"


def test_the_labelled_set_is_read_well_enough() -> None:
    tune, held_out = measure_all(LABELLED)

    assert held_out.count >= 75
    assert tune.accuracy >= 0.95
    assert held_out.accuracy >= 0.93
    assert (tune.swallowed, held_out.swallowed) == (0, 0)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("不错，再帮我查下电费", stars.Rating(4, "再帮我查下电费", True)),
        ("2分，等太久了", stars.Rating(2, "等太久了", False)),
        ("太差了，给我转人工", stars.Rating(1, "给我转人工", True)),
        ("1 查电费", None),
        ("1、2", None),
    ],
)
def test_the_rest_of_a_rating_is_kept_apart(said: str, read: stars.Rating | None) -> None:
    assert stars.read(said, fresh=True) == read


@pytest.mark.parametrize("said", ["1", "5", "不错", "还行", "太差了", "👍", "满意"])
def test_a_bare_answer_is_no_rating_once_something_else_was_said(said: str) -> None:
    assert stars.read(said, fresh=True) is not None
    assert stars.read(said, fresh=False) is None


@pytest.mark.parametrize("said", ["不用联系", "不用打电话了。", "算了"])
def test_who_wants_no_call_says_so(said: str) -> None:
    assert stars.declines(said)


@given(st.text(max_size=80), st.booleans())
def test_any_text_is_read_without_trouble_and_within_the_scale(said: str, fresh: bool) -> None:
    read = stars.read(said, fresh=fresh)

    assert read is None or 1 <= read.stars <= 5


@given(st.text(alphabet="我你们的服务态度很太差好不满意五星12345分，。？吗", max_size=60))
def test_what_counts_later_counts_at_once_too(said: str) -> None:
    later = stars.read(said, fresh=False)

    assert later is None or stars.read(said, fresh=True) is not None
