"""The suite in shares: every folder of tests is in one of them, and one failure fails the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.run_tests import SHARES, verdict

_TESTS = Path(__file__).parents[2]


def test_every_folder_of_tests_is_in_one_share() -> None:
    files = {file.relative_to(_TESTS) for file in _TESTS.rglob("test_*.py")}

    told = [[share for share in SHARES if any(file.is_relative_to(folder) for folder in share)] for file in files]

    assert {len(shares) for shares in told} == {1}


@pytest.mark.parametrize(
    ("codes", "suite"), [((0, 0, 0), 0), ((1, 0, 0), 1), ((0, 2, 0), 2), ((0, 5, 0), 0), ((5, 0, 1), 1), ((5, 5, 5), 5)]
)
def test_one_share_that_fails_fails_the_suite(codes: tuple[int, int, int], suite: int) -> None:
    assert verdict(codes) == suite
