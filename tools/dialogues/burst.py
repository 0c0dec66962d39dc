"""A burst: lines of one customer sent one after the other without waiting for an answer, as the thumbs send them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.dialogues.case import CaseError
from tools.dialogues.customer import Customer

_KEPT_SECONDS, _ENDED_SECONDS = 8.0, 20.0
_PAUSE = 0.005


@dataclass
class Burst:
    """Sends the pieces of a burst, each `gap_s` after the one before; `kept` counts the customer's lines in the books.

    A push door holds a line's connection until its turn is over, so every piece has a thread of its own; the next one
    leaves when the one before is durable: the order is the order they were typed in.
    """

    customer: Customer
    kept: Callable[[], int]
    gap_s: float
    _failed: list[Exception] = field(default_factory=list)

    def send(self, pieces: Sequence[Any]) -> None:
        """Sends all of them. Raises CaseError when the door refuses one or does not keep it."""
        threads = []
        for number, piece in enumerate(pieces):
            began = time.monotonic()
            before = self.kept()
            thread = threading.Thread(target=self._send_one, args=(piece,), daemon=True)
            thread.start()
            threads.append(thread)
            self._until_kept(before, thread)
            if number + 1 < len(pieces):
                time.sleep(max(0.0, began + self.gap_s - time.monotonic()))
        for thread in threads:
            thread.join(_ENDED_SECONDS)
        if self._failed:
            raise CaseError(f"a piece of the burst was refused: {self._failed[0]}")

    def _send_one(self, piece: Any) -> None:
        try:
            _act(self.customer, piece)
        except Exception as error:  # noqa: BLE001  # raised again where the burst ends
            self._failed.append(error)

    def _until_kept(self, before: int, thread: threading.Thread) -> None:
        deadline = time.monotonic() + _KEPT_SECONDS
        while self.kept() <= before:
            if self._failed or time.monotonic() > deadline:
                raise CaseError(f"a piece of the burst was not kept: {self._failed[:1] or 'no line of it'}")
            time.sleep(_PAUSE if thread.is_alive() else 2 * _PAUSE)


def _act(customer: Customer, piece: Any) -> None:
    if isinstance(piece, Mapping):
        kind, value = next(iter(piece.items()))
        if kind == "send_image":
            return customer.send_image(str(value.get("name") or "photo.jpg"))
        if kind == "send_voice":
            return customer.send_voice(str(value.get("asr") or ""))
        if kind == "send_location":
            return customer.send_location(float(value["lat"]), float(value["lng"]), str(value.get("label") or ""))
        raise CaseError(f"no piece of a burst is a {kind}")
    return customer.say(str(piece))


def told(piece: Any) -> str:
    """A piece as the transcript shows it."""
    return str(dict(piece)) if isinstance(piece, Mapping) else str(piece)
