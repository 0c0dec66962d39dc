"""The charts of a parcel as pictures: drawn by what the house hands in, uploaded once for each content."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from connectors.shared.ports import Draw, Parcel
from conversation.reply import Card, Chart
from runtime.errors import GridTalkError

_MOST = 500


class NotDrawn(GridTalkError):
    """A chart that cannot be drawn; the rows of its card have to do."""

    code = "door.chart.not_drawn"


@dataclass(frozen=True)
class Picture:
    """A chart that goes with a parcel, and the title of its card."""

    title: str
    chart: Chart


def pictures(parcel: Parcel) -> Iterator[Picture]:
    """The charts of a parcel, in the order of its lines; one that is none is passed over."""
    for line in parcel.lines:
        wire = line.body.get("card") or {}
        if "chart" not in wire:
            continue
        try:
            card = Card.from_wire(wire)
        except (KeyError, ValueError, TypeError):
            continue
        if card.chart:
            yield Picture(card.title, card.chart)


class Album:
    """What the platform calls each picture it has; after `seconds` it has it no more."""

    def __init__(self, draw: Draw, upload: Callable[[bytes], Awaitable[str]], *, seconds: float) -> None:
        self._draw = draw
        self._upload = upload
        self._seconds = seconds
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def name(self, chart: Chart) -> str:
        """Returns the platform's name of a chart's picture, uploaded if need be.

        Raises:
            NotDrawn: it cannot be drawn.
            GridTalkError: what the upload raises.
        """
        key = _key(chart)
        name, until = self._known.get(key, ("", 0.0))
        if time.monotonic() < until:
            return name
        try:
            content = await asyncio.to_thread(self._draw, chart)
        except (ValueError, ArithmeticError, OSError) as error:
            raise NotDrawn(f"{type(error).__name__}: {error}"[:200]) from error
        name = await self._upload(content)
        self._known[key] = (name, time.monotonic() + self._seconds)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return name

    def forget(self, chart: Chart) -> None:
        """The platform has it no more."""
        self._known.pop(_key(chart), None)


def _key(chart: Chart) -> str:
    return json.dumps(chart.to_wire(), ensure_ascii=False, sort_keys=True)
