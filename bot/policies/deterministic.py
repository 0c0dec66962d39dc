"""The base of our policies: a named next action with certainty, or no opinion; nothing is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker


class DeterministicPolicy(Policy):
    """Asks `choose` for the next action and gives it full confidence."""

    priority: ClassVar[int] = 10
    # Rasa lets an open form read the message before any other prediction counts, but for one that needs no message.
    overrules_forms: ClassVar[bool] = False

    @classmethod
    def get_default_config(cls) -> dict[str, Any]:
        """See base class."""
        return {POLICY_PRIORITY: cls.priority}  # above RulePolicy (6): a certain answer of ours wins over a form's

    def choose(self, tracker: DialogueStateTracker) -> str | None:
        """Names the next action, or None to leave it to the other policies."""
        raise NotImplementedError(f"{type(self).__name__} must choose")

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """See base class; there is nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: dict[str, Any] | None = None, **kwargs: Any
    ) -> PolicyPrediction:
        """See base class."""
        action = self.choose(tracker)
        if action is None:
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=self.overrules_forms)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DeterministicPolicy:
        """See base class."""
        return cls(config, model_storage, resource, execution_context)


def last_intent(tracker: DialogueStateTracker) -> str | None:
    """The intent of the customer's last message, if they spoke since the start."""
    message = tracker.latest_message
    return message.intent.get("name") if message else None


def messages_backwards(tracker: DialogueStateTracker) -> Iterator[UserUttered]:
    """The customer's messages, newest first."""
    return (event for event in reversed(tracker.events) if isinstance(event, UserUttered))


def last_action(tracker: DialogueStateTracker) -> str | None:
    """What the bot did last, waiting for the customer not counted."""
    done = (event.action_name for event in reversed(tracker.events) if isinstance(event, ActionExecuted))
    return next((name for name in done if name != ACTION_LISTEN_NAME), None)
