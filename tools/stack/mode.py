"""Where a stack runs the actions: in the bot's own process, or as a service beside it (decision 0017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from tools.say import ToolError

SETTING = "GRIDTALK_ACTIONS"
_SERVER = "actions"


class ActionMode(str, Enum):
    """The two ways; everything else of a stack is the same in both."""

    PROCESS = "process"
    SERVICE = "service"

    @classmethod
    def of(cls, environ: Mapping[str, str], default: ActionMode) -> ActionMode:
        """Reads GRIDTALK_ACTIONS.

        Raises:
            ToolError: it names neither way.
        """
        asked = environ.get(SETTING, "").strip() or default.value
        try:
            return cls(asked)
        except ValueError as error:
            raise ToolError(f"{SETTING} must be `process` or `service`, not {asked!r}.") from error

    @property
    def bot_settings(self) -> Mapping[str, str]:
        """What the bot is told of it."""
        return {"ACTIONS_MODULE": "actions.here" if self is ActionMode.PROCESS else ""}

    def among(self, processes: Sequence[str]) -> tuple[str, ...]:
        """Those of `processes` that are started."""
        return tuple(name for name in processes if self is ActionMode.SERVICE or name != _SERVER)
