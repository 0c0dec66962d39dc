"""The actions without a server: the process that imports this module runs them where it stands (`ACTIONS_MODULE`).

The same actions, services and executor as the server's (`actions.server`); what is called and answered has the same
shape. A call is copied as the wire would copy it, so that no action can change what the caller holds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
import ujson
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException

from actions.registry import build_actions
from actions.setup import ActionsSettings, open_services
from actions.visit import Services
from runtime.errors import BadRequest, GridTalkError


class ActionBroke(GridTalkError):
    """An action met an error it did not expect; it is logged."""

    code = "actions.action.broke"
    status = 500


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
            answer = await self._executor.run(ujson.loads(ujson.dumps(call)))
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
