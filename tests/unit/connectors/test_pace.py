"""The pace of a door: bursts pass, floods do not, and each customer and address has a pace of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connectors.shared.errors import TooMany
from connectors.shared.pace import Gatekeeper, Limits, Pace, Paces

LIMITS = Limits(customer_burst=2, customer_per_second=0.001, address_burst=3, address_per_second=0.001)


@dataclass
class Request:
    """What a door knows of who calls: who connects, and whom a trusted proxy names."""

    ip: str
    remote_addr: str = ""


def test_a_burst_passes_and_the_flood_behind_it_does_not() -> None:
    pace = Pace(burst=3, per_second=0.001)

    assert [pace.takes() for _ in range(5)] == [True, True, True, False, False]


def test_only_the_first_refusal_of_a_spell_is_told() -> None:
    pace = Pace(burst=1, per_second=1000.0)
    pace.takes()

    assert [pace.tells() for _ in range(3)] == [True, False, False]
    while not pace.takes():
        pass
    assert pace.tells()


def test_a_step_too_much_is_refused_with_the_code_of_the_wire() -> None:
    pace = Pace(burst=1, per_second=0.001)
    pace.step()

    with pytest.raises(TooMany) as refused:
        pace.step()
    assert (refused.value.code, refused.value.status) == ("web.rate.limited", 429)


def test_each_customer_has_a_pace_of_their_own() -> None:
    gate = Gatekeeper(LIMITS)

    assert [gate.customer("a").takes() for _ in range(3)] == [True, True, False]
    assert gate.customer("b").takes()


def test_an_address_is_refused_and_its_neighbour_is_not() -> None:
    gate = Gatekeeper(LIMITS)
    for _ in range(3):
        gate.check_address(Request("10.0.0.1"))

    with pytest.raises(TooMany):
        gate.check_address(Request("10.0.0.1"))
    gate.check_address(Request("10.0.0.2"))


def test_behind_a_trusted_proxy_the_caller_counts_and_not_the_proxy() -> None:
    gate = Gatekeeper(LIMITS)

    for number in range(9):
        gate.check_address(Request("127.0.0.1", f"203.0.113.{number}"))

    for _ in range(2):
        gate.check_address(Request("127.0.0.1", "203.0.113.1"))
    with pytest.raises(TooMany):
        gate.check_address(Request("127.0.0.1", "203.0.113.1"))


def test_who_has_not_written_for_long_is_forgotten_first() -> None:
    paces = Paces(burst=1, per_second=0.001, most=2)
    paces.of("old").takes()
    paces.of("new").takes()
    paces.of("old")

    paces.of("third")

    assert not paces.of("old").takes()
    assert paces.of("new").takes()
