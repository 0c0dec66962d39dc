"""Playing a conversation: which words are sent, what breaks one conversation and not the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tools import run_dialogues
from tools.dialogues import player as players
from tools.dialogues.case import CaseError, read_case
from tools.dialogues.checks import Heard
from tools.dialogues.player import Played, Player


class Echo:
    """A customer whose bot answers what it is told to, and remembers what was sent."""

    user_id = "v1"
    conversation_id = "web:v1"

    def __init__(self, answers: Sequence[Heard], channel: str = "web") -> None:
        self.channel = channel
        self.sent: list[Any] = []
        self._answers = list(answers)
        self._due: list[Heard] = []

    def _send(self, what: Any) -> None:
        self.sent.append(what)
        self._due = [self._answers.pop(0)] if self._answers else []

    def say(self, text: str) -> None:
        """See base class."""
        self._send(text)

    def press(self, button: Mapping[str, str]) -> None:
        """See base class."""
        self._send(("press", button["payload"]))

    def send_location(self, lat: float, lng: float, label: str) -> None:
        """See base class."""
        self._send(("location", lat, lng, label))

    def send_image(self, name: str) -> None:
        """See base class."""
        self._send(("image", name))

    def send_voice(self, asr: str) -> None:
        """See base class."""
        self._send(("voice", asr))

    def repeat(self) -> None:
        """See base class."""
        self.sent.append("again")

    def hear(self) -> list[Heard]:
        """See base class."""
        due, self._due = self._due, []
        return due


class QuietBooks:
    """Books in which nothing happens."""

    stack = None

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.moved = 0.0

    def begin(self, *_: object) -> None:
        """Has nothing to lay out."""

    def turn_waits(self, _: str) -> bool:
        """Never."""
        return False

    line_waits = turn_waits

    def owner_of(self, _: str) -> str:
        """The bot."""
        return "bot"

    def last_code(self) -> str:
        """A code."""
        return "999999"

    def happen(self, event: Mapping[str, Any], conversation_id: str = "") -> None:
        """Takes it."""
        self.events.append(event)

    def move_clock(self, seconds: float) -> None:
        """Takes it."""
        self.moved += seconds

    def made(self, kind: str, *, changed: bool = False) -> list[Mapping[str, Any]]:
        """Nothing of the known kinds."""
        if kind == "nonsense":
            raise CaseError("the format knows no record kind nonsense")
        return []


def bot(text: str, *labels: str) -> Heard:
    return Heard("bot", text, tuple({"label": label, "payload": f"/{label}"} for label in labels))


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def played(text: str, *answers: Heard, channel: str = "web") -> tuple[Played, Echo, QuietBooks]:
        path = tmp_path / "x.yml"
        path.write_text(f"channel: {channel}\n{text}", encoding="utf-8")
        case, echo, books = read_case(path), Echo(answers, channel), QuietBooks()
        assert case is not None
        monkeypatch.setattr(players, "visitor_for", lambda *_: echo)
        return Player(books, case).play(), echo, books  # type: ignore[arg-type]

    return played


def test_place_holders_and_padding_are_filled(play: Any) -> None:
    _, echo, _ = play("steps: [{say: '${code}'}, {say: '${wrong_code}'}, {say: 啊吧, pad_to: 5}]", *[bot("好")] * 3)

    assert echo.sent == ["999999", "000000", "啊吧啊吧啊"]


def test_a_button_is_pressed_by_its_label_or_the_text_is_said(play: Any) -> None:
    steps = "steps: [{say: a}, {press: 人工, or_say: x}, {press: 人工, or_say: 转人工}]"

    _, echo, _ = play(steps, bot("哪样", "查电费", "转人工"), bot("好的"), bot("好的"))

    assert echo.sent == ["a", ("press", "/转人工"), "转人工"]


def test_a_numbered_list_is_answered_by_its_number_where_there_are_no_buttons(play: Any) -> None:
    steps = "steps: [{say: a}, {press: 报修, or_say: 报修}]"
    answers = (bot("哪样？\n1. 查电费\n2. 报修停电"), bot("好的"))

    _, on_wechat, _ = play(steps, *answers, channel="wechat")
    _, on_web, _ = play(steps, *answers)

    assert (on_wechat.sent, on_web.sent) == (["a", "2"], ["a", "报修"])


def test_messages_of_every_kind_are_sent(play: Any) -> None:
    steps = """
