"""The preconditions of an application, each by its figures, and all of them told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.applications.catalogue import read_books
from utility.applications.checks import CHECKS, find, years_after
from utility.applications.situation import Situation, Supply
from utility.applications.uploads import NoDocument, is_id_number, masked_name, media_type_of, person_digest
from utility.orders.worktime import Calendar

REGIONS, TODAY = ("guangzhou", "csg", "cn"), date(2026, 11, 21)
BOOKS = read_books()
TEXTS = BOOKS.catalogue.at(TODAY, REGIONS).value.checks
SUPPLY = Supply("1", "林", "active", "tier", "TA01", "单相", Decimal(8))
NOTHING = Situation(
    TODAY,
    Calendar(frozenset(), frozenset(), frozenset({2026, 2027})),
    BOOKS.figures.at(TODAY, REGIONS).value,
    {},
    SUPPLY,
)


def failing(*names: str, supply: dict[str, Any] | None = None, **more: Any) -> list[str]:
    situation = replace(NOTHING, **more, supply=replace(SUPPLY, **(supply or {})))
    return [finding.check for finding in find(names, TEXTS, situation)]


def test_every_check_has_its_text_and_its_way_out() -> None:
    assert set(CHECKS) | {"class_fits"} == set(TEXTS)
    assert all(text.text and text.do for text in TEXTS.values())


@pytest.mark.parametrize(
    ("name", "fails", "passes"),
    [
        ("nothing_owed", {"payable": Decimal("0.01")}, {"payable": Decimal("0.00")}),
        ("no_arrears", {"damages": Decimal("0.01")}, {"payable": Decimal("150.20")}),
        ("no_other_order", {"other_order": "N26112000007"}, {}),
        ("no_live_meter", {"live_meter": True}, {}),
        ("account_open", {"supply": {"status": "closed"}}, {"supply": {"status": "cut_off"}}),
        ("no_open_case", {"supply": {"open_case": True}}, {}),
        ("small_capacity", {"facts": {"capacity_kw": "160.001"}}, {"facts": {"capacity_kw": "160"}}),
        (
            "single_phase_limit",
            {"facts": {"capacity_kw": "12.1", "phase": "single"}},
            {"facts": {"capacity_kw": "12.1", "phase": "three"}},
        ),
        ("capacity_grows", {"facts": {"capacity_kw": "8"}}, {"facts": {"capacity_kw": "8.1"}}),
        ("capacity_shrinks", {"facts": {"capacity_kw": "8"}}, {"facts": {"capacity_kw": "7.9"}}),
        (
            "tou_lock",
            {"supply": {"tou_since": TODAY - timedelta(days=364)}},
            {"supply": {"tou_since": TODAY - timedelta(days=365)}},
        ),
        ("tou_changes", {"facts": {"tou": "off"}}, {"facts": {"tou": "on"}}),
        ("persons_enough", {"persons": tuple("abcd"), "facts": {"persons": "4"}}, {"persons": tuple("abcde")}),
        ("persons_once", {"persons": tuple("abcda"), "facts": {"persons": "5"}}, {"persons": tuple("abcde")}),
        (
            "persons_once",
            {"persons": tuple("abcde"), "elsewhere": frozenset("c"), "facts": {"persons": "5"}},
            {"elsewhere": frozenset("z")},
        ),
        (
            "whole_transformers",
            {
                "facts": {"capacity_kw": "700"},
                "supply": {"capacity_kw": Decimal(1200), "transformers": (Decimal(400),) * 3},
            },
            {
                "facts": {"capacity_kw": "400"},
                "supply": {"capacity_kw": Decimal(1200), "transformers": (Decimal(400),) * 3},
            },
        ),
        (
            "reduce_span",
            {"facts": {"from_day": "2026-12-01", "until_day": "2026-12-15"}},
            {"facts": {"from_day": "2026-12-01", "until_day": "2026-12-16"}},
        ),
        ("lead_time", {"facts": {"from_day": "2026-11-26"}}, {"facts": {"from_day": "2026-11-27"}}),
        ("was_taken_down", {"supply": {"down_since": TODAY - timedelta(days=366)}}, {"supply": {"down_since": TODAY}}),
        (
            "use_right_lasts",
            {"facts": {"use_right": "rented", "right_until": "2027-11-20"}},
            {"facts": {"use_right": "rented", "right_until": "2027-11-21"}},
        ),
        ("temporary_span", {"facts": {"until_day": "2029-11-22"}}, {"facts": {"until_day": "2029-11-21"}}),
    ],
)
def test_a_precondition(name: str, fails: dict[str, Any], passes: dict[str, Any]) -> None:
    assert failing(name, **fails) == [name]
    assert failing(name, **passes) == []


def test_everything_that_stands_against_it_is_told_at_once() -> None:
    assert failing("account_open", "no_other_order", "nothing_owed", other_order="N1", payable=Decimal(3)) == [
        "no_other_order", "nothing_owed",
    ]  # fmt: skip


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 5))
def test_a_year_later_is_the_same_day_or_the_28th(day: date, years: int) -> None:
    later = years_after(day, years)

    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (later.day, day.day) == (28, 29)


@given(st.integers(0, 10**17 - 1))
def test_one_check_digit_of_eleven_is_right(number: int) -> None:
    readable = [digit for digit in "0123456789X" if is_id_number(f"{number:017d}{digit}")]

    assert len(readable) == 1


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_person_is_known_again_and_not_read(one: str, other: str) -> None:
    digest = person_digest(b"key", one)

    assert digest == person_digest(b"key", one.lower().upper()) or one.upper() != one.lower().upper()
    assert (digest == person_digest(b"key", other)) == (one.upper() == other.upper())
    assert digest != person_digest(b"another key", one)


@given(st.binary(max_size=60))
def test_a_document_is_known_by_its_first_bytes_alone(content: bytes) -> None:
    known = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-")
    try:
        assert media_type_of(content)
        assert content.startswith(known)
    except NoDocument:
        assert not content.startswith(known)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林望舒身份证.jpg", "林***.jpg"),
        ("..%2F..%2Fetc%2Fpasswd", "p***"),
        ("C:\\Users\\lin\\id.png", "i***.png"),
        ("", ""),
    ],
)
def test_a_file_name_tells_nobodys_name(name: str, shown: str) -> None:
    assert masked_name(name) == shown
