"""The base of every action: services by constructor, and the one place where an error becomes an apology."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.asks import left_over
from actions.errands import apologise, is_retryable, keep_for_later, log_failure, tell_failure, tell_result
from actions.errors import ActionsError
from actions.facts import take_facts
from actions.handoff import speaks_of_queue
from actions.held import make_room, take_up_last
from actions.visit import Services, Visit

Event = dict[str, Any]


class ServiceAction(Action, ABC):
    """An action with services; a subclass writes `serve` and lets errors of the seam pass.

    An action that writes may be `deferrable`: when the company is down its request is kept and done later, and the
    customer is told the result. It is run again with the slots it had (`needs`; every filled one when None) and must
    then ask the company for the very same write, so nothing in it may come from the clock or from a later look.
    """

    title: ClassVar[str]
    deferrable: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...] | None] = None
    # the intent whose `utter_wish_words` name what was asked for; what the talk is about when empty
    wish: ClassVar[str] = ""

    def __init__(self, services: Services | None = None) -> None:
        """Keeps the services.

        Args:
            services: None only where rasa-sdk lists the classes; such an instance refuses to serve.
        """
        self._services = services

    def name(self) -> str:
        """See base class."""
        return self.title

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """See base class; whatever fails is logged once and told to the customer."""
        if self._services is None:
            raise ActionsError(f"{self.name()} was built without services")
        visit = self.receive(dispatcher, tracker, self._services)
        try:
            with self._services.turns.step(visit.message_id, patient=bool(visit.errand)):
                taken = take_facts(visit)
                events = [*taken, *([] if speaks_of_queue(visit) else await self.serve(visit))]
            visit.tell_desk()
            if visit.errand:
                tell_result(visit)
            return [*events, *self.left_over(visit)]
        except Exception as error:  # noqa: BLE001  # the last stop: Rasa would go on in silence
            return self._failed(visit, error)

    def _failed(self, visit: Any, error: Exception) -> list[Event]:
        log_failure(visit, error, self.name())
        if visit.errand:
            tell_failure(visit, error)
            return []
        if self.deferrable and is_retryable(error):
            keep_for_later(visit, self.name(), self.wish, self.needs)
            return self.kept(visit)
        apologise(visit, error)
        return self.give_up(visit)

    def receive(self, dispatcher: CollectingDispatcher, tracker: Tracker, services: Services) -> Any:
        """Builds the visit of this call."""
        return Visit(dispatcher, tracker, services)

    @abstractmethod
    async def serve(self, visit: Any) -> list[Event]:
        """Does the work of this action and returns its events."""

    def left_over(self, visit: Any) -> list[Event]:
        """Keeps what the message asks for beside what this action has served."""
        return left_over(visit, {visit.intent})

    def give_up(self, visit: Visit) -> list[Event]:
        """Returns the events that leave the talk usable after a failure."""
        return []

    def kept(self, visit: Visit) -> list[Event]:
        """Returns the events after the request was kept for later; as after a failure, unless an action knows more."""
        return self.give_up(visit)


class FormEnd(ServiceAction):
    """What a completed form leads to; the slots it collected (`needs`) are emptied when it is done or given up."""

    needs: ClassVar[tuple[str, ...]]

    def done(self, visit: Visit) -> list[Event]:
        """Empties what was collected, and goes on with the form that this one had interrupted."""
        return [*forget(*self.needs), *take_up_paused(visit)]

    def give_up(self, visit: Visit) -> list[Event]:
        """See base class."""
        return forget(*self.needs)


def forget(*slots: str) -> list[Event]:
    """Empties slots."""
    return [SlotSet(slot, None) for slot in slots]


def open_form(visit: Visit, form: str, *, instead_of: tuple[str, ...] = (), **prefilled: Any) -> list[Event]:
    """Opens `form`; a form that was open is taken up again after it, unless this one is `instead_of` it."""
    return [*make_room(visit, form, instead_of, prefilled), FollowupAction(form)]


def take_up_paused(visit: Visit) -> list[Event]:
    """Goes on with the form that the one just finished had interrupted."""
    return [] if visit.tracker.active_loop_name else take_up_last(visit)
