"""Where the quota of each customer is counted: in Redis for all workers, or in this worker while Redis is gone."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol

from runtime.cache import Cache

# Longer than any window; what is older is rebuilt.
_SECONDS = 50 * 60 * 60
_MOST = 10_000
# Keys of interactions that opened something: the platform repeats one within seconds.
_KEYS_REMEMBERED = 8
_KEYS_BYTES = 600

_OPEN = """
local seen = redis.call('hget', KEYS[1], 'keys') or '|'
if string.find(seen, '|' .. ARGV[4] .. '|', 1, true) then return 0 end
redis.call('hset', KEYS[1], ARGV[1], ARGV[2], ARGV[1] .. '_until', ARGV[3], 'reachable', 1,
    'keys', string.sub('|' .. ARGV[4] .. seen, 1, tonumber(ARGV[5])))
redis.call('expire', KEYS[1], ARGV[6])
return 1
"""
_SPEND = """
local function open(grant)
    local left = tonumber(redis.call('hget', KEYS[1], grant) or '0')
    local ends = tonumber(redis.call('hget', KEYS[1], grant .. '_until') or '0')
    return ends > tonumber(ARGV[1]) and left or 0
end
if redis.call('hget', KEYS[1], 'reachable') == '0' then return '' end
local grant = (open('lasting') > tonumber(ARGV[2]) and 'lasting') or (open('passing') > 0 and 'passing') or ''
if grant ~= '' then redis.call('hincrby', KEYS[1], grant, -1) end
return grant
"""
_GIVE_BACK = """
local left = tonumber(redis.call('hget', KEYS[1], ARGV[1]) or ARGV[2])
if left < tonumber(ARGV[2]) then redis.call('hincrby', KEYS[1], ARGV[1], 1) end
return left
"""
_SHUT = "return redis.call('hset', KEYS[1], 'lasting', 0, 'passing', 0, 'reachable', ARGV[1])"
_REBUILD = """
if redis.call('exists', KEYS[1]) == 1 then return 0 end
redis.call('hset', KEYS[1], 'lasting', ARGV[1], 'lasting_until', ARGV[2], 'reachable', ARGV[3])
redis.call('expire', KEYS[1], ARGV[4])
return 1
"""
_READ = "return redis.call('hmget', KEYS[1], 'lasting', 'lasting_until', 'passing', 'passing_until', 'reachable')"
_DROP = "return redis.call('del', KEYS[1])"
_HAS = "return redis.call('exists', KEYS[1])"


@dataclass
class Purse:
    """One customer's quota: messages left of each grant, and the epoch second each grant ends at."""

    lasting: int = 0
    lasting_until: float = 0.0
    passing: int = 0
    passing_until: float = 0.0
    reachable: bool = True
    keys: list[str] = field(default_factory=list)


class Purses(Protocol):
    """The purses of a channel's customers; every change is atomic."""

    async def has(self, conversation_id: str) -> bool:
        """Whether the customer's purse is there."""

    async def rebuild(self, conversation_id: str, purse: Purse) -> None:
        """Makes a purse that is not there."""

    async def open(self, conversation_id: str, key: str, messages: int, until: float, *, lasting: bool) -> None:
        """Fills a grant anew, once for each key."""

    async def spend(self, conversation_id: str, now: float, kept: int) -> str:
        """Takes one message, of the lasting grant while more than `kept` are left; returns the grant's name."""

    async def give_back(self, conversation_id: str, grant: str, most: int) -> None:
        """Returns one message to a grant that holds less than `most`."""

    async def shut(self, conversation_id: str, *, reachable: bool) -> None:
        """Empties the purse."""

    async def read(self, conversation_id: str) -> Purse:
        """Returns the purse as it is."""

    async def drop(self, conversation_id: str) -> None:
        """Forgets the purse: it is rebuilt when it is asked for."""


