"""Asks Rasa for one turn: text in, bubbles and tracker events out, nothing stored and nobody told."""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import ujson
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, concat_url

from bot.errors import DialogueFailed
from bot.replies.channel import ReplyCollector
from bot.trackers import NewEvents, TurnTrackerStore
from conversation.reply import Turn
from runtime.errors import GridTalkError, SettingsError

# Rasa reads "/intent{...}" as an order to its engine; a customer's slash must stay a slash on paper.
_ENGINE_PREFIX, _HARMLESS = "/", "\u2044"

_JSON = {"Content-Type": "application/json"}
# An action server is there again about so long after it died; within a turn's deadline it is asked so often.
_START_SECONDS, _ASK_AGAIN_SECONDS = 3.0, 0.2

_failure: contextvars.ContextVar[list[BaseException]] = contextvars.ContextVar("action_failure")


class ActionEndpoint(EndpointConfig):
    """The action server, over connections that are kept; Rasa opens a session for every call.

    A failed call is noted for the turn, because Rasa logs it and goes on without an answer.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url, enable_selective_domain=True)  # no action of ours reads the domain
        self._session: aiohttp.ClientSession | None = None
        self._away_since: float | None = None

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """See base class; a server that dies is asked again while it may be starting anew.

        What it had begun to do is not done twice: an action's writes carry the message's key.
        """
        while True:
            try:
                answer = await self._ask(method, subpath, **kwargs)
            except (aiohttp.ClientError, OSError, ClientResponseError) as error:
                if not (isinstance(error, aiohttp.ClientConnectionError) and self._may_come_back()):
                    _failure.get([]).append(error)
                    raise
                await asyncio.sleep(_ASK_AGAIN_SECONDS)
            else:
                self._away_since = None
                return answer

    def _may_come_back(self) -> bool:
        """Whether the server has been away for no longer than a start takes: nobody waits for one that stays away."""
        now = time.monotonic()
        self._away_since = self._away_since or now
        return now - self._away_since < _START_SECONDS

    async def _ask(self, method: str, subpath: str | None, **kwargs: Any) -> Any:
        if self._session is None:
            self._session = self.session()
        url = concat_url(self.url, subpath)
        body = ujson.dumps(kwargs.get("json"))
        async with self._session.request(method, url, data=body, headers=_JSON) as response:
            if response.status >= 400:
                raise ClientResponseError(response.status, response.reason, await response.read())
            return await response.json(loads=ujson.loads)

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._session is not None:
            await self._session.close()


class ActionsInProcess(Protocol):
    """What runs the actions without a server (`actions.here.ActionsHere`)."""

    async def run(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Runs one call of rasa-sdk's wire. Raises GridTalkError with the status a server would answer."""

    async def close(self) -> None:
        """Closes what the actions have open."""


class LocalActionEndpoint(ActionEndpoint):
    """The actions in this process: no server, no wire; to Rasa the same."""

    def __init__(self, actions: ActionsInProcess) -> None:
        super().__init__("here:")
        self._actions = actions

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> Any:
        """See base class."""
        try:
            return await self._actions.run(kwargs["json"])
        except GridTalkError as error:
            refused = ClientResponseError(error.status, error.code, error.detail.encode())
            _failure.get([]).append(refused)
            raise refused from error

    async def close(self) -> None:
        """Closes what the actions have open."""
        await self._actions.close()


def open_endpoint(module: str, url: str, environ: Mapping[str, str]) -> ActionEndpoint:
    """Opens the way to the actions: `module` runs them here, an empty one leaves them to the server at `url`.

    Raises:
        SettingsError: there is no such module, it runs no actions, or a setting of its own is missing.
    """
    if not module:
        return ActionEndpoint(url)
    try:
        opened = importlib.import_module(module).open_actions(environ)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"ACTIONS_MODULE names no actions: {error}", setting="ACTIONS_MODULE") from error
    return LocalActionEndpoint(opened)


@dataclass(frozen=True)
class Question:
    """What the reception asks: a customer's text with the facts the actions may need; `meant` overrules the reading."""

    conversation_id: str
    channel: str
    text: str
    message_id: str
    metadata: dict[str, Any]
    meant: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of it, not yet committed."""

    turn: Turn
    events: NewEvents


class Dialogue:
    """One Rasa agent behind one method."""

    def __init__(self, agent: Agent, trackers: TurnTrackerStore) -> None:
        self._agent = agent
        self._trackers = trackers

    async def answer(self, question: Question) -> Answer:
        """Thinks one turn through.

        Raises:
            DialogueFailed: an action could not be reached or the engine broke; nothing of the turn is remembered.
        """
        collector = ReplyCollector(question.channel)
        failures: list[BaseException] = []
        token = _failure.set(failures)
        try:
            await self._agent.processor.handle_message(await self._heard(question, collector))
        except (RasaException, KeyError, ValueError, TypeError, AttributeError) as error:
            failures.append(error)
        finally:
            _failure.reset(token)
            gained = self._trackers.take(question.conversation_id)
        if failures:
            raise DialogueFailed(f"{type(failures[0]).__name__}: {failures[0]}") from failures[0]
        return Answer(collector.turn(), gained)

    async def _heard(self, question: Question, collector: ReplyCollector) -> UserMessage:
        message = _user_message(question, collector)
        if question.meant:
            read = await self._agent.parse_message(message.text)
            message.parse_data = {**read, INTENT: {INTENT_NAME_KEY: question.meant, PREDICTED_CONFIDENCE_KEY: 1.0}}
        return message


def _user_message(question: Question, collector: ReplyCollector) -> UserMessage:
    text = question.text
    if text.lstrip().startswith(_ENGINE_PREFIX):
        text = _HARMLESS + text.lstrip()[1:]
    return UserMessage(
        text=text,
        output_channel=collector,
        sender_id=question.conversation_id,
        input_channel=question.channel,
        message_id=question.message_id,
        metadata=question.metadata,
    )
