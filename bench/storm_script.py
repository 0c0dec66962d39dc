"""The scripted dialogue of the storm: each message orders its answer, so that every door answers alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("storm.yml")
_ORDER = re.compile(r"#(?P<number>\d+)(?: ~(?P<wait>[\d.]+))?(?: x(?P<parts>\d))?(?P<buttons> \+)?$")
_MARK = re.compile(r"<(\d+)\.(\d+)>")
# Two parts of a long answer do not fit into one message of 2,000 bytes.
_PART_BYTES = 1200


@dataclass(frozen=True)
class Order:
    """How a message is to be answered: after how many seconds, in how many parts, with buttons or without."""

    number: int
    wait: float = 0.0
    parts: int = 1
    buttons: bool = False

    def written(self) -> str:
        """The order as it stands behind the customer's words."""
        wait = f" ~{self.wait:.2f}" if self.wait else ""
        parts = f" x{self.parts}" if self.parts > 1 else ""
        return f"#{self.number}{wait}{parts}{' +' if self.buttons else ''}"

    @property
    def marks(self) -> tuple[str, ...]:
        """The mark of each part of the answer."""
        return tuple(f"<{self.number}.{part}>" for part in range(self.parts))


@cache
def words() -> dict[str, Any]:
    """What is said in the storm."""
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def said(order: Order) -> str:
    """What the customer writes."""
    lines: Sequence[str] = words()["lines"]
    return f"{lines[order.number % len(lines)]} {order.written()}"


def order_of(text: str) -> Order:
    """Reads the order out of what the customer wrote.

    Raises:
        ValueError: there is none in it.
    """
    found = _ORDER.search(text)
    if found is None:
        raise ValueError(f"no order in {text!r}")
    return Order(
        int(found["number"]), float(found["wait"] or 0), int(found["parts"] or 1), buttons=found["buttons"] is not None
    )


def answer_to(order: Order) -> str:
    """The answer, each part with its mark."""
    if order.parts == 1:
        return f"{order.marks[0]} {words()['filler']}"
    filler = str(words()["filler"])
    body = filler * (_PART_BYTES // len(filler.encode()) + 1)
    return "\n".join(f"{mark} {body}" for mark in order.marks)


def marks_in(text: str) -> list[str]:
    """The marks in what a customer read, in order."""
    return [found.group() for found in _MARK.finditer(text)]


def number_of(mark: str) -> int:
    """The number of the message that a mark answers."""
    found = _MARK.fullmatch(mark)
    if found is None:
        raise ValueError(f"{mark!r} is no mark")
    return int(found.group(1))
