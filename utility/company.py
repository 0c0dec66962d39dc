"""The company as its doors see it: its books, its clock, its decisions and its map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from runtime.clock import Clock
from runtime.postgres import Pool, transaction
from utility.gazetteer import Gazetteer, read_words
from utility.policy import Policy, read_policy
from utility.store import network
from utility.values import Area

_CHECK_CODE_TEXT = Path(__file__).parent / "texts" / "check_code.txt"


@dataclass(frozen=True)
class Company:
    """Everything a door needs to answer."""

    pool: Pool
    clock: Clock
    policy: Policy
    areas: Mapping[str, Area]
    gazetteer: Gazetteer
    check_code_text: Template

    async def check(self) -> dict[str, Any]:
        """Tells whether the books can be read.

        Raises:
            StoreUnavailable: they cannot.
        """
        async with transaction(self.pool) as connection:
            await connection.execute("select 1")
        return {"database": "ok"}


async def open_company(pool: Pool, clock: Clock) -> Company:
    """Reads what does not change while the process runs.

    Raises:
        SettingsError: the books are empty.
        StoreUnavailable: the database does not answer.
    """
    policy = await read_policy(pool)
    async with transaction(pool) as connection:
        areas = await network.areas(connection)
        city = await connection.fetchval("select rows->>'city' from seed_sections where name = 'utility'")
    return Company(
        pool=pool,
        clock=clock,
        policy=policy,
        areas={area.area_id: area for area in areas},
        gazetteer=Gazetteer(areas, read_words(), str(city)),
        check_code_text=Template(_CHECK_CODE_TEXT.read_text(encoding="utf-8").strip()),
    )
