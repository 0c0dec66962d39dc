"""The packed vocabulary finds what a dictionary would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.errors import ModelIncomplete
from bot.nlu.vocabulary import PackedVocabulary

_GRAMS = st.lists(st.text(max_size=3), max_size=30)


@given(st.lists(st.text(max_size=3), max_size=50, unique=True), _GRAMS)
def test_every_gram_has_the_number_of_its_place(known: list[str], asked: list[str]) -> None:
    numbers = {gram: number for number, gram in enumerate(known)}

    found = PackedVocabulary(known).find([*known, *asked]).tolist()

    assert found == [numbers.get(gram, -1) for gram in [*known, *asked]]


def test_a_gram_named_twice_is_refused() -> None:
    with pytest.raises(ModelIncomplete):
        PackedVocabulary(["c:a", "c:b", "c:a"])
