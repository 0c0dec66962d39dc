"""A rehearsed day gives the same books twice, also when the service is killed in the middle of a write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtime.embedded import EmbeddedPostgres
from utility.simulate.play import Day, Played, failed, play

SMALL = {"accounts": 60, "customers": 24, "hours": 6}


async def played(server: EmbeddedPostgres, folder: Path, name: str, *, kill: int = 0) -> Played:
    (folder / name).mkdir()
    return await play(Day(seed=7, kill=kill, **SMALL), server, f"day_{name}", folder / name, os.environ)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("days")


async def test_a_day_played_again_and_killed_on_the_way_leaves_the_same_books(
    postgres_server: EmbeddedPostgres, folder: Path
) -> None:
    quiet = await played(postgres_server, folder, "quiet")
    killed = await played(postgres_server, folder, "killed", kill=2)

    assert {name for name in quiet.tables if quiet.tables[name] != killed.tables[name]} == set()
    assert (killed.kills, killed.digest) == (2, quiet.digest)
    assert not failed(quiet)
    assert not failed(killed)
    assert quiet.told["report: done"] > 0
    assert quiet.told["pay: done"] > 0
