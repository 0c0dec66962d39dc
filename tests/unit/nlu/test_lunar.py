"""The lunar table against days on which two calendars agree, among them the odd leap months."""

from __future__ import annotations

from datetime import date

import pytest

from bot.nlu.entities.lunar import solar


@pytest.mark.parametrize(
    ("lunar", "day"),
    [
        ((2019, 1, 1), date(2019, 2, 5)), ((2020, 1, 1), date(2020, 1, 25)), ((2020, 5, 1), date(2020, 6, 21)),
        ((2023, 1, 1), date(2023, 1, 22)), ((2023, 3, 1), date(2023, 4, 20)), ((2024, 1, 1), date(2024, 2, 10)),
        ((2025, 1, 1), date(2025, 1, 29)), ((2025, 8, 15), date(2025, 10, 6)), ((2026, 1, 1), date(2026, 2, 17)),
        ((2026, 5, 5), date(2026, 6, 19)), ((2026, 8, 15), date(2026, 9, 25)), ((2026, 12, 30), date(2027, 2, 5)),
        ((2027, 1, 1), date(2027, 2, 6)), ((2028, 1, 1), date(2028, 1, 26)), ((2030, 1, 1), date(2030, 2, 3)),
        ((2033, 12, 1), date(2034, 1, 20)), ((2034, 1, 1), date(2034, 2, 19)), ((2050, 1, 1), date(2050, 1, 23)),
    ],
)  # fmt: skip
def test_a_lunar_day_is_its_day_of_the_common_calendar(lunar: tuple[int, int, int], day: date) -> None:
    assert solar(*lunar) == day


@pytest.mark.parametrize("lunar", [(2018, 1, 1), (2051, 1, 1), (2026, 13, 1), (2026, 1, 31), (2026, 1, 0)])
def test_outside_the_table_there_is_no_day(lunar: tuple[int, int, int]) -> None:
    assert solar(*lunar) is None
