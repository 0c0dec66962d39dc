"""What Rasa tells an action of this process: the state as always, the events only as far as the action reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, overload

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.dialogue import LocalActionEndpoint

_format_for_wire = RemoteAction._action_call_format


class WrittenEvents(Sequence[dict[str, Any]]):
    """A tracker's events as the wire has them; each is written when it is read."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = tuple(events)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Writes one event, or those of a slice."""
        if isinstance(index, slice):
            return [event.as_dict() for event in self._events[index]]
        written: dict[str, Any] = self._events[index].as_dict()
        return written

    def __len__(self) -> int:
        """How many events there are."""
        return len(self._events)


def mend_action_calls() -> None:
    """Applies the mend; doing it twice is the same as once."""
    RemoteAction._action_call_format = call_of


def call_of(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Stands in for `RemoteAction._action_call_format`; a server is told what it always was."""
    if not isinstance(action.action_endpoint, LocalActionEndpoint):
        told: dict[str, Any] = _format_for_wire(action, tracker, domain)
        return told
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = WrittenEvents(tracker.events)
    call = {"next_action": action.name(), "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}
    if _asks_for_domain(action.name(), domain):
        call["domain"] = domain.as_dict()
    return call


def _asks_for_domain(name: str, domain: Domain) -> bool:
    """Rasa sends the domain to everything called `validate_...`, for rasa-sdk's own forms; ours here never read it."""
    return not name.startswith("validate_") and bool(domain.does_custom_action_explicitly_need_domain(name))
