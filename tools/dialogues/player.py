"""Plays one conversation against a running stack and says what did not hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.dialogues.books import Books, wait_until
from tools.dialogues.burst import Burst, told
from tools.dialogues.case import Case, CaseError, Step, listed
from tools.dialogues.checks import (
    SPEAKERS,
    Failure,
    Heard,
    Stretch,
    forbidden,
    judge,
    judge_finally,
    judge_records,
    matches,
    numbered,
)
from tools.dialogues.city import secret_numbers
from tools.dialogues.customer import Customer
from tools.dialogues.people import DeskAgent, visitor_for

_TURN_SECONDS = 20
# How long a door that pushes may take for what the turn has written, and the company's news to reach the customer.
_DELIVERY_SECONDS, _NEWS_SECONDS = 8, 6
# Who is at the desk, the first whose skills reach the request takes it; the last one's reach every one.
_AGENTS = ("K0104", "K0103", "S0001")
_CUSTOMER_STEPS = frozenset({"say", "burst", "press", "send_location", "send_image", "send_voice"})
# Steps of somebody else: what they bring comes when it comes.
_NEWS_STEPS = frozenset({"agent", "event", "wait_s"})
_WORDS = ("all", "any", "first")


@dataclass
class Played:
    """What came of a conversation."""

    case_id: str
    title: str
    failures: list[Failure] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """The record of this conversation in the runner's answer."""
        failures = [{"step": f.step, "expected": f.expected, "got": f.got} for f in self.failures]
        return {
            "id": self.case_id,
            "title": self.title,
            "passed": self.passed,
            "failures": failures,
            "transcript": self.transcript,
        }


