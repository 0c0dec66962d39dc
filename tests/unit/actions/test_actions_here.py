"""The actions without a server: what they are given and what they answer belongs to nobody else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.here import ActionBroke, ActionsHere, CopiedEvents
from actions.visit import Services
from bot.action_calls import WrittenEvents, call_of
from bot.dialogue import ActionEndpoint, LocalActionEndpoint
from runtime.errors import BadRequest
from tests.builders import FixedClock, read_knowledge, read_wording
from tests.fakes.backend import FakeBackend

DOMAIN = Domain.from_yaml('version: "3.1"\nslots:\n  offer:\n    type: any\n    mappings: [{type: custom}]\n')


class Vandal(Action):
    """Changes everything it can reach, and keeps what it has answered."""

    def __init__(self) -> None:
        self.answered: list[dict[str, Any]] = []

    def name(self) -> str:
        """See base class."""
        return "action_vandal"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """See base class."""
        for event in tracker.events:
            event["metadata"] = "broken"
            event.get("parse_data", {}).clear()
            event.get("data", {}).clear()
        tracker.slots["offer"]["choices"].append("broken")
        tracker.latest_message.clear()
        self.answered = [{"event": "slot", "name": "offer", "value": {"choices": ("a", "b")}}]
        return self.answered


async def nothing() -> None:
    """Closes nothing."""


def here(action: Action) -> ActionsHere:
    services = Services(FakeBackend(FixedClock()), FixedClock(), read_wording(), read_knowledge())
    actions = ActionsHere(services, nothing)
    actions._executor.register_action(action)
    return actions


def talk() -> DialogueStateTracker:
    tracker = DialogueStateTracker("web:v1", DOMAIN.slots)
    heard = UserUttered("查电费", {"name": "bill_query"}, metadata={"message_id": "web:v1/1"})
    for event in (heard, BotUttered("好", {"custom": {"card": {"rows": []}}}), SlotSet("offer", {"choices": ["a"]})):
        tracker.update(event)
    return tracker


def remote(endpoint: ActionEndpoint, name: str = "action_vandal") -> RemoteAction:
    return RemoteAction(name, endpoint)


async def test_an_action_cannot_change_what_the_caller_holds() -> None:
    tracker, endpoint = talk(), LocalActionEndpoint(here(Vandal()))
    before = copy.deepcopy([event.as_dict() for event in tracker.events])
    slots = copy.deepcopy(tracker.current_slot_values())

    await endpoint.request(json=call_of(remote(endpoint), tracker, DOMAIN))

    assert [event.as_dict() for event in tracker.events] == before
    assert tracker.current_slot_values() == slots
    assert tracker.latest_message is not None
    assert tracker.latest_message.intent == {"name": "bill_query"}


async def test_the_caller_holds_nothing_an_action_may_change_later() -> None:
    vandal = Vandal()
    endpoint = LocalActionEndpoint(here(vandal))

    answer = await endpoint.request(json=call_of(remote(endpoint), talk(), DOMAIN))
    vandal.answered[0]["value"]["choices"] = "broken"

    # a tuple is a list on the wire
    assert answer["events"] == [{"event": "slot", "name": "offer", "value": {"choices": ["a", "b"]}}]


def test_an_action_here_is_told_what_a_server_is_told() -> None:
    tracker, local = talk(), LocalActionEndpoint(here(Vandal()))
    served = call_of(remote(ActionEndpoint("http://127.0.0.1:1/webhook")), tracker, DOMAIN)

    told = call_of(remote(local), tracker, DOMAIN)

    assert {**told, "tracker": {**told["tracker"], "events": list(told["tracker"]["events"])}} == served


def test_events_are_read_like_a_list() -> None:
    written = [event.as_dict() for event in talk().events]
    for events in (WrittenEvents(talk().events), CopiedEvents(written)):
        kinds = [event["event"] for event in events]

        assert kinds == ["user", "bot", "slot"]
        assert [event["event"] for event in reversed(events)] == kinds[::-1]
        assert [event["event"] for event in events[-2:]] == kinds[-2:]
        assert (events[-1]["event"], len(events)) == ("slot", 3)


def test_only_events_that_are_read_are_copied_and_each_once() -> None:
    written = [event.as_dict() for event in talk().events]
    events = CopiedEvents(written)

    last = events[-1]

    assert last is events[2]
    assert last is not written[2]
    assert list(events._copies) == [2]


@pytest.mark.parametrize("place", [3, -4])
def test_there_is_no_event_beyond_the_ends(place: int) -> None:
    with pytest.raises(IndexError):
        CopiedEvents([event.as_dict() for event in talk().events])[place]


async def test_an_unknown_action_is_refused_as_by_the_server() -> None:
    with pytest.raises(BadRequest) as refused:
        await here(Vandal()).run({"next_action": "action_unknown", "tracker": {"sender_id": "web:v1"}})

    assert refused.value.status == 404


class Broken(Vandal):
    """Fails."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """See base class."""
        raise ZeroDivisionError


async def test_an_action_that_breaks_is_told_as_by_the_server() -> None:
    with pytest.raises(ActionBroke):
        await here(Broken()).run(call_of(remote(LocalActionEndpoint(here(Broken()))), talk(), DOMAIN))
