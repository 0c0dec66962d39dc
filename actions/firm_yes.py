"""A yes that sounds like leaving: "still turn it off" answers the question whether to turn it off."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.form import Form, FormVisit
from actions.questions.base import SUMMARY
from actions.visit import Services

_SOUNDS_LIKE = frozenset({"cancel_flow", "deny", "request_human"})


class FirmVisit(FormVisit):
    """A visit in which the phrases of one list are a yes to the summary, whatever they sound like."""

    def __init__(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services, form: Form, options: str
    ) -> None:
        super().__init__(dispatcher, tracker, services, form)
        self._options = options

    @property
    def intent(self) -> str:
        """See base class."""
        meant = super().intent
        if meant not in _SOUNDS_LIKE or self.requested != SUMMARY:
            return meant
        return "affirm" if self.wording.is_exactly(self._options, self.text) == "yes" else meant
