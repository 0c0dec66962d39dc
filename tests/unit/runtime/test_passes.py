"""Sealed passes: they open here, for their purpose and in time; nobody reads, changes or guesses them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import PassExpired, PassInvalid, SettingsError
from runtime.passes import Passes
from tests.builders import NOON_BEFORE, FixedClock

SECRET = "a secret of thirty-two characters!"
WEEK = timedelta(days=7)


def passes(clock: FixedClock | None = None, *, secret: str = SECRET, purpose: str = "papers") -> Passes:
    return Passes(secret, purpose, clock or FixedClock(), setting="A_SECRET")


def test_a_pass_opens_with_its_texts_and_its_end() -> None:
    sealed = passes().issue("N26112100001", "wechat:oA-_b", life=WEEK)

    end, texts = passes().read(sealed)

    assert texts == ("N26112100001", "wechat:oA-_b")
    assert end == NOON_BEFORE + WEEK


def test_nobody_reads_what_a_pass_holds_and_no_two_are_alike() -> None:
    made = [passes().issue("N26112100001", "wechat:oA", life=WEEK) for _ in range(2)]

    raw = [base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in made]

    assert made[0] != made[1]
    assert all(b"N2611" not in one and b"wechat" not in one for one in raw)


def test_a_pass_ends_with_its_last_second() -> None:
    clock = FixedClock()
    sealed = passes(clock).issue("N1", life=WEEK)

    clock.at = NOON_BEFORE + WEEK - timedelta(seconds=1)
    assert passes(clock).read(sealed)[1] == ("N1",)

    clock.at = NOON_BEFORE + WEEK
    with pytest.raises(PassExpired):
        passes(clock).read(sealed)


@pytest.mark.parametrize(
    "other",
    [passes(secret="another secret of thirty-two chars"), passes(purpose="something else")],
    ids=["another secret", "another purpose"],
)
def test_a_foreign_pass_does_not_open(other: Passes) -> None:
    with pytest.raises(PassInvalid):
        passes().read(other.issue("N1", life=WEEK))


def test_a_pass_changed_at_any_place_does_not_open() -> None:
    sealed = passes().issue("N26112100001", "web:v1", life=WEEK)

    opened = []
    for place, letter in enumerate(sealed):
        changed = sealed[:place] + ("A" if letter != "A" else "B") + sealed[place + 1 :]
        try:
            opened.append(passes().read(changed))
        except PassInvalid:
            continue

    assert opened == []


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_other_text_is_a_pass(text: str) -> None:
    with pytest.raises(PassInvalid):
        passes().read(text)


def test_a_pass_is_not_read_without_end() -> None:
    with pytest.raises(PassInvalid):
        passes().read("A" * 1_000_000)


def test_a_short_secret_is_refused_by_its_setting() -> None:
    with pytest.raises(SettingsError) as refused:
        passes(secret="short")

    assert refused.value.fields["setting"] == "A_SECRET"