steps:
  - send_location: {lat: 29.01, lng: 126.01, label: 北斗里小区}
  - send_image: {name: meter.jpg}
  - send_voice: {asr: 停电了}
  - send_voice: {}
  - duplicate: 2
  - wait_s: 60
  - event: {backend: order_status, order_no: F1}
"""

    played, echo, books = play(steps, *[bot("好")] * 4)

    assert echo.sent == [
        ("location", 29.01, 126.01, "北斗里小区"),
        ("image", "meter.jpg"),
        ("voice", "停电了"),
        ("voice", ""),
        "again",
        "again",
    ]
    assert (books.moved, books.events[0]["order_no"], played.passed) == (60, "F1", True)


def test_a_talk_goes_on_until_its_end_or_until_no_answer_fits(play: Any) -> None:
    text = """
answers: [{ask: 小区, say: 北斗里}, {ask: 电话, say: '139', times: 1}]
steps:
  - say: 停电
  - converse: {until: F26, max_turns: 6}
    expect: {all: [小区, 电话, F26]}
"""

    played, echo, _ = play(text, bot("哪个小区"), bot("留个电话"), bot("F26112100032"), bot("多余"))

    assert echo.sent == ["停电", "北斗里", "139"]
    assert played.passed


def test_a_talk_stops_when_an_answer_was_used_up(play: Any) -> None:
    text = "answers: [{ask: 电话, say: x}]\nsteps: [{say: a}, {converse: {until: F26}}]"

    _, echo, _ = play(text, *[bot("电话?")] * 9)

    assert echo.sent == ["a", "x", "x"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("steps: [{say: a}, {press: 人工}]", "no button matches"),
        ("steps: [{agent: {text: x}}]", "KeyError|AttributeError"),
        ("steps: [{send_location: {lat: north, lng: 1}}]", "ValueError"),
    ],
)
def test_what_cannot_be_played_breaks_this_conversation_with_a_sentence(play: Any, text: str, why: str) -> None:
    played, _, _ = play(text, bot("好"))

    assert played.broken
    assert [failure.expected for failure in played.failures] == ["the conversation can be played"]
    assert any(part in played.failures[0].got for part in why.split("|"))


def test_an_unknown_record_kind_fails_and_the_others_are_still_compared(play: Any) -> None:
    text = "finally: {backend: [{kind: nonsense}, {kind: case, count: 1}]}\nsteps: [{say: a}]"

    played, _, _ = play(text, bot("好"))

    assert [failure.step for failure in played.failures] == ["finally", "finally"]
    assert not played.broken


def test_the_answer_is_one_json_object_of_the_agreed_form(play: Any) -> None:
    played, _, _ = play("id: D1\ntitle: t\nsteps: [{say: a, expect: {all: [x]}}]", bot("好"))

    assert played.to_json() == {
        "id": "D1",
        "title": "t",
        "passed": False,
        "failures": [{"step": 1, "expected": "all: ['x']", "got": "好"}],
        "transcript": ["客: a", "bot: 好"],
    }


def test_bad_files_alone_are_told_without_starting_anything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.yml").write_text("steps: [", encoding="utf-8")

    code = run_dialogues.main([str(tmp_path), "--json"])

    report = json.loads(capsys.readouterr().out)
    assert (code, report["total"], report["passed"]) == (2, 1, 0)
    assert report["conversations"][0]["failures"][0]["expected"] == "a conversation of the format"


def test_nothing_to_play_is_a_bad_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_dialogues.main([str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().out == ""
