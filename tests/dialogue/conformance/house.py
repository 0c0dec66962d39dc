"""The whole dialogue in one process: the trained model, the real policies, rules and actions, the company in memory.

Nothing is simulated but the company, so what holds here holds in the house; a turn takes a tenth of a second.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import aiohttp
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from actions.here import ActionsHere
from actions.visit import Services
from bot.dialogue import ActionEndpoint, Dialogue, LocalActionEndpoint, Question
from bot.engine import mend_engine
from bot.errors import DialogueFailed
from bot.trackers import NewEvents
from conversation.reply import BUBBLE_CHARACTERS, Button, Turn
from runtime.clock import write_clock
from tests.builders import NOON_BEFORE, FixedClock, read_knowledge, read_wording
from tests.fakes.backend import FakeBackend
from tools.quiet import keep_logs_off

_BUBBLES = 2
_PHONE_CODE = re.compile(r"\$\{phone_code:(\d+)\}")
_INTERNAL = re.compile(r"utter_|action_|_form|Traceback|Error|\{\w+\}|None")


class MemoryTrackers(SerializedTrackerAsText, TrackerStore):
    """Remembers a turn when it is committed, as the reception does."""

    def __init__(self) -> None:
        self.stored: dict[str, list[dict[str, Any]]] = {}
        self._gained: dict[str, list[dict[str, Any]]] = {}
        super().__init__(None, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """See base class."""
        if sender_id not in self.stored or self.domain is None:
            return None
        return DialogueStateTracker.from_dict(sender_id, self.stored[sender_id], self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """See base class."""
        self._gained[tracker.sender_id] = [event.as_dict() for event in tracker.events]

    async def keys(self) -> list[str]:
        """See base class."""
        return list(self.stored)

    def take(self, sender_id: str) -> NewEvents:
        """Gives all events of a conversation, once."""
        return NewEvents(0, tuple(self._gained.pop(sender_id, ())))


class Recorder:
    """The company, with a note of every call that carries an idempotency key."""

    def __init__(self, backend: FakeBackend) -> None:
        self._backend = backend
        self.keys: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._backend, name)
        if not callable(found):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            if "idempotency_key" in kwargs:
                self.keys.append((name, kwargs["idempotency_key"]))
            return found(*args, **kwargs)

        return called


class Mortal(ActionEndpoint):
    """A way to the actions of one company after the other; `dies_after_write` loses the answer of a call that wrote."""

    recorder: Recorder | None = None
    dies_after_write = False

    def serve(self, services: Services, recorder: Recorder) -> None:
        """From now on the actions work with this company."""
        self.recorder, self.dies_after_write = recorder, False

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """See base class."""
        before = len(self.recorder.keys) if self.recorder else 0
        answer = await super().request(method, subpath, **kwargs)
        if self.dies_after_write and self.recorder and len(self.recorder.keys) > before:
            self.dies_after_write = False
            raise_lost()
        return answer


class _Closed:
    """No company is served yet."""

    async def run(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Refuses."""
        raise RuntimeError("the house serves no company yet: begin a talk")

    async def close(self) -> None:
        """Closes nothing."""


class Wire(Mortal, LocalActionEndpoint):
    """The actions in this process, as `make run` has them."""

    def __init__(self) -> None:
        super().__init__(_Closed())

    def serve(self, services: Services, recorder: Recorder) -> None:
        """See base class."""
        super().serve(services, recorder)
        self._actions = ActionsHere(services, _nothing)


async def _nothing() -> None:
    """Closes nothing."""


def raise_lost() -> None:
    """Ends a call as a dead process does."""
    error = aiohttp.ClientConnectionError("the process died")
    from bot import dialogue

    dialogue._failure.get([]).append(error)
    raise error


class House:
    """The trained dialogue, for one conversation after the other."""

    def __init__(self, model: Path, wire: Mortal | None = None) -> None:
        keep_logs_off()
        mend_engine()
        self.trackers, self.wire = MemoryTrackers(), wire or Wire()
        agent = Agent(tracker_store=self.trackers, lock_store=InMemoryLockStore(), action_endpoint=self.wire)
        agent.tracker_store = self.trackers
        self._folder = tempfile.TemporaryDirectory(prefix="gridtalk-house-")
        self._clock_file = Path(self._folder.name) / "clock.json"
        self.turn_clock(NOON_BEFORE)
        with mock.patch.dict(os.environ, {"GRIDTALK_CLOCK_FILE": str(self._clock_file)}):
            agent.load_model(str(model))  # what reads "last month" keeps the clock it is loaded with
        self.trackers.domain = agent.domain or Domain.empty()
        self.dialogue = Dialogue(agent, self.trackers)

    def turn_clock(self, at: datetime) -> None:
        """Sets the hour in which lines are understood."""
        write_clock(self._clock_file, at, rate=0)

    def talk(self, bound: tuple[str, ...] = ()) -> Talk:
        """Begins a conversation with a fresh company."""
        clock, user_id = FixedClock(), f"v{secrets.token_hex(8)}"
        self.turn_clock(clock.at)
        backend = FakeBackend(clock, now=NOON_BEFORE)
        backend._city.bindings["web", user_id] = list(bound)
        recorder: Any = Recorder(backend)
        self.wire.serve(Services(recorder, clock, read_wording(), read_knowledge()), recorder)
        return Talk(self, user_id, clock, backend, recorder)


