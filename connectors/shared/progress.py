"""How much of each parcel the platform has: a later part may fail, or the commit that says it has all of them."""

from __future__ import annotations

from collections import OrderedDict

from connectors.shared.ports import Parcel

_MOST = 2000
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


def _key(parcel: Parcel) -> _Key:
    return parcel.conversation_id, tuple(line.seq for line in parcel.lines), parcel.rest
