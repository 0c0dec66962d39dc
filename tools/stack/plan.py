"""What each process of the stack is told: its command, its port and its settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from runtime.embedded import free_port
from tools.say import ToolError
from tools.stack.mode import ActionMode

PROJECT = Path(__file__).parent.parent.parent
TALKING = ("utility", "actions", "bot", "console")
PROCESSES = (*TALKING, "notices")
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The port of each process; 0 takes a free one."""

    utility: int = 0
    actions: int = 0
    bot: int = 0
    console: int = 0
    notices: int = 0

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Ports:
        """Reads `UTILITY_PORT`, `ACTIONS_PORT`, `BOT_PORT`, `CONSOLE_PORT`, `NOTICES_PORT`, or the known ones.

        Raises:
            ToolError: a port is not a number from 1 to 65535.
        """
        known = {"utility": 5056, "actions": 5055, "bot": 5005, "console": 5080, "notices": 5070}
        return cls(**{name: _port(f"{name.upper()}_PORT", environ, default) for name, default in known.items()})

    def settled(self) -> Ports:
        """Returns the same ports with a free one in place of each 0."""
        return Ports(**{item.name: getattr(self, item.name) or free_port() for item in fields(self)})


def _port(name: str, environ: Mapping[str, str], default: int) -> int:
    raw = environ.get(name, "").strip() or str(default)
    if raw.isdecimal() and 0 < int(raw) < 65536:
        return int(raw)
    raise ToolError(f"{name} must be a port number from 1 to 65535, not {raw!r}.")


@dataclass(frozen=True)
class Addresses:
    """Where the stores of this stack are."""

    database: str
    utility_database: str
    redis: str


@dataclass(frozen=True)
class Plan:
    """Everything the processes are started from."""

    data: Path
    ports: Ports
    addresses: Addresses
    secrets: Mapping[str, str] = field(repr=False)
    model: Path | None = None
    clock_file: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    actions: ActionMode = ActionMode.SERVICE

    @property
    def project(self) -> Path:
        """The folder the processes run in."""
        return PROJECT

    def command(self, name: str) -> list[str]:
        """Returns the command of process `name`."""
        return [sys.executable, "-m", name]

    def url(self, name: str) -> str:
        """Returns the base URL of process `name`."""
        return f"http://{HOST}:{getattr(self.ports, name)}"

    def log(self, name: str) -> Path:
        """Returns the log file of process `name`."""
        return self.data / "logs" / f"{name}.log"

    def environment(self, name: str) -> dict[str, str]:
        """Returns the environment of process `name`: the caller's own, and the settings of this stack on top."""
        return {**os.environ, **_QUIET, **self._shared(), **self._own(name), **self.extra}

    def _shared(self) -> dict[str, str]:
        shared = {"UTILITY_URL": self.url("utility"), "ACTIONS_URL": f"{self.url('actions')}/webhook"}
        if self.clock_file:
            shared["GRIDTALK_CLOCK_FILE"] = str(self.clock_file)
        for name in PROCESSES:
            shared[f"{name.upper()}_HOST"] = HOST
            shared[f"{name.upper()}_PORT"] = str(getattr(self.ports, name))
        return shared

    def _own(self, name: str) -> dict[str, str]:
        ours = {
            "DATABASE_URL": self.addresses.database,
            "REDIS_URL": self.addresses.redis,
            "MEDIA_DIR": str(self.data / "media"),
        }
        if name == "utility":
            books = {"UTILITY_DATABASE_URL": self.addresses.utility_database}
            names = ("UTILITY_TOKEN", "UTILITY_OPERATOR_TOKEN", "UTILITY_NOTICES_TOKEN")
            tokens = {name: self.secrets[name] for name in names}
            return {**books, **tokens, "UTILITY_SANDBOX": "1"}
        if name == "notices":
            token = {"UTILITY_NOTICES_TOKEN": self.secrets["UTILITY_NOTICES_TOKEN"]}
            folders = {"NOTICES_SMS_FOLDER": str(self.data / "sms"), "NOTICES_MAIL_FOLDER": str(self.data / "mail")}
            return {**ours, **token, **folders, "NOTICES_PUBLIC_URL": self.url("notices")}
        papers = {name: self.secrets[name] for name in ("UTILITY_TOKEN", "PAPERS_TOKEN_SECRET")}
        if name == "actions":
            return {**papers, "PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.url("bot")}
        if name == "bot":
            model = {"MODEL_PATH": str(self.model)} if self.model else {}
            own = {"WEB_TOKEN_SECRET": self.secrets["WEB_TOKEN_SECRET"], **self.actions.bot_settings}
            # A customer's browser reaches this stack at its own address unless the caller names a better one.
            return {**ours, **papers, **model, **own, "PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.url("bot")}
        desk = {name: self.secrets[name] for name in ("CONSOLE_SESSION_SECRET", "UTILITY_TOKEN")}
        return {**ours, **desk, "PUBLIC_URL": os.environ.get("PUBLIC_URL") or self.url("bot")}


_QUIET: Mapping[str, str] = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONPATH": str(PROJECT),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    # A proxy of the machine's own must not stand between processes that talk over loopback.
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}