class Player:
    """One customer, one conversation."""

    def __init__(self, books: Books, case: Case) -> None:
        self._books = books
        self._case = case
        self._played = Played(case.case_id, case.title)
        self._lines: list[Heard] = []
        self._last_turn: list[Heard] = []
        self._last_stretch: list[Heard] = []
        self._used: dict[int, int] = {}
        self._agent: DeskAgent | None = None
        self._step: int | str = "runner"

    def play(self) -> Played:
        """Plays every step; a step that cannot be played fails the conversation and ends it."""
        try:
            self._begin()
            for step in self._case.steps:
                self._step = step.number
                stretch = self._stretch(step)
                self._last_stretch = stretch.lines
                self._played.failures += judge(step.number, step.expect, stretch)
            self._step = "finally"
            self._end()
        except CaseError as error:
            self._break(str(error))
        except Exception as error:  # noqa: BLE001  # the last stop: one broken conversation must not end the run
            self._break(f"{type(error).__name__}: {error}")
        return self._played

    def _break(self, why: str) -> None:
        self._played.broken = True
        self._played.failures.append(Failure(self._step, "the conversation can be played", why))

    def _begin(self) -> None:
        case = self._case
        self._customer: Customer = visitor_for(case.channel, self._books.stack, self._books)
        self._books.begin(case.now, self._customer.user_id, self._customer.channel, case.bound_accounts)

    def _end(self) -> None:
        self._hear()
        self._played.failures += forbidden(self._lines, secret_numbers())
        self._played.failures += judge_finally(self._case.finally_, self._lines)
        for wanted in self._case.finally_.get("backend") or ():
            failure = self._compared(wanted)
            if failure:
                self._played.failures.append(failure)

    def _compared(self, wanted: Mapping[str, Any]) -> Failure | None:
        try:
            records = self._books.made(str(wanted["kind"]), changed=bool(wanted.get("changed")))
        except CaseError as error:
            return Failure("finally", f"records of kind {wanted['kind']}", str(error))
        return judge_records(wanted, records)

    def _stretch(self, step: Step) -> Stretch:
        stretch = Stretch()
        if step.kind == "converse":
            stretch.before = list(self._last_stretch)
            self._converse(step.value, stretch)
        else:
            self._acts()[step.kind](step)
            stretch.customer_turns = int(step.kind in _CUSTOMER_STEPS)
            stretch.lines += self._listen()
            stretch.turns = self._turns_of(step)
        stretch.owner = self._owner()
        if step.kind in _NEWS_STEPS:
            self._await_news(step, stretch)
        return stretch

    def _acts(self) -> Mapping[str, Callable[[Step], None]]:
        return {
            "say": self._say_step,
            "burst": self._burst_step,
            "press": self._press_step,
            "send_location": self._location_step,
            "send_image": self._image_step,
            "send_voice": self._voice_step,
            "agent": self._agent_step,
            "event": self._event_step,
            "duplicate": self._duplicate_step,
            "wait_s": self._wait_step,
        }

    def _say_step(self, step: Step) -> None:
        text = self._filled(str(step.value))
        length = int(step.fields.get("pad_to", 0))
        if length:
            text = (text * (length // max(len(text), 1) + 1))[:length]
        self._say(text)

    def _burst_step(self, step: Step) -> None:
        chat = self._customer.conversation_id
        pieces = [self._filled(piece) if isinstance(piece, str) else piece for piece in step.value]
        self._played.transcript += [f"客: {told(piece)}" for piece in pieces]
        Burst(self._customer, lambda: self._books.lines_of(chat), float(step.fields.get("gap_s", 0))).send(pieces)

    def _turns_of(self, step: Step) -> int | None:
        if step.kind != "burst":
            return None
        return self._books.turns_of(self._customer.conversation_id, len(step.value))

    def _press_step(self, step: Step) -> None:
        wanted = str(step.value)
        lines = [line for line in self._last_turn if line.role in SPEAKERS]
        buttons = [button for line in lines for button in line.buttons]
        chosen = next((button for button in buttons if matches(wanted, button["label"])), None)
        number = next((number for label, number in self._list_of(lines) if matches(wanted, label)), None)
        if chosen:
            self._played.transcript.append(f"客[{chosen['label']}]")
            self._customer.press(chosen)
        elif number:
            self._say(number)
        elif "or_say" in step.fields:
            self._say(self._filled(str(step.fields["or_say"])))
        else:
            raise CaseError(f"no button matches {step.value}")

    def _list_of(self, lines: list[Heard]) -> list[tuple[str, str]]:
        """The choices of a door that writes buttons as a numbered list."""
        return [] if self._case.channel == "web" else numbered(lines)

    def _location_step(self, step: Step) -> None:
        place: Mapping[str, Any] = step.value
        label = str(place.get("label") or "")
        self._played.transcript.append(f"客(位置): {label}")
        self._customer.send_location(float(place["lat"]), float(place["lng"]), label)

    def _image_step(self, step: Step) -> None:
        name = str(step.value.get("name") or "photo.jpg")
        self._played.transcript.append(f"客(图片): {name}")
        self._customer.send_image(name)

    def _voice_step(self, step: Step) -> None:
        heard = str(step.value.get("asr") or "")
        self._played.transcript.append(f"客(语音): {heard}")
        self._customer.send_voice(heard)

    def _agent_step(self, step: Step) -> None:
        value = step.value
        if self._agent is None or value["do"] == "accept":
            self._agent = self._whose_skills_reach(self._customer.conversation_id)
        do, text = str(value["do"]), str(value.get("text") or "")
        self._played.transcript.append(f"坐席({do}): {text}")
        self._agent.act(self._customer.conversation_id, do, text, to=str(value.get("to") or ""))

    def _whose_skills_reach(self, conversation_id: str) -> DeskAgent:
        if self._agent and self._agent.reaches(conversation_id):
            return self._agent
        stack = self._books.stack
        for name in _AGENTS:
            agent = DeskAgent(stack.url("console"), name, stack.plan.secrets["DESK_DEMO_PASSWORD"])
            if agent.reaches(conversation_id):
                break
        return agent

    def _event_step(self, step: Step) -> None:
        told = {name: value for name, value in step.value.items() if name != "backend"}
        self._played.transcript.append(f"事件({step.value.get('backend')}): {told}")
        self._books.happen(step.value, self._customer.conversation_id)

    def _duplicate_step(self, step: Step) -> None:
        for _ in range(int(step.value)):
            self._customer.repeat()

    def _wait_step(self, step: Step) -> None:
        self._played.transcript.append(f"(过了 {step.value} 秒)")
        self._books.move_clock(float(step.value))

    def _converse(self, rule: Mapping[str, Any], stretch: Stretch) -> None:
        until = str(rule.get("until") or "(?!)")
        for _ in range(int(rule.get("max_turns", 8))):
            last = "\n".join(line.text for line in self._last_turn if line.role in SPEAKERS)
            if matches(until, last):
                return
            answer = self._answer_to(last)
            if answer is None:
                return
            self._say(self._filled(answer))
            stretch.customer_turns += 1
            stretch.lines += self._listen()

    def _answer_to(self, asked: str) -> str | None:
        for number, answer in enumerate(self._case.answers):
            used = self._used.get(number, 0)
            if used < int(answer.get("times", 2)) and matches(str(answer["ask"]), asked):
                self._used[number] = used + 1
                return str(answer["say"])
        return None

    def _say(self, text: str) -> None:
        self._played.transcript.append(f"客: {text}")
        self._customer.say(text)

    def _listen(self) -> list[Heard]:
        chat = self._customer.conversation_id
        if not wait_until(lambda: not self._books.turn_waits(chat), _TURN_SECONDS):
            raise CaseError(f"no answer within {_TURN_SECONDS} s")
        if self._case.channel != "web":
            wait_until(lambda: not self._books.line_waits(chat), _DELIVERY_SECONDS)
        return self._hear()

    def _hear(self) -> list[Heard]:
        new = [line for line in self._customer.hear() if line.role != "customer"]
        if new:
            self._last_turn = new
        self._lines += new
        self._played.transcript += [f"{line.role}: {line.text}" for line in new]
        return new

    def _await_news(self, step: Step, stretch: Stretch) -> None:
        """Gives the company's news its time to come when the step expects some."""
        expect = step.expect
        if not any(listed(expect.get(name)) for name in _WORDS) and not expect.get("min_bot_messages"):
            return
        deadline = time.monotonic() + _NEWS_SECONDS
        while judge(step.number, expect, stretch) and time.monotonic() < deadline:
            time.sleep(0.1)
            stretch.lines += self._listen()
            stretch.owner = self._owner()

    def _owner(self) -> str:
        return self._books.owner_of(self._customer.conversation_id)

    def _filled(self, text: str) -> str:
        if "${" not in text:
            return text
        code = self._books.last_code()
        wrong = str((int(code) + 1) % 1_000_000).zfill(6)
        return text.replace("${code}", code).replace("${wrong_code}", wrong)
