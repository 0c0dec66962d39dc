"""The actions without a server: the process that imports this module runs them where it stands (`ACTIONS_MODULE`).

The same actions, services and executor as the server's (`actions.server`); what is called and answered has the same
shape. What an action is given and what it answers is copied as the wire would copy it, so that neither side can change
what the other holds; of the events, which are most of a call, only those that the action reads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, overload

import structlog
import ujson
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

from actions.registry import build_actions
from actions.setup import ActionsSettings, open_services
from actions.visit import Services
from runtime.errors import BadRequest, GridTalkError

# What nobody can change needs no copy.
_PLAIN = (type(None), str, bool, int, float)


class ActionBroke(GridTalkError):
    """An action met an error it did not expect; it is logged."""

    code = "actions.action.broke"
    status = 500


class CopiedEvents(Sequence[dict[str, Any]]):
    """The events of a caller; each is copied when it is read first, and is the reader's own from then on."""

    def __init__(self, events: Sequence[Mapping[str, Any]]) -> None:
        self._events = events
        self._copies: dict[int, dict[str, Any]] = {}

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Copies one event, or those of a slice."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        if place not in self._copies:
            self._copies[place] = _copied(self._events[place])
        return self._copies[place]

    def __len__(self) -> int:
        """How many events there are."""
        return len(self._events)


def _copied(told: Any) -> Any:
    return ujson.loads(ujson.dumps(told))


def _own(told: Any) -> Any:
    """A copy; of a mapping, each value for itself: of hundreds of slots nearly all hold nothing, or a word."""
    if type(told) is dict:
        return {name: value if type(value) in _PLAIN else _copied(value) for name, value in told.items()}
    return told if type(told) in _PLAIN else _copied(told)


def _handed_over(call: Mapping[str, Any]) -> dict[str, Any]:
    """The call as the action's own."""
    state = call.get("tracker") or {}
    tracker = {name: _own(value) for name, value in state.items() if name != "events"}
    rest = _copied({name: value for name, value in call.items() if name != "tracker"})
    return {**rest, "tracker": {**tracker, "events": CopiedEvents(state.get("events") or ())}}


class ActionsHere:
    """Runs action calls in this process."""

    def __init__(self, services: Services, close: Callable[[], Awaitable[None]]) -> None:
        """Keeps every action, ready to be called."""
        self._executor = ActionExecutor()
        for action in build_actions(services):
            self._executor.register_action(action)
        self._close = close

    async def run(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """Runs one call of rasa-sdk's wire and returns `{"events", "responses"}`.

        Raises:
            BadRequest: there is no such action.
            ActionBroke: the action failed in a way nobody foresaw.
        """
        try:
            answer = _copied(await self._executor.run(_handed_over(call)))
        except ActionNotFoundException as error:
            raise BadRequest("actions.action.unknown", "There is no such action.", 404) from error
        except Exception as error:  # noqa: BLE001  # the shell of the actions, as runtime.web is of a server
            structlog.get_logger().error("actions.action.broke", action=call.get("next_action"), exc_info=error)
            raise ActionBroke(action=call.get("next_action")) from error
        return answer or {"events": [], "responses": []}

    async def close(self) -> None:
        """Closes what the actions have open."""
        await self._close()


def open_actions(environ: Mapping[str, str]) -> ActionsHere:
    """Builds the actions from the action server's own settings. Raises SettingsError."""
    services, close = open_services(ActionsSettings.from_env(environ))
    return ActionsHere(services, close)
