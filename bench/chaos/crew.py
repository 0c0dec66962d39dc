"""The part with several workers behind one port (`WORKERS`): what is struck there, and how each of them is found.

`bot` is the first process, which holds the port; its loader and workers are its children and grandchildren. The second
bot is one process alone, so that somebody can always take a push.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from bench.chaos.schedule import BOTS, POSTGRES, REDIS, Fault, Kind, Size
from tools.say import ToolError

WORKERS = 2
FIRST, LOADER = BOTS[0], "loader"
MEMBERS = tuple(f"worker {number}" for number in range(1, WORKERS + 1))
# The least share of connections for each worker.
SETTINGS = {"WORKERS": str(WORKERS), "DATABASE_CONNECTIONS": "16"}
CREW = Size(seconds=90.0, web=8, wechat=6, lines=9, agents=2, outages=1, faults=10, longest_gone=0.0)
# What `make test` has time for: each of the first four cards once.
SMALL_CREW = Size(seconds=32.0, web=4, wechat=3, lines=6, agents=1, outages=1, faults=4, longest_gone=0.0)
_PATIENCE_S = 120.0


def deck(chance: random.Random, size: Size) -> list[Fault]:
    """The blows, in the order they fall: each of the four kinds of processes first, then the rest at random."""
    first = [Fault(0, Kind.KILL, name) for name in (chance.choice(MEMBERS), LOADER, FIRST)]
    first.append(Fault(0, Kind.RELOAD, FIRST))
    rest = [Fault(0, Kind.KILL, name) for name in (*MEMBERS, LOADER)]
    rest += [Fault(0, Kind.CUT, POSTGRES), Fault(0, Kind.EMPTY, REDIS, 0.0), Fault(0, Kind.KILL, "actions")]
    chance.shuffle(first)
    chance.shuffle(rest)
    return [*first, *rest][: size.faults]


def find(first: Callable[[], int], name: str) -> psutil.Process:
    """The loader or a worker of the crew whose first process it names; waits for a crew that is whole.

    Raises:
        ToolError: there is none in time.
    """
    late = time.monotonic() + _PATIENCE_S
    while time.monotonic() < late:
        with suppress(psutil.NoSuchProcess):
            for loader in psutil.Process(first()).children():
                workers = loader.children()
                if len(workers) == WORKERS:
                    return loader if name == LOADER else workers[MEMBERS.index(name)]
        time.sleep(0.1)
    raise ToolError("the crew of the bot was not whole in time")
