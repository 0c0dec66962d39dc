"""The seam to whoever sends short messages, and the sandbox behind it: messages lie in a folder and on a page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from notices.audience import is_mobile
from notices.errors import GatewayRefused
from runtime.clock import Clock

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class ShortMessage:
    """What is sent: the words as they are read, and the same as a template's name and values.

    `key` names the try: a gateway that gets it twice sends once.
    """

    phone: str
    text: str
    key: str
    kind: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """The gateway has it: its receipt, and whether it knows already that it arrived."""

    receipt: str
    delivered: bool = False


class SmsGateway(Protocol):
    """Somebody who sends short messages."""

    async def send(self, message: ShortMessage) -> Taken:
        """Sends one.

        Raises:
            GatewayAway: it did not answer, or has no room now.
            GatewayRefused: it will not have this one.
        """

    async def close(self) -> None:
        """Lets go of its connections."""


def checked(message: ShortMessage) -> ShortMessage:
    """Lets a message through whose number can be one. Raises GatewayRefused (a phone of ten digits)."""
    if not is_mobile(message.phone):
        raise GatewayRefused(f"the phone has {len(message.phone)} characters and is no mobile number")
    return message


class SandboxSms:
    """A gateway whose messages lie in a folder, a file for each key: the same key twice is one message.

    A number that ends in 0000 is dead, so that the ways behind an SMS can be seen.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    async def send(self, message: ShortMessage) -> Taken:
        """See base class."""
        checked(message)
        if message.phone.endswith("0000"):
            raise GatewayRefused("the number is dead")
        self._folder.mkdir(parents=True, exist_ok=True)
        name = _UNSAFE.sub("-", message.key)
        content = json.dumps({**asdict(message), "at": self._clock.now().isoformat()}, ensure_ascii=False)
        draft = self._folder / f".{name}.{os.getpid()}"
        draft.write_text(content, encoding="utf-8")
        try:
            os.link(draft, self._folder / f"{name}.json")
        except FileExistsError:
            pass  # this key was sent before
        finally:
            draft.unlink()
        return Taken(f"sandbox-{name}", delivered=True)

    async def close(self) -> None:
        """See base class."""

    def newest(self, most: int = 100) -> list[dict[str, str]]:
        """Lists the newest messages, for the page."""
        files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [json.loads(file.read_text(encoding="utf-8")) for file in files[:most]]
