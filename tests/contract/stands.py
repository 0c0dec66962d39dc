"""A stand is a company under test: its backend, its clock, and the one look behind the counter that the suite needs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import aiohttp

from backend.http import HttpBackend
from backend.protocol import Backend
from runtime.clock import FileClock, write_clock
from tests.fakes.backend import FakeBackend
from tests.fakes.utility_process import NOTICES_TOKEN, TOKEN, UtilityProcess
from utility.seed.file import fixed_now, read_city

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class ClosableBackend(Backend, Protocol):
    """A backend that lets go of what it holds."""

    async def close(self) -> None:
        """Closes it."""


class Stand(Protocol):
    """What the suite needs of a company."""

    backend: ClosableBackend
    notices_backend: ClosableBackend

    async def code_sent_to(self, account_no: str) -> str:
        """Reads the newest check code from the phone on file."""

    async def code_sent_to_phone(self, account_no: str, phone: str) -> str:
        """Reads the newest code that a change of this account's phone sent to a phone."""

    def move_clock(self, by: timedelta) -> None:
        """Moves the company's clock."""

    def now(self) -> datetime:
        """Reads the company's clock."""


class FakeStand:
    """The company in memory."""

    def __init__(self, clock_file: Path) -> None:
        self._clock_file = clock_file
        self._clock = FileClock(clock_file)
        self._fake = FakeBackend(self._clock)
        self.backend: ClosableBackend = self._fake
        self.notices_backend: ClosableBackend = self._fake

    @classmethod
    def at_fixed_now(cls, folder: Path) -> FakeStand:
        """Builds one at the demo city's own now."""
        write_clock(folder / "clock.json", fixed_now(read_city()))
        return cls(folder / "clock.json")

    async def code_sent_to(self, account_no: str) -> str:
        """See base class."""
        return self._fake.sent_code(account_no)

    async def code_sent_to_phone(self, account_no: str, phone: str) -> str:
        """See base class."""
        return self._fake.phone_code(phone)

    def move_clock(self, by: timedelta) -> None:
        """See base class."""
        write_clock(self._clock_file, self.now() + by)

    def now(self) -> datetime:
        """See base class."""
        return self._clock.now()


class HttpStand:
    """The real utility behind HTTP."""

    def __init__(self, process: UtilityProcess) -> None:
        self._process = process
        self.backend: ClosableBackend = HttpBackend(process.url, TOKEN)
        self.notices_backend: ClosableBackend = HttpBackend(process.url, NOTICES_TOKEN)

    async def code_sent_to(self, account_no: str) -> str:
        """See base class."""
        return _code(await self._messages(account_no))

    async def code_sent_to_phone(self, account_no: str, phone: str) -> str:
        """See base class."""
        return _code([m for m in await self._messages(account_no) if m["phone_masked"].endswith(phone[-4:])])

    async def _messages(self, account_no: str) -> list[dict[str, str]]:
        address = f"{self._process.url}/sandbox/sms.json"
        async with aiohttp.ClientSession() as session, session.get(address, params={"tail": account_no[-4:]}) as answer:
            found: list[dict[str, str]] = (await answer.json())["messages"]
            return found

    def move_clock(self, by: timedelta) -> None:
        """See base class."""
        self._process.set_clock(self.now() + by)

    def now(self) -> datetime:
        """See base class."""
        return self._process.clock.now()


def _code(messages: list[dict[str, str]]) -> str:
    found = _CODE.search(messages[0]["text"])
    if found is None:
        raise AssertionError(f"no code in {messages[0]['text']!r}")
    return found[0]
