"""What an agent might answer: understanding and action server are asked beside the talk, and remember nothing."""

from __future__ import annotations

from typing import Any

import aiohttp
import structlog
from rasa.core.agent import Agent
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import ClientResponseError

from bot.dialogue import ActionEndpoint
from handoff.desk_help.suggestions import MOST, Suggestion, SuggestionKind
from handoff.phrases import Phrases

_ACTION, _ANSWER = "action_suggest_answers", "suggestions"
# Less sure than this an intent suggests nothing.
_SURE = 0.6


class Adviser:
    """Finds suggestions for a customer's words."""

    def __init__(self, agent: Agent, endpoint: ActionEndpoint, phrases: Phrases) -> None:
        self._agent = agent
        self._endpoint = endpoint
        self._phrases = phrases

    async def advise(self, conversation_id: str, text: str, message_id: str) -> list[Suggestion]:
        """Returns up to three; none when nothing fits, or who would know does not answer."""
        try:
            meant = await self._agent.parse_message(text)
        except (RasaException, KeyError, ValueError, TypeError, AttributeError) as error:
            structlog.get_logger().warning("bot.advice.not_understood", error=type(error).__name__)
            return []
        found = await self._known(conversation_id, text, message_id, meant)
        return [*found, *self._meant(meant)][:MOST]

    async def _known(self, conversation_id: str, text: str, message_id: str, meant: dict[str, Any]) -> list[Suggestion]:
        """What the curated answers hold, as the action server knows them."""
        intent = str((meant.get("intent") or {}).get("name") or "")
        try:
            answer = await self._endpoint.request(json=_call(conversation_id, text, message_id, meant))
        except (aiohttp.ClientError, OSError, ClientResponseError) as error:
            structlog.get_logger().warning("bot.advice.no_answer", error=type(error).__name__)
            return []
        wire = [one for each in answer.get("responses", ()) for one in (each.get("custom") or {}).get(_ANSWER, ())]
        return [
            Suggestion(SuggestionKind.KNOWLEDGE, one["id"], one["title"], one["text"], intent, float(one["score"]))
            for one in wire
        ]

    def _meant(self, meant: dict[str, Any]) -> list[Suggestion]:
        """What is said to who wants this business."""
        intent = meant.get("intent") or {}
        name, sure = str(intent.get("name") or ""), float(intent.get("confidence") or 0.0)
        response = f"utter_suggest_{name}"
        if sure < _SURE or response not in self._phrases.texts:
            return []
        return [Suggestion(SuggestionKind.INTENT, name, name, self._phrases.say(response), name, sure)]


def _call(conversation_id: str, text: str, message_id: str, meant: dict[str, Any]) -> dict[str, Any]:
    """The action call that Rasa would send for these words, with no memory of the talk."""
    channel, _, user = conversation_id.partition(":")
    metadata = {"message_id": f"{message_id}/advice", "channel": channel, "channel_user": user, "owner": "agent"}
    latest = {**{key: meant.get(key) for key in ("intent", "entities")}, "text": text, "metadata": metadata}
    said = {"event": "user", "text": text, "parse_data": latest, "metadata": metadata}
    tracker = {
        "sender_id": conversation_id,
        "slots": {},
        "latest_message": latest,
        "events": [said],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {"next_action": _ACTION, "sender_id": conversation_id, "tracker": tracker}
