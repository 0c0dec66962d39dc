"""The suite in two halves: every folder of tests is in one of them, and one failure fails the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.run_tests import FIRST, SECOND, verdict

_TESTS = Path(__file__).parents[2]


def test_every_folder_of_tests_is_in_one_half() -> None:
    folders = {file.relative_to(_TESTS).parts[0] for file in _TESTS.rglob("test_*.py")}

    assert folders == {*FIRST, *SECOND}
    assert not set(FIRST) & set(SECOND)


@pytest.mark.parametrize(
    ("codes", "suite"), [((0, 0), 0), ((1, 0), 1), ((0, 2), 2), ((0, 5), 0), ((5, 1), 1), ((5, 5), 5)]
)
def test_one_half_that_fails_fails_the_suite(codes: tuple[int, int], suite: int) -> None:
    assert verdict(codes) == suite
