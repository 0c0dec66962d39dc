"""The suite in shares: every folder of tests is in one of them, and one failure fails the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.run_tests import SHARES, verdict

_TESTS = Path(__file__).parents[2]


def test_every_folder_of_tests_is_in_one_share() -> None:
    folders = {file.relative_to(_TESTS).parts[0] for file in _TESTS.rglob("test_*.py")}

    assert sorted(folder for share in SHARES for folder in share) == sorted(folders)


@pytest.mark.parametrize(
    ("codes", "suite"), [((0, 0, 0), 0), ((1, 0, 0), 1), ((0, 2, 0), 2), ((0, 5, 0), 0), ((5, 0, 1), 1), ((5, 5, 5), 5)]
)
def test_one_share_that_fails_fails_the_suite(codes: tuple[int, int, int], suite: int) -> None:
    assert verdict(codes) == suite
