"""How much of each parcel the platform has: a later part may fail, or the commit that says it has all of them."""

from __future__ import annotations

import json
from collections import OrderedDict

import structlog

from connectors.shared.ports import Parcel
from runtime.cache import Cache
from runtime.errors import CacheUnavailable

_MOST = 2000
# A parcel whose record was lost is carried again within minutes, by whichever worker.
_SHARED_SECONDS = 3600.0
_NOTHING = (0, "")
_Key = tuple[str, tuple[int, ...], str]


class Progress:
    """Remembers the parts that arrived, parcel by parcel, also of finished ones: who has lost the store meanwhile
    carries the same parcel again."""

    def __init__(self, *, most: int = _MOST) -> None:
        self._arrived: OrderedDict[_Key, tuple[int, str]] = OrderedDict()
        self._most = most

    def of(self, parcel: Parcel) -> int:
        """The number of parts that are there already."""
        return self._arrived.get(_key(parcel), _NOTHING)[0]

    def rest(self, parcel: Parcel) -> str:
        """The words that a shortened message left over: it is there, and they wait for another time."""
        return self._arrived.get(_key(parcel), _NOTHING)[1]

    def note(self, parcel: Parcel, parts: int, *, rest: str = "") -> None:
        """Remembers that so many parts are there."""
        self._arrived[_key(parcel)] = (parts, rest)
        self._arrived.move_to_end(_key(parcel))
        if len(self._arrived) > self._most:
            self._arrived.popitem(last=False)


class SharedProgress(Progress):
    """The same, told to the other workers as soon as the platform has said yes: the record in PostgreSQL comes later,
    and who is killed in between, or loses PostgreSQL, leaves the parcel to another worker.

    Without Redis each worker knows its own, as before.
    """

    def __init__(self, cache: Cache | None, space: str, *, most: int = _MOST) -> None:
        """`space` names the platform's account."""
        super().__init__(most=most)
        self._cache = cache
        self._space = space
        self._log = structlog.get_logger()

    async def learn(self, parcel: Parcel) -> None:
        """Asks what the others know of a parcel that this worker has not begun."""
        if self._cache is None or self.of(parcel):
            return
        try:
            known = await self._cache.get(self._name(parcel))
        except CacheUnavailable:
            return
        if known:
            parts, rest = json.loads(known)
            self.note(parcel, parts, rest=rest)
            self._log.warning("door.parcel.known", conversation_id=parcel.conversation_id, parts=parts)

    async def share(self, parcel: Parcel) -> None:
        """Tells the others how much of a parcel the platform has."""
        if self._cache is None or not self.of(parcel):
            return
        try:
            kept = json.dumps([self.of(parcel), self.rest(parcel)])
            await self._cache.put(self._name(parcel), kept, seconds=_SHARED_SECONDS)
        except CacheUnavailable:
            return  # said by the cache already; the record in PostgreSQL follows

    def _name(self, parcel: Parcel) -> str:
        seqs = "-".join(str(line.seq) for line in parcel.lines)
        return f"there:{self._space}:{parcel.conversation_id}:{seqs}:{len(parcel.rest)}"


def _key(parcel: Parcel) -> _Key:
    return parcel.conversation_id, tuple(line.seq for line in parcel.lines), parcel.rest
