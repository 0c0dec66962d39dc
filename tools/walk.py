"""Plays ten flows as a customer would, in a real browser, and keeps what was seen: `python -m tools.walk [-k NAME]`.

Each flow of `tools/walk.yml` is played on a phone's screen over a stack of its own, with fresh books; its last screen
is kept for the phone and for a desk computer below `docs/walk`, with a page that says what to look at. Exits 1 when
the customer did not hear what the flow says.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools import say
from tools.dialogues.books import Books
from tools.stack import Stack
from tools.train import ensure_model
from tools.walk_screen import Agent, Customer, Unheard, open_browser

PROJECT = Path(__file__).parent.parent
FLOWS = Path(__file__).with_suffix(".yml")
FOLDER = PROJECT / "docs" / "walk"
_PHONE, _DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
_HEAD = """# A walk through the chat

Ten flows, played by `make walk` in a real browser over a running stack with the demo city; made by it, never by hand.
Each has its last screen on a phone (390 x 844) and on a computer (1280 x 800).
"""


@dataclass(frozen=True)
class Flow:
    """One customer, one wish: what they say, and what to look at."""

    name: str
    title: str
    look: str
    steps: tuple[Mapping[str, Any], ...]
    bound: tuple[str, ...] = ()
    now: str = "fixed_now"


@dataclass
class Walked:
    """What came of a flow."""

    flow: Flow
    said: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    failure: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Walks the flows; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "-k", default="", metavar="SUBSTRING", help="only flows whose name holds this; no page is written"
    )
    wanted = parser.parse_args(arguments).k
    flows = [flow for flow in read_flows(FLOWS) if wanted in flow.name]
    try:
        walked = walk(flows, FOLDER)
    except say.ToolError as error:
        say.stop(str(error))
    if not wanted:
        (FOLDER / "README.md").write_text(page_of(walked), encoding="utf-8")
    return int(any(one.failure for one in walked))


def read_flows(path: Path) -> list[Flow]:
    """Reads the flows of a file."""
    read = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        listed = {"steps": tuple(entry["steps"]), "bound": tuple(entry.get("bound", ()))}
        read.append(Flow(**{**entry, **listed}))
    return read


def walk(flows: Sequence[Flow], folder: Path) -> list[Walked]:
    """Plays the flows one after the other on a stack of their own; pictures land in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    walked = []
    with _running_stack() as stack, open_browser() as browser:
        books = Books(stack)
        books.keep_fresh()
        for number, flow in enumerate(flows, start=1):
            one = _Walk(books, browser, folder, flow).run()
            say.line(f"[{number}/{len(flows)}] {one.failure and 'FAIL' or 'ok  '} {flow.name} {one.failure}")
            walked.append(one)
    return walked


def page_of(walked: Sequence[Walked]) -> str:
    """Returns the page that shows the flows."""
    parts = [_HEAD]
    for number, one in enumerate(walked, start=1):
        parts.append(f"## {number}. {one.flow.title}\n")
        parts.append("\n".join(f"- {line}" for line in one.said) + "\n")
        parts.append(f"Look at: {one.flow.look}\n")
        phone, *wide = sorted(one.pictures, key=lambda name: not name.endswith("-phone.png"))
        cells = [f'<img src="{phone}" width="260" alt="{one.flow.title}, on a phone">']
        cells += [f'<img src="{name}" width="560" alt="{one.flow.title}, on a computer">' for name in wide]
        parts.append("\n".join(cells) + "\n")
    return "\n".join(parts)


@contextmanager
def _running_stack() -> Iterator[Stack]:
    temporary = tempfile.TemporaryDirectory(prefix="gridtalk-walk-", ignore_cleanup_errors=True)
    with temporary as folder, Stack(Path(folder), model=ensure_model(), extra={"LOG_LEVEL": "WARNING"}) as stack:
        yield stack


class _Walk:
    """One flow being played."""

    def __init__(self, books: Books, browser: Any, folder: Path, flow: Flow) -> None:
        self._books, self._browser, self._folder = books, browser, folder
        self._walked = Walked(flow)
        self._agent: Agent | None = None

    def run(self) -> Walked:
        """Plays it, keeps its pictures, and says what was not heard."""
        flow, stack = self._walked.flow, self._books.stack
        customer = Customer(self._browser, stack.url("bot"), self._books)
        self._books.begin(flow.now, customer.user_id, "web", flow.bound)
        customer.open(_PHONE, sharpness=2)
        try:
            for step in flow.steps:
                self._take(customer, step)
        except Unheard as error:
            self._walked.failure = str(error)
        self._keep(customer)
        customer.close()
        return self._walked

    def _take(self, customer: Customer, step: Mapping[str, Any]) -> None:
        if "agent" in step:
            self._walked.said.append(self._help(str(step["agent"]), str(step.get("text", ""))))
        elif "wait_s" in step:
            self._books.move_clock(float(step["wait_s"]))
            return
        else:
            self._walked.said.append(customer.does(step))
        if step.get("hears"):
            customer.hears(str(step["hears"]))
        if step.get("phone"):
            self._shoot(customer, "phone")
        if step.get("desk"):
            self._shoot(self._agent, "desk")

    def _help(self, act: str, text: str) -> str:
        agent = self._agent
        if agent is None:
            plan = self._books.stack.plan
            agent = self._agent = Agent(self._browser, plan.url("console"), plan.secrets["DESK_DEMO_PASSWORD"], _DESK)
        agent.does(act, text)
        return f"the agent, at the desk: {act} {text}".rstrip()

    def _shoot(self, person: Customer | Agent | None, screen: str) -> None:
        """Keeps what a person sees now; of each screen the first picture counts."""
        name = f"{self._walked.flow.name}-{screen}.png"
        if person is not None and name not in self._walked.pictures:
            person.picture(self._folder / name)
            self._walked.pictures.append(name)

    def _keep(self, customer: Customer) -> None:
        self._shoot(customer, "phone")
        customer.open(_DESK, sharpness=1)
        self._shoot(customer, "wide")
        if self._agent is not None:
            self._agent.close()


if __name__ == "__main__":
    sys.exit(main())
