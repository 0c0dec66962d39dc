"""Runs a request kept for later: calls its action as Rasa would, and turns the answer into bubbles; stores nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import Any

import aiohttp
import structlog
from rasa.core.agent import Agent
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError

from bot.dialogue import ActionEndpoint
from bot.replies.channel import ReplyCollector
from conversation.errand import RUN, Errand
from conversation.reply import Turn

# An action may take its patient budget (backend/budget.py) and a little more.
_PATIENCE_S = 30.0
# What is asked between two turns holds up the next message of the conversation.
_CONSULT_S = 2.0


class Fate(str, Enum):
    """What came of one attempt."""

    DONE = "done"
    LATER = "later"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True)
class Outcome:
    """One attempt at an errand: its fate, what is to be said, and why it was not done."""

    fate: Fate
    turn: Turn = Turn()
    why: str = ""


class Messenger:
    """Calls actions out of turn; of what they answer only the words count, the customer's slots stay as they are."""

    def __init__(self, endpoint: ActionEndpoint, voice: NaturalLanguageGenerator, domain: Domain) -> None:
        self._endpoint = endpoint
        self._voice = voice
        self._domain = domain

    @classmethod
    def of(cls, agent: Agent, endpoint: ActionEndpoint) -> Messenger:
        """Builds a messenger that speaks with the sentences of a loaded model."""
        return cls(endpoint, agent.nlg, agent.domain or Domain.empty())

    async def run(self, conversation_id: str, errand_id: int, errand: Errand) -> Outcome:
        """Tries an errand once; whatever goes wrong on the way is an outcome."""
        call = errand.call(conversation_id, errand_id)
        try:
            answer = await asyncio.wait_for(self._endpoint.request(json=call), _PATIENCE_S)
        except (aiohttp.ClientError, OSError, ClientResponseError, asyncio.TimeoutError) as error:
            return Outcome(Fate.LATER, why=f"the action server: {type(error).__name__}")
        try:
            return await self._read(conversation_id, errand, answer)
        except (RasaException, KeyError, ValueError, TypeError, AttributeError) as error:
            return Outcome(Fate.BROKEN, why=f"the answer: {type(error).__name__}: {error}")

    async def consult(self, conversation_id: str, errand: Errand) -> Turn | None:
        """Asks an action for something between two turns; nobody waits for it, so a failure of any kind is none."""
        call = errand.call(conversation_id, 0)
        call["tracker"]["latest_message"]["metadata"].pop(RUN)
        try:
            answer = await asyncio.wait_for(self._endpoint.request(json=call), _CONSULT_S)
            collector = ReplyCollector(conversation_id.partition(":")[0])
            for response in answer["responses"]:
                await collector.send_response(conversation_id, dict(response))
        except (aiohttp.ClientError, OSError, ClientResponseError, asyncio.TimeoutError) as error:
            structlog.get_logger().warning("bot.consult.failed", action=errand.action, error=type(error).__name__)
            return None
        return collector.turn()

    async def _read(self, conversation_id: str, errand: Errand, answer: dict[str, Any]) -> Outcome:
        collector = ReplyCollector(conversation_id.partition(":")[0])
        tracker = DialogueStateTracker(conversation_id, self._domain.slots)
        for response in answer["responses"]:
            message = await self._written(dict(response), tracker, collector.name())
            await collector.send_response(conversation_id, message)
        turn, result = collector.turn(), collector.errand_result
        if result:
            return Outcome(Fate(result["state"]), turn, result["why"])
        return Outcome(Fate.DONE, turn) if turn.replies else Outcome(Fate.BROKEN, why="no words")

    async def _written(self, response: dict[str, Any], tracker: DialogueStateTracker, channel: str) -> dict[str, Any]:
        """Writes one response out, as Rasa does with what an action sends."""
        name = response.pop("response", None)
        draft: dict[str, Any] = (await self._voice.generate(name, tracker, channel, **response) or {}) if name else {}
        buttons = [*(draft.get("buttons") or ()), *(response.pop("buttons", None) or ())]
        told = {key: value for key, value in response.items() if value}
        return {**draft, **told, "buttons": buttons}
