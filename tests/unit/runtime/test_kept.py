"""Kept folders: made once, whole or not at all, however many ask at once; the oldest go."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from runtime.kept import kept


def fill(folder: Path) -> None:
    (folder / "made").write_text("whole", encoding="utf-8")


def test_the_same_is_made_once(tmp_path: Path) -> None:
    made = []

    for _ in range(2):
        place = kept("models", "a", lambda folder: (fill(folder), made.append(folder))[0], tmp_path)

    assert (place / "made").read_text(encoding="utf-8") == "whole"
    assert len(made) == 1


def test_many_at_once_get_one_whole_folder(tmp_path: Path) -> None:
    together = Barrier(4)

    def make(folder: Path) -> None:
        together.wait(10)  # nobody is the first to have it
        fill(folder)

    with ThreadPoolExecutor(4) as pool:
        places = {future.result() for future in [pool.submit(kept, "models", "a", make, tmp_path) for _ in range(4)]}

    assert places == {tmp_path / "models" / "a"}
    assert [folder.name for folder in (tmp_path / "models").iterdir()] == ["a"]
    assert (tmp_path / "models" / "a" / "made").exists()


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def break_off(folder: Path) -> None:
        fill(folder)
        raise ValueError("no archive")

    with pytest.raises(ValueError, match="no archive"):
        kept("models", "a", break_off, tmp_path)

    assert list((tmp_path / "models").iterdir()) == []


def test_the_longest_unused_go(tmp_path: Path) -> None:
    for number, name in enumerate("abcd"):
        place = kept("models", name, fill, tmp_path)
        os.utime(place, (number, number))
    kept("models", "a", fill, tmp_path)  # used again

    kept("models", "e", fill, tmp_path)

    assert sorted(folder.name for folder in (tmp_path / "models").iterdir()) == ["a", "c", "d", "e"]


def test_a_draft_of_a_killed_process_goes_after_a_while(tmp_path: Path) -> None:
    kept("models", "a", fill, tmp_path)
    old, young = tmp_path / "models" / ".draft-old", tmp_path / "models" / ".draft-young"
    for draft in (old, young):
        draft.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)

    kept("models", "b", fill, tmp_path)

    assert (old.exists(), young.exists()) == (False, True)
