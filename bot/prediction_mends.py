"""Mends of predictions: each is a list of a thousand numbers, nearly all nought, that is searched again and again.

What is predicted is what Rasa predicts (tests/unit/bot/test_prediction_mends.py holds them side by side).
"""

from __future__ import annotations

from typing import Any

import rasa.core.policies.policy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

# What Rasa does itself, by what stands in for it.
STOCK = {
    (Policy, "_default_predictions"): Policy._default_predictions,
    (PolicyPrediction, "max_confidence"): PolicyPrediction.__dict__["max_confidence"],
    (MessageProcessor, "_log_slots"): MessageProcessor.__dict__["_log_slots"],
    (rasa.core.policies.policy, "confidence_scores_for"): rasa.core.policies.policy.confidence_scores_for,
}


class Scores(list[float]):
    """The confidences of all actions, which know their highest; they are made of noughts, and changed one by one."""

    def __init__(self, length: int) -> None:
        super().__init__([0.0] * length)
        self._highest: float | None = 0.0

    @property
    def highest(self) -> float:
        """The highest confidence; 0 where there is no action at all."""
        if self._highest is None:
            self._highest = max(self, default=0.0)
        return self._highest

    def __setitem__(self, place: Any, value: Any) -> None:
        """Sets one confidence; the highest is looked for again only where it may have been lowered."""
        super().__setitem__(place, value)
        is_highest = self._highest is not None and isinstance(value, float) and value >= self._highest
        self._highest = value if is_highest else None


def mend_predictions() -> None:
    """Applies the mends; doing it twice is the same as once."""
    Policy._default_predictions = default_predictions
    PolicyPrediction.max_confidence = property(max_confidence)
    MessageProcessor._log_slots = staticmethod(log_no_slots)
    rasa.core.policies.policy.confidence_scores_for = confidence_scores_for


def default_predictions(_: Policy, domain: Domain) -> list[float]:
    """Stands in for `Policy._default_predictions`."""
    return Scores(domain.num_actions)


def max_confidence(prediction: PolicyPrediction) -> float:
    """Stands in for `PolicyPrediction.max_confidence`, which is asked for a dozen times in a prediction."""
    scores = prediction.probabilities
    return scores.highest if isinstance(scores, Scores) else max(scores, default=0.0)


def confidence_scores_for(action_name: str, value: float, domain: Domain) -> list[float]:
    """Stands in for Rasa's function of that name."""
    scores = Scores(domain.num_actions)
    scores[domain.index_for_action(action_name)] = value
    return scores


def log_no_slots(_: DialogueStateTracker) -> None:
    """Stands in for `MessageProcessor._log_slots`: what customers told is written into no log, and not put together."""