@dataclass
class Talk:
    """One customer with the dialogue."""

    house: House
    user_id: str
    clock: FixedClock
    backend: FakeBackend
    recorder: Recorder
    seq: int = 0
    last: Turn = field(default_factory=Turn)
    said: list[str] = field(default_factory=list)

    @property
    def conversation_id(self) -> str:
        """The key of this conversation."""
        return f"web:{self.user_id}"

    async def say(self, text: str) -> Turn:
        """Sends a message and returns what the bot answers; every answer is held to the house's rules."""
        self.seq += 1
        turn = await self.again(text)
        assert turn.replies or turn.handoff, f"no answer to {text!r}\n{self.transcript}"
        assert len(turn.replies) <= _BUBBLES, self.transcript
        for reply in turn.replies:
            assert len(reply.text) <= BUBBLE_CHARACTERS, reply.text
            assert not _INTERNAL.search(reply.text), reply.text
        return turn

    async def again(self, text: str) -> Turn:
        """Runs the turn of the message sent last once more, as the reception does after a crash."""
        text = text.replace("${code}", self._code()) if "${code}" in text else text
        text = _PHONE_CODE.sub(lambda found: self.backend.phone_code(found.group(1)), text)
        metadata = {
            "message_id": f"{self.conversation_id}/{self.seq}",
            "channel": "web",
            "channel_user": self.user_id,
            "at": self.clock.now().isoformat(),
        }
        self.said.append(f"客: {text[:80]}")
        question = Question(self.conversation_id, "web", text, metadata["message_id"], metadata)
        answer = await self.house.dialogue.answer(question)
        self.house.trackers.stored[self.conversation_id] = list(answer.events.events)
        self.last = answer.turn
        self.said += [f"机: {reply.text} {[button.label for button in reply.buttons]}" for reply in answer.turn.replies]
        return answer.turn

    async def dies(self, text: str) -> bool:
        """Sends a message whose turn dies right after its first write; tells whether there was one."""
        self.seq += 1
        self.house.wire.dies_after_write = True
        try:
            await self.again(text)
        except DialogueFailed:
            return True
        finally:
            self.house.wire.dies_after_write = False
        return False

    def wait(self, hours: float) -> None:
        """Lets time pass."""
        self.clock.at += timedelta(hours=hours)
        self.house.turn_clock(self.clock.at)

    def expire(self) -> None:
        """Makes everything said two days old for Rasa, whose sessions end by the machine's own time."""
        for event in self.house.trackers.stored[self.conversation_id]:
            event["timestamp"] -= 2 * 24 * 3600

    @property
    def transcript(self) -> str:
        """What was said, for a failed test."""
        return "\n".join(self.said[-14:])

    @property
    def text(self) -> str:
        """What the bot said last."""
        return "\n".join(reply.text for reply in self.last.replies)

    @property
    def buttons(self) -> list[Button]:
        """The buttons of the bot's last turn."""
        return [button for reply in self.last.replies for button in reply.buttons]

    @property
    def reason(self) -> str:
        """Why the last turn called a person; nothing when it did not."""
        return self.last.handoff.reason if self.last.handoff else ""

    @property
    def form(self) -> str | None:
        """The open form."""
        return self._tracker().active_loop_name

    @property
    def asked(self) -> str:
        """The slot that the open form has asked for."""
        return str(self.slot("requested_slot") or "") if self.form else ""

    def slot(self, name: str) -> Any:
        """What is remembered under a name."""
        return self._tracker().get_slot(name)

    def did(self, action: str) -> bool:
        """Whether the dialogue has run an action in this conversation."""
        events = self.house.trackers.stored[self.conversation_id]
        return any(event["event"] == "action" and event["name"] == action for event in events)

    def _tracker(self) -> DialogueStateTracker:
        domain = self.house.trackers.domain or Domain.empty()
        stored = self.house.trackers.stored.get(self.conversation_id, [])
        return DialogueStateTracker.from_dict(self.conversation_id, stored, domain.slots)

    def _code(self) -> str:
        return list(self.backend._codes.values())[-1].code
