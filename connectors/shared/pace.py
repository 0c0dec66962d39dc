"""How fast one window, one customer or one address may write: bursts are fine, floods are refused politely."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.shared.errors import TooMany

RATE_LIMITED = "web.rate.limited"


@dataclass(frozen=True)
class Limits:
    """How much is taken at once and then each second: from one customer, and from one network address.

    A platform pushes for all its customers from a few addresses, so an address may do much more than a customer.
    """

    customer_burst: int = 20
    customer_per_second: float = 2.0
    address_burst: int = 2000
    address_per_second: float = 200.0


class Pace:
    """A token bucket: `burst` messages at once, then `per_second`."""

    def __init__(self, *, burst: int = 20, per_second: float = 2.0) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = float(burst)
        self._at = time.monotonic()
        self._told = False

    def takes(self) -> bool:
        """Counts one message; false: it is too much."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        self._told = False
        return True

    def tells(self) -> bool:
        """Whether this refusal is the first since something was taken: the others need no sentence of their own."""
        told, self._told = self._told, True
        return not told

    def step(self) -> None:
        """Counts one message.

        Raises:
            TooMany: `web.rate.limited`; the message was not taken.
        """
        if not self.takes():
            raise TooMany(RATE_LIMITED, "Too many messages at once; wait a moment and send again.")


class Paces:
    """The pace of each customer or address by its name; who has not written for long is forgotten first."""

    def __init__(self, *, burst: int = 20, per_second: float = 2.0, most: int = 10_000) -> None:
        self._paces: OrderedDict[str, Pace] = OrderedDict()
        self._new: Callable[[], Pace] = lambda: Pace(burst=burst, per_second=per_second)
        self._most = most

    def of(self, name: str) -> Pace:
        """Returns the pace of that name."""
        pace = self._paces.get(name)
        if pace is None:
            pace = self._paces[name] = self._new()
        self._paces.move_to_end(name)
        if len(self._paces) > self._most:
            self._paces.popitem(last=False)
        return pace


class Gatekeeper:
    """Keeps the pace of a door: of each customer, and of each address that calls it."""

    def __init__(self, limits: Limits) -> None:
        self._customers = Paces(burst=limits.customer_burst, per_second=limits.customer_per_second)
        self._addresses = Paces(burst=limits.address_burst, per_second=limits.address_per_second)

    def customer(self, user_id: str) -> Pace:
        """The pace of a customer."""
        return self._customers.of(user_id)

    def check_address(self, request: Any) -> None:
        """Counts one request of an address: the caller's own behind proxies that are trusted, else who connects.

        Raises:
            TooMany: `door.address.limited`; a platform sends its push again.
        """
        if not self._addresses.of(request.remote_addr or request.ip).takes():
            raise TooMany("door.address.limited", "Too many requests from this address; wait a moment.")
