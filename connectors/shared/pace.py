"""How fast one window, one customer, one address or all may write: bursts are fine, floods are refused politely.

Each worker counts for itself first; where Redis is named, all workers count together as well.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectors.shared.errors import TooMany
from connectors.shared.shared_pace import Bucket, Empty, SharedPace

RATE_LIMITED = "web.rate.limited"
# A customer reads that many are writing at most this often.
_TELL_AGAIN_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 60


@dataclass(frozen=True)
class Limits:
    """How much is taken at once and then each second: from one customer, one network address, and by a door from all.

    A platform pushes for all its customers from a few addresses, so an address may do much more than a customer.
    `redis_url` is where the workers count together; without it each counts alone.
    """

    customer_burst: int = 20
    customer_per_second: float = 2.0
    address_burst: int = 2000
    address_per_second: float = 200.0
    door_burst: int = 1000
    door_per_second: float = 100.0
    redis_url: str = field(default="", repr=False)


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
    """Keeps the pace of a door: of each customer, of each address that calls it, and of all of them together.

    A door without a name shares nothing with other workers.
    """

    def __init__(self, limits: Limits, door: str = "") -> None:
        self._limits = limits
        self._customers = Paces(burst=limits.customer_burst, per_second=limits.customer_per_second)
        self._addresses = Paces(burst=limits.address_burst, per_second=limits.address_per_second)
        self._all = Pace(burst=limits.door_burst, per_second=limits.door_per_second)
        self._told_of_all = Paces(burst=1, per_second=1 / _TELL_AGAIN_SECONDS)
        self._shared = SharedPace(limits.redis_url, door) if limits.redis_url and door else None

    def customer(self, user_id: str) -> Pace:
        """The pace of a customer, in this worker."""
        return self._customers.of(user_id)

    async def takes(self, user_id: str) -> bool:
        """Counts one message of a customer; false: it is too much of one person."""
        return self.customer(user_id).takes() and await self._empty(self._customer_bucket(user_id)) is None

    async def has_room(self) -> bool:
        """Counts one turn of the door; false: all customers together write more than it may take."""
        return self._all.takes() and await self._empty(self._door_bucket()) is None

    def tells_of_all(self, user_id: str) -> bool:
        """Whether a customer is to be told that many write: once in a while is enough."""
        return self._told_of_all.of(user_id).takes()

    async def step(self, user_id: str, address: str) -> None:
        """Counts one message of a customer who connects directly.

        Raises:
            TooMany: `web.rate.limited`; the message was not taken, `retry_after` says in how many seconds it may be.
        """
        mine = self.customer(user_id)
        if not mine.takes():
            raise _too_many(1 / self._limits.customer_per_second)
        if not self._all.takes():
            raise _too_many(1 / self._limits.door_per_second)
        buckets = [self._customer_bucket(user_id), self._door_bucket()]
        if address:
            buckets.insert(1, self._address_bucket(address))
        if empty := await self._empty(*buckets):
            raise _too_many(empty.seconds)

    def check_address(self, request: Any) -> None:
        """Counts one request of an address: the caller's own behind proxies that are trusted, else who connects.

        Raises:
            TooMany: `door.address.limited`; a platform sends its push again.
        """
        if not self._addresses.of(address_of(request)).takes():
            raise TooMany("door.address.limited", "Too many requests from this address; wait a moment.")

    async def close(self) -> None:
        """Leaves what the workers share."""
        if self._shared:
            await self._shared.close()

    async def _empty(self, *buckets: Bucket) -> Empty | None:
        return await self._shared.take(buckets) if self._shared else None

    def _customer_bucket(self, user_id: str) -> Bucket:
        return Bucket(f"customer {user_id}", self._limits.customer_burst, self._limits.customer_per_second)

    def _address_bucket(self, address: str) -> Bucket:
        return Bucket(f"address {address}", self._limits.address_burst, self._limits.address_per_second)

    def _door_bucket(self) -> Bucket:
        return Bucket("all", self._limits.door_burst, self._limits.door_per_second)


def address_of(request: Any) -> str:
    """The network address a request comes from."""
    return str(request.remote_addr or request.ip)


def _too_many(seconds: float) -> TooMany:
    wait = min(_LONGEST_WAIT_SECONDS, max(1, math.ceil(seconds)))
    return TooMany(RATE_LIMITED, "Too many messages at once; wait a moment and send again.", retry_after=wait)
