"""What a line says by itself: the trained understanding asked beside the talk, which remembers nothing of it."""

from __future__ import annotations

import structlog
from rasa.core.agent import Agent
from rasa.shared.exceptions import RasaException

from bot.reception.bursts import Understood


class LineReader:
    """Reads lines with the loaded model (`bot.reception.bursts.Reads`)."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    async def read(self, text: str) -> Understood | None:
        """See base class."""
        try:
            meant = await self._agent.parse_message(text)
        except (RasaException, KeyError, ValueError, TypeError, AttributeError) as error:
            structlog.get_logger().warning("bot.line.not_understood", error=type(error).__name__)
            return None
        intent = meant.get("intent") or {}
        names = {str(one["entity"]): str(one["value"]) for one in meant.get("entities") or ()}
        return Understood(str(intent.get("name") or ""), float(intent.get("confidence") or 0.0), names)
