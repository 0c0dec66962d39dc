"""Builders of fresh test objects: a message as rasa-sdk hands it to an action, and what the action gave back."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ServiceAction
from actions.knowledge_base import KnowledgeBase
from actions.knowledge_index import KnowledgeIndex
from actions.visit import Services
from actions.wording import Wording
from conversation.papers import PapersLinks
from runtime.clock import SHANGHAI
from tests.fakes.backend import FakeBackend

ROOT = Path(__file__).parent.parent
NOON_BEFORE = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


@dataclass
class FixedClock:
    """A clock that stands where the test puts it."""

    at: datetime = NOON_BEFORE

    def now(self) -> datetime:
        """See base class."""
        return self.at


@dataclass
class Spoken:
    """What an action returned: events, slots it set, the messages it sent, and what it learned for the desk."""

    events: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    profile: dict[str, Any]

    @property
    def slots(self) -> dict[str, Any]:
        """The slots set, the last value of each."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def responses(self) -> list[str]:
        """The names of the responses sent, in order."""
        return [message["response"] for message in self.messages if message["response"]]

    @property
    def followup(self) -> str | None:
        """The action asked to come next."""
        return next((event["name"] for event in self.events if event["event"] == "followup"), None)

    @property
    def handoff(self) -> dict[str, Any] | None:
        """The hand-off directive, if one was sent."""
        return next((m["custom"]["handoff"] for m in self.messages if "handoff" in m["custom"]), None)

    @property
    def card(self) -> dict[str, Any] | None:
        """The card, if one was sent."""
        return next((m["custom"]["card"] for m in self.messages if "card" in m["custom"]), None)


@dataclass
class Counter:
    """A customer at the counter: one user, one backend, and a way to run an action for what they say."""

    user_id: str = "visitor"
    clock: FixedClock = field(default_factory=FixedClock)
    bound: tuple[str, ...] = ()
    slots: dict[str, Any] = field(default_factory=dict)
    papers: PapersLinks | None = None

    def __post_init__(self) -> None:
        self.backend = FakeBackend(self.clock, now=NOON_BEFORE)
        self.backend._city.bindings["web", self.user_id] = list(self.bound)
        self.services = Services(self.backend, self.clock, read_wording(), read_knowledge(), papers=self.papers)
        self.turns = 0

    async def run(
        self,
        action: type[ServiceAction],
        text: str = "",
        intent: str = "",
        *,
        form: str | None = None,
        events: tuple[dict[str, Any], ...] = (),
        metadata: dict[str, Any] | None = None,
        parsed: dict[str, Any] | None = None,
        **entities: str,
    ) -> Spoken:
        """Runs one action for one message, `parsed` being what else was read in it; slots set are kept for the next."""
        self.turns += 1
        dispatcher = CollectingDispatcher()
        tracker = self.tracker(text, intent, entities, form=form, events=events, metadata=metadata or {})
        tracker.latest_message |= parsed or {}
        returned = await action(self.services).run(dispatcher, tracker, {})
        told, learned = [], {}
        for message in dispatcher.messages:
            learned |= message["custom"].get("profile", {})
            if set(message["custom"]) != {"profile"}:
                told.append(message)
        spoken = Spoken([dict(event) for event in returned], told, learned)
        self.slots |= spoken.slots
        return spoken

    def tracker(
        self,
        text: str,
        intent: str,
        entities: dict[str, str],
        *,
        form: str | None,
        events: tuple[dict[str, Any], ...],
        metadata: dict[str, Any],
    ) -> Tracker:
        """Builds the tracker of one call; `form` is the loop that is open."""
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {
                "message_id": f"web:{self.user_id}/{self.turns}",
                "channel": "web",
                "channel_user": self.user_id,
                **metadata,
            },
        }
        said = {"event": "user", "text": text, "parse_data": {"intent": message["intent"]}}
        loop = {"name": form} if form else {}
        history = [*events, said] if not events or events[-1]["event"] != "active_loop" else [said, *events]
        return Tracker(f"web:{self.user_id}", dict(self.slots), message, history, False, None, loop, "action_listen")


def opened(form: str) -> tuple[dict[str, Any], ...]:
    """The event of a form that has just opened on this message."""
    return ({"event": "active_loop", "name": form},)


@functools.cache
def read_wording() -> Wording:
    """Reads the project's own words, once: they are frozen."""
    return Wording.load(ROOT / "actions" / "words", ROOT / "domain")


@functools.cache
def read_knowledge() -> KnowledgeIndex:
    """Reads the project's own answers and builds their index, once."""
    return KnowledgeIndex(KnowledgeBase.read(ROOT / "data" / "knowledge"))