class SharedPurses:
    """One Redis hash for each customer. Every method raises CacheUnavailable."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def has(self, conversation_id: str) -> bool:
        """See base class."""
        return bool(await self._cache.run(_HAS, _key(conversation_id)))

    async def rebuild(self, conversation_id: str, purse: Purse) -> None:
        """See base class; who was faster has made it already."""
        arguments = (purse.lasting, str(purse.lasting_until), int(purse.reachable), _SECONDS)
        await self._cache.run(_REBUILD, _key(conversation_id), *arguments)

    async def open(self, conversation_id: str, key: str, messages: int, until: float, *, lasting: bool) -> None:
        """See base class."""
        grant = "lasting" if lasting else "passing"
        arguments = (grant, messages, str(until), key, _KEYS_BYTES, _SECONDS)
        await self._cache.run(_OPEN, _key(conversation_id), *arguments)

    async def spend(self, conversation_id: str, now: float, kept: int) -> str:
        """See base class."""
        return str(await self._cache.run(_SPEND, _key(conversation_id), str(now), kept))

    async def give_back(self, conversation_id: str, grant: str, most: int) -> None:
        """See base class."""
        await self._cache.run(_GIVE_BACK, _key(conversation_id), grant, most)

    async def shut(self, conversation_id: str, *, reachable: bool) -> None:
        """See base class."""
        await self._cache.run(_SHUT, _key(conversation_id), int(reachable))

    async def read(self, conversation_id: str) -> Purse:
        """See base class."""
        values: list[Any] = await self._cache.run(_READ, _key(conversation_id))
        lasting, lasting_until, passing, passing_until, reachable = values
        return Purse(
            lasting=int(lasting or 0),
            lasting_until=float(lasting_until or 0),
            passing=int(passing or 0),
            passing_until=float(passing_until or 0),
            reachable=reachable != "0",
        )

    async def drop(self, conversation_id: str) -> None:
        """See base class."""
        await self._cache.run(_DROP, _key(conversation_id))


class LocalPurses:
    """The purses of this worker; a rebuilt one keeps what a touch opened here."""

    def __init__(self) -> None:
        self._purses: OrderedDict[str, Purse] = OrderedDict()

    async def has(self, conversation_id: str) -> bool:
        """See base class."""
        return conversation_id in self._purses

    async def rebuild(self, conversation_id: str, purse: Purse) -> None:
        """See base class."""
        old = self._purses.get(conversation_id)
        if old:
            purse.passing, purse.passing_until, purse.keys = old.passing, old.passing_until, old.keys
        self._purses[conversation_id] = purse
        self._purses.move_to_end(conversation_id)
        if len(self._purses) > _MOST:
            self._purses.popitem(last=False)

    async def open(self, conversation_id: str, key: str, messages: int, until: float, *, lasting: bool) -> None:
        """See base class."""
        purse = self._purses[conversation_id]
        if key in purse.keys:
            return
        purse.keys = [*purse.keys, key][-_KEYS_REMEMBERED:]
        purse.reachable = True
        if lasting:
            purse.lasting, purse.lasting_until = messages, until
        else:
            purse.passing, purse.passing_until = messages, until

    async def spend(self, conversation_id: str, now: float, kept: int) -> str:
        """See base class."""
        purse = self._purses[conversation_id]
        if purse.reachable and purse.lasting_until > now and purse.lasting > kept:
            purse.lasting -= 1
            return "lasting"
        if purse.reachable and purse.passing_until > now and purse.passing > 0:
            purse.passing -= 1
            return "passing"
        return ""

    async def give_back(self, conversation_id: str, grant: str, most: int) -> None:
        """See base class."""
        purse = self._purses[conversation_id]
        setattr(purse, grant, min(most, getattr(purse, grant) + 1))

    async def shut(self, conversation_id: str, *, reachable: bool) -> None:
        """See base class."""
        purse = self._purses[conversation_id]
        purse.lasting = purse.passing = 0
        purse.reachable = reachable

    async def read(self, conversation_id: str) -> Purse:
        """See base class."""
        return self._purses[conversation_id]

    async def drop(self, conversation_id: str) -> None:
        """See base class."""
        self._purses.pop(conversation_id, None)


def _key(conversation_id: str) -> str:
    return f"quota:{conversation_id}"
