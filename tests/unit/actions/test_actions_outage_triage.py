"""The table of a fault report: over every scope, neighbour and end of the self-check, the question that comes next."""

from __future__ import annotations

import itertools

import pytest

from actions.outage_triage import BREAKER_VALUES, CHECK, NEIGHBOURS, PHONE, SCOPE, Beside, Dark, Told

_CHECKED = ("", *BREAKER_VALUES)
_EVERY = list(itertools.product(Dark, Beside, _CHECKED))


@pytest.mark.parametrize(("dark", "beside", "checked"), _EVERY)
def test_every_combination_ends_with_a_phone_and_asks_at_most_one_thing_before(
    dark: Dark, beside: Beside, checked: str
) -> None:
    questions = Told(dark, beside, checked).questions()

    assert questions[-1] == PHONE
    assert len(questions) <= 2


@pytest.mark.parametrize(("dark", "beside", "checked"), _EVERY)
def test_only_one_home_beside_light_is_sent_to_its_breaker_and_only_once(
    dark: Dark, beside: Beside, checked: str
) -> None:
    sent = CHECK in Told(dark, beside, checked).questions()

    assert sent == (dark is Dark.ONE_HOME and beside is Beside.LIGHT and not checked)


@pytest.mark.parametrize(("dark", "beside", "checked"), _EVERY)
def test_the_neighbours_are_asked_about_only_where_one_home_is_dark(dark: Dark, beside: Beside, checked: str) -> None:
    asked = NEIGHBOURS in Told(dark, beside, checked).questions()

    assert asked == (dark is Dark.ONE_HOME and beside is Beside.UNTOLD)


def test_the_scope_comes_first() -> None:
    assert Told(Dark.UNTOLD, Beside.UNTOLD).questions()[0] == SCOPE


@pytest.mark.parametrize("checked", list(BREAKER_VALUES))
def test_whatever_the_check_shows_a_crew_is_the_way_on(checked: str) -> None:
    assert Told(Dark.ONE_HOME, Beside.LIGHT, checked).questions() == (PHONE,)
