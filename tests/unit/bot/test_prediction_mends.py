"""The mends of predictions: the highest confidence is the one Rasa finds, whatever was set before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.policy import PolicyPrediction

from bot import prediction_mends
from bot.prediction_mends import Scores, mend_predictions
from tests.unit.bot.test_tracker_mends import DOMAIN

_LENGTH = 7
_SET = st.tuples(st.integers(0, _LENGTH - 1), st.sampled_from([0.0, 0.3, 0.9, 1.0, -0.5]))


@pytest.fixture(autouse=True)
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended predictions for one test; what they were before comes back."""
    for (owner, name), own in prediction_mends.STOCK.items():
        monkeypatch.setattr(owner, name, own)
    mend_predictions()


@given(acts=st.lists(_SET, max_size=20), looks=st.sets(st.integers(0, 20)))
def test_the_highest_confidence_is_that_of_the_list(acts: list[tuple[int, float]], looks: set[int]) -> None:
    scores, plain = Scores(_LENGTH), [0.0] * _LENGTH
    prediction = PolicyPrediction(scores, "SomePolicy")

    for number, (place, value) in enumerate(acts):
        scores[place] = plain[place] = value
        if number in looks:
            assert prediction.max_confidence == max(plain)

    assert prediction.max_confidence == max(plain)
    assert prediction.max_confidence_index == plain.index(max(plain))
    assert scores == plain


def test_a_named_action_is_predicted_as_rasa_predicts_it() -> None:
    ours = PolicyPrediction.for_action_name(DOMAIN, "action_show_bill", "SomePolicy", 0.7)
    with pytest.MonkeyPatch.context() as patch:
        for (owner, name), own in prediction_mends.STOCK.items():
            patch.setattr(owner, name, own)
        theirs = PolicyPrediction.for_action_name(DOMAIN, "action_show_bill", "SomePolicy", 0.7)

        found = (theirs.max_confidence, theirs.max_confidence_index)

    assert ours == theirs
    assert (
        (ours.max_confidence, ours.max_confidence_index) == found == (0.7, DOMAIN.index_for_action("action_show_bill"))
    )


def test_a_list_of_rasas_own_and_none_at_all_are_read_as_ever() -> None:
    assert PolicyPrediction([0.2, 0.8], "SomePolicy").max_confidence == 0.8
    assert PolicyPrediction([], "SomePolicy").max_confidence == 0.0
