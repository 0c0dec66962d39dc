"""Plays one conversation against a running stack and says what did not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.dialogues.books import Books, wait_until
from tools.dialogues.case import Case, CaseError, Step
from tools.dialogues.checks import (
    Failure,
    Heard,
    Stretch,
    forbidden,
    judge,
    judge_finally,
    judge_records,
    matches,
    normalise,
)
from tools.dialogues.people import DeskAgent, visitor_for
from utility.seed.file import read_city

_TURN_SECONDS = 15
_AGENT = "K0104"


@dataclass
class Played:
    """What came of a conversation."""

    case: Case
    failures: list[Failure] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return not self.failures

    def to_json(self) -> dict[str, Any]:
        """The record of this conversation in the runner's answer."""
        failures = [{"step": f.step, "expected": f.expected, "got": f.got} for f in self.failures]
        return {
            "id": self.case.case_id,
            "title": self.case.title,
            "passed": self.passed,
            "failures": failures,
            "transcript": self.transcript,
        }


class Player:
    """One customer, one conversation."""

    def __init__(self, books: Books, case: Case) -> None:
        self._books = books
        self._case = case
        self._played = Played(case)
        self._lines: list[Heard] = []
        self._last_turn: list[Heard] = []
        self._used: dict[int, int] = {}
        self._agent: DeskAgent | None = None

    def play(self) -> Played:
        """Plays every step; a step that cannot be played fails the conversation and ends it."""
        try:
            self._begin()
            for step in self._case.steps:
                stretch = self._stretch(step)
                self._played.failures += judge(step.number, step.expect, stretch)
            self._end()
        except CaseError as error:
            self._played.failures.append(Failure("runner", "the conversation can be played", str(error)))
        return self._played

    def _begin(self) -> None:
        self._visitor = visitor_for(self._case.channel, self._books.stack, self._books)
        self._books.begin(self._case.now, self._visitor.user_id, self._visitor.channel, self._case.bound_accounts)

    def _end(self) -> None:
        self._played.failures += forbidden(self._lines, _numbers())
        self._played.failures += judge_finally(self._case.finally_, self._lines)
        for wanted in self._case.finally_.get("backend", ()):
            records = self._books.made(str(wanted["kind"]), changed=bool(wanted.get("changed")))
            failure = judge_records(wanted, records)
            if failure:
                self._played.failures.append(failure)

    def _stretch(self, step: Step) -> Stretch:
        stretch = Stretch()
        if step.kind == "converse":
            stretch.lines += self._last_turn
            self._converse(step.value, stretch)
        else:
            self._do(step, stretch)
        stretch.owner = self._visitor.owner
        return stretch

    def _do(self, step: Step, stretch: Stretch) -> None:
        acts = {
            "say": self._say_step,
            "press": self._press_step,
            "agent": self._agent_step,
            "event": self._event_step,
            "duplicate": self._duplicate_step,
            "wait_s": self._wait_step,
        }
        if step.kind not in acts:
            raise CaseError(f"step {step.number}: the web door cannot {step.kind} yet")
        acts[step.kind](step)
        if step.kind in ("say", "press"):
            stretch.customer_turns += 1
        stretch.lines += self._listen()

    def _say_step(self, step: Step) -> None:
        text = self._filled(str(step.value))
        length = int(step.fields.get("pad_to", 0))
        if length:
            text = (text * (length // len(text) + 1))[:length]
        self._say(text)

    def _press_step(self, step: Step) -> None:
        buttons = [button for line in self._last_turn if line.role == "bot" for button in line.buttons]
        chosen = next((button for button in buttons if matches(str(step.value), button["label"])), None)
        if chosen:
            self._played.transcript.append(f"客[{chosen['label']}]")
            self._visitor.press(chosen)
        elif "or_say" in step.fields:
            self._say(self._filled(str(step.fields["or_say"])))
        else:
            raise CaseError(f"step {step.number}: no button matches {step.value}")

    def _agent_step(self, step: Step) -> None:
        stack = self._books.stack
        if self._agent is None:
            self._agent = DeskAgent(stack.url("console"), _AGENT, stack.plan.secrets["DESK_DEMO_PASSWORD"])
        value: Mapping[str, Any] = step.value
        self._agent.act(self._visitor.conversation_id, str(value["do"]), str(value.get("text", "")))

    def _event_step(self, step: Step) -> None:
        self._books.happen(step.value)

    def _duplicate_step(self, step: Step) -> None:
        for _ in range(int(step.value)):
            self._visitor.repeat()

    def _wait_step(self, step: Step) -> None:
        self._books.move_clock(float(step.value))

    def _converse(self, rule: Mapping[str, Any], stretch: Stretch) -> None:
        for _ in range(int(rule.get("max_turns", 8))):
            last = "\n".join(line.text for line in self._last_turn if line.role in ("bot", "system"))
            if matches(str(rule["until"]), last):
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
        self._visitor.say(text)

    def _listen(self) -> list[Heard]:
        if not wait_until(lambda: not self._books.turn_waits(self._visitor.conversation_id), _TURN_SECONDS):
            raise CaseError(f"no answer within {_TURN_SECONDS} s")
        new = [line for line in self._visitor.hear() if line.role != "customer"]
        if new:
            self._last_turn = new
        self._lines += new
        self._played.transcript += [f"{line.role}: {line.text}" for line in new]
        return new

    def _filled(self, text: str) -> str:
        if "${" not in text:
            return text
        code = self._books.last_code()
        wrong = str((int(code) + 1) % 1_000_000).zfill(6)
        return text.replace("${code}", code).replace("${wrong_code}", wrong)


def _numbers() -> set[str]:
    city = read_city()
    accounts = {account["account_no"] for account in city["accounts"]}
    phones = {customer["phone"] for customer in city["customers"]} | {a["contact_phone"] for a in city["accounts"]}
    return {normalise(number) for number in accounts | phones}
