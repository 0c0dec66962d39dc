"""As what a case is taken, by the facts of the books; that the tables of types fit each other and the kinds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.cases.rulebook import read_case_rules
from utility.cases.rules import check_account, taken_as, type_of
from utility.cases.values import Facts, Filing
from utility.errors import Clash, InvalidRequest
from utility.orders.machine import read_order_rules

REGIONS = ("guangzhou", "csg", "cn")
RULES = read_case_rules().at(date(2026, 11, 21), REGIONS).value
FREQUENT = RULES.types["complaint", "供电质量投诉/供电可靠性/频繁停电"]
VOLTAGE = RULES.types["complaint", "供电质量投诉/电压质量/电压质量长时间异常"]
LATE = RULES.types["complaint", "营业投诉/业扩报装/业扩报装超时限"]


@pytest.mark.parametrize(
    ("asked", "facts", "kind", "why"),
    [
        (FREQUENT, Facts(("E1", "E2", "E3"), frequent=True), "complaint", ""),
        (FREQUENT, Facts(("E1", "E2")), "opinion", "outages_not_frequent"),
        (FREQUENT, Facts(("E1", "E2", "E3"), True, complained_on_line="T1"), "opinion", "line_complained_of"),
        (VOLTAGE, Facts(told_before=("O1", "O2")), "complaint", ""),
        (VOLTAGE, Facts(told_before=("O1",)), "opinion", "voltage_not_told_before"),
        (LATE, Facts(late_applications=("N1",)), "complaint", ""),
        (LATE, Facts(), "opinion", "no_application_overdue"),
    ],
    ids=["frequent", "only two", "line told today", "told twice", "told once", "application late", "in time"],
)
def test_the_facts_decide_as_what_a_case_is_taken(asked: object, facts: Facts, kind: str, why: str) -> None:
    taken, reason = taken_as(RULES, asked, facts)  # type: ignore[arg-type]

    assert (taken.kind, reason) == (kind, why)


@given(
    st.sampled_from(sorted(RULES.types)),
    st.builds(Facts, frequent=st.booleans(), complained_on_line=st.sampled_from(["", "T1"])),
)
def test_what_is_taken_is_a_type_and_the_same_matter(key: tuple[str, str], facts: Facts) -> None:
    asked = RULES.types[key]

    taken, why = taken_as(RULES, asked, facts)

    assert RULES.types[taken.kind, taken.name] == taken
    assert taken.matter == asked.matter
    assert bool(why) == (taken != asked)


def test_every_kind_of_case_is_a_kind_of_order_with_somebody_answerable() -> None:
    kinds = read_order_rules().at(date(2026, 11, 21), REGIONS).value.kinds
    for found in RULES.types.values():
        assert found.kind in kinds
        assert RULES.owner(found, "启明区")
        assert RULES.owner(found, "")


def test_the_owner_is_the_regions_centre() -> None:
    assert RULES.owner(FREQUENT, "远岫县") == "远岫供电中心"
    assert RULES.owner(FREQUENT, "") == "客户服务中心"


@pytest.mark.parametrize(
    ("media", "tags", "level"),
    [(False, (), "一般"), (False, ("重要用户",), "重要"), (True, ("重要用户",), "重大")],
    ids=["anybody", "important user", "media"],
)
def test_a_complaint_is_graded(media: bool, tags: tuple[str, ...], level: str) -> None:
    assert RULES.level_of("complaint", media=media, tags=tags) == level
    assert RULES.level_of("praise", media=media, tags=tags) == ""


def test_what_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        type_of(RULES, Filing("gossip", "供电服务", "text"))
    with pytest.raises(InvalidRequest):
        type_of(RULES, Filing("praise", "随便", "text"))
    with pytest.raises(Clash, match="about an account"):
        check_account(FREQUENT, Filing("complaint", FREQUENT.name, "text"))
