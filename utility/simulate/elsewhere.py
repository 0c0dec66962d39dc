"""Plays the day's customers against a company that runs already: nothing is set up, moved, killed or audited there.

The clock is that company's own, so the steps follow one another without waiting; who takes part is the demo city's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import aiohttp

from runtime.clock import SHANGHAI
from utility.seed.file import read_city
from utility.simulate.client import Client
from utility.simulate.play import Day
from utility.simulate.scenes import SCENES
from utility.simulate.script import Customer, read_storm, write_script
from utility.simulate.stage import Stage


async def play_elsewhere(day: Day, url: str, token: str, operator: str) -> dict[str, int]:
    """Plays the script once; returns how often each scene went how.

    Raises:
        PlayFailed: the company answered a 5xx, or nobody answered.
    """
    now = datetime.now(SHANGHAI)
    script = write_script(_customers(), read_storm(), Random(day.seed), (now, now + timedelta(hours=day.hours)))
    async with aiohttp.ClientSession() as session:
        client = Client(session, url.rstrip("/"), token, operator, Random(day.seed + 1))
        stage = Stage(client, read_storm(), day.seed, _no_rounds, lambda _: None, lambda _: datetime.now(SHANGHAI))
        for step in script:
            await SCENES[step.scene](stage, step)
        return dict(sorted(stage.told.items()))


async def _no_rounds() -> None:
    """The company makes its own."""


def _customers() -> list[Customer]:
    return [
        Customer(row["account_no"], row["name"], row["contact_phone"], row["transformer_area"])
        for row in read_city()["accounts"]
        if row["status"] != "closed"
    ]
