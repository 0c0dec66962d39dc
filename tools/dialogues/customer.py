"""What the player asks of a customer at any door; each channel's own visitor stands in people.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tools.dialogues.checks import Heard


class Customer(Protocol):
    """A customer who speaks through one channel, and hears what it delivers."""

    channel: str
    user_id: str

    @property
    def conversation_id(self) -> str:
        """The key of this conversation."""

    def say(self, text: str) -> None:
        """Sends a text."""

    def press(self, button: Mapping[str, str]) -> None:
        """Presses a button that the channel shows as one: `label` and `payload`."""

    def send_location(self, lat: float, lng: float, label: str) -> None:
        """Sends a place."""

    def send_image(self, name: str) -> None:
        """Sends a picture of that name."""

    def send_voice(self, asr: str) -> None:
        """Sends a voice message with what the channel has recognised, which may be nothing."""

    def repeat(self) -> None:
        """Lets the channel deliver the last message again, with its id."""

    def hear(self) -> list[Heard]:
        """Reads what has come since the last look."""
