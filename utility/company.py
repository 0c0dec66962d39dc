"""The company as its doors see it: its books, its clock, its decisions and its map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from runtime.clock import Clock
from runtime.postgres import Pool, transaction
from utility.grid import store as grid
from utility.grid.gazetteer import Gazetteer, read_words
from utility.grid.values import Area
from utility.policy import Policy, read_policy
from utility.regions import regions_of

_CHECK_CODE_TEXT = Path(__file__).parent / "accounts" / "texts" / "check_code.txt"


@dataclass(frozen=True)
class Company:
    """Everything a door needs to answer; `regions` says whose versions of a table hold, nearest first."""

    pool: Pool
    clock: Clock
    policy: Policy
    regions: tuple[str, ...]
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
        areas = await grid.areas(connection)
        utility = await connection.fetchval("select rows from seed_sections where name = 'utility'")
    return Company(
        pool=pool,
        clock=clock,
        policy=policy,
        regions=regions_of(utility["province_table"]),
        areas={area.area_id: area for area in areas},
        gazetteer=Gazetteer(areas, read_words(), utility["city"]),
        check_code_text=Template(_CHECK_CODE_TEXT.read_text(encoding="utf-8").strip()),
    )
