"""A visitor at stock Rasa's REST channel: one POST per line, answered when the turn is over."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import aiohttp

from bench.setups import WEB


class RestVisitor:
    """One visitor; the metadata is what GridTalk gives its own dialogue, so that the actions know whom they serve.

    `base` is asked for each line: two workers are spoken to in turn.
    """

    channel = WEB

    def __init__(self, http: aiohttp.ClientSession, base: Callable[[], str]) -> None:
        self._http, self._base = http, base
        self._said = 0
        self.visitor_id = f"v{uuid.uuid4().hex}"

    async def register(self) -> None:
        """Does nothing: a sender of the REST channel is whoever it says it is."""

    async def arrive(self) -> None:
        """See base class: nothing to open."""

    async def leave(self) -> None:
        """See base class: nothing to close."""

    async def say(self, text: str) -> str | None:
        """See base class; an empty list or an error status is no answer."""
        self._said += 1
        conversation = f"{WEB}:{self.visitor_id}"
        metadata = {"message_id": f"{conversation}/{self._said}", "channel": WEB}
        metadata |= {"channel_user": self.visitor_id, "owner": "bot"}
        body = {"sender": conversation, "message": text, "metadata": metadata}
        async with self._http.post(f"{self._base()}/webhooks/rest/webhook", json=body) as answer:
            if answer.status != 200:
                return None
            return first_answer(await answer.json())


def first_answer(messages: list[dict[str, Any]]) -> str | None:
    """Returns the first words or card title a customer would see; None when there is nothing to see.

    What the actions tell the desk comes as `custom` without a card, and is no answer.
    """
    for message in messages:
        shown = message.get("text") or (message.get("custom") or {}).get("card", {}).get("title")
        if shown:
            return str(shown)
    return None
