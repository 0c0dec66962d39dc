"""What can be applied for, which papers are missing, which move is next: the pure rules and the data they read."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.applications import rules
from utility.applications.catalogue import parse_catalogue, read_books
from utility.applications.effects import EFFECTS
from utility.applications.values import Asked, BusinessType, Catalogue, Document
from utility.errors import InvalidRequest
from utility.orders.machine import read_order_rules
from utility.orders.standards import read_standards
from utility.versions import FOLDER

REGIONS, TODAY = ("guangzhou", "csg", "cn"), date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
CATALOGUE: Catalogue = read_books().catalogue.at(TODAY, REGIONS).value
TYPES = {kind.code: kind for kind in CATALOGUE.types}
# business_type of the taxonomy
NAMES = {
    "新装", "增容", "减容", "减容恢复", "过户", "更名", "销户", "改类", "峰谷变更", "一户多人口",
    "移表", "暂拆", "复装", "分户", "并户", "校表", "临时用电", "充电桩报装", "光伏并网",
}  # fmt: skip
kinds = st.sampled_from(CATALOGUE.types)


def paper(code: str) -> Document:
    return Document(1, code, "", "image/png", 1, "", "upload", NOON)


def test_every_business_of_the_taxonomy_can_be_applied_for() -> None:
    assert {kind.business_type for kind in CATALOGUE.types} == NAMES


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=list(TYPES))
def test_a_type_ends_in_something_the_company_can_do(kind: BusinessType) -> None:
    assert kind.done in EFFECTS
    assert kind.path[0].state == rules.SUBMITTED
    assert kind.path[-1].state == rules.ARCHIVED


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=list(TYPES))
def test_the_machine_of_orders_allows_every_step_of_a_type(kind: BusinessType) -> None:
    machine = read_order_rules().at(TODAY, REGIONS).value.kinds["application"]
    for stage in kind.path[:-1]:
        allowed = rules.moves(kind, stage.state)
        can = set(machine.moves[stage.state])
        if rules.ARCHIVED in allowed:
            assert stage.state in machine.close_from or len(allowed) > 1
        assert can & set(allowed) or stage.state in machine.close_from, stage.state
    assert kind.resolution in machine.resolutions


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=list(TYPES))
def test_the_limit_of_a_type_is_a_published_one(kind: BusinessType) -> None:
    for limit in kind.limits:
        assert read_standards().limit(limit.name, TODAY, REGIONS).unit == "workday"


@given(kinds)
def test_one_type_at_most_fits_a_customer(kind: BusinessType) -> None:
    classes = kind.applies.get("class", ("居民", "一般工商业", "大工业", "农业", "合表", "充电设施"))
    for name, level in product(classes, CATALOGUE.voltage_levels.values()):
        facts = {"class": name, **level}
        fits = [t for t in CATALOGUE.types if t.business_type == kind.business_type and rules.holds(t.applies, facts)]
        assert len(fits) <= 1


@given(kinds, st.data())
def test_work_only_goes_forward_and_reaches_the_archive(kind: BusinessType, data: st.DataObject) -> None:
    states = [stage.state for stage in kind.path]
    state, steps = rules.SUBMITTED, 0
    while state != rules.ARCHIVED:
        following = data.draw(st.sampled_from(rules.moves(kind, state)))
        assert states.index(following) > states.index(state)
        state, steps = following, steps + 1
    assert steps < len(states)
    assert rules.moves(kind, rules.ARCHIVED) == ()


@given(kinds, st.sets(st.sampled_from(sorted(CATALOGUE.papers))), st.booleans(), st.booleans())
def test_what_is_missing_is_what_is_needed_and_not_there(
    kind: BusinessType, there: set[str], proxy: bool, owner: bool
) -> None:
    facts = {**({"proxy": "yes"} if proxy else {}), "owner": "yes" if owner else "no"}
    needed = {one.code for one in rules.papers_of(kind, facts)}

    lacks = rules.missing(kind, facts, [paper(code) for code in there])

    assert {one.code for one in lacks} == needed - there
    assert rules.lacking_for(rules.ARCHIVED, kind, facts, [paper(code) for code in there]) == lacks
    if proxy:
        assert {"authorisation", "proxy_id"} <= needed


@given(kinds)
def test_a_paper_that_was_asked_for_again_is_missing_though_it_is_there(kind: BusinessType) -> None:
    papers = [paper(one.code) for one in kind.papers]
    asked = [Asked("id_card", "身份证背面", NOON)]

    assert [one.text for one in rules.missing(kind, {}, papers, asked)] == ["身份证背面"]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"capacity_kw": "12,5"}, "facts.capacity_kw"),
        ({"capacity_kw": "-3"}, "facts.capacity_kw"),
        ({"capacity_kw": "1e9"}, "facts.capacity_kw"),
        ({"from_day": "2026-02-30"}, "facts.from_day"),
        ({"colour": "red"}, "facts.colour"),
    ],
)
def test_what_is_filled_in_wrongly_is_named(facts: dict[str, str], wrong: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        rules.checked_facts(TYPES["less"], facts)

    assert refused.value.fields["field"] == wrong


@given(st.text(max_size=30))
def test_a_figure_is_taken_only_when_it_can_be_counted_with(text: str) -> None:
    try:
        told = rules.checked_facts(TYPES["more_resident"], {"capacity_kw": text})
    except InvalidRequest:
        return
    assert not text or float(told["capacity_kw"]) >= 0


@pytest.mark.parametrize(
    ("facts", "days"),
    [({}, 22), ({"supplies": "2"}, 32)],
    ids=["one supply", "two supplies"],
)
def test_the_limit_follows_the_facts(facts: dict[str, str], days: int) -> None:
    name = rules.limit_name(TYPES["more_high"], facts)

    assert read_standards().limit(name, TODAY, REGIONS).value == days


def test_a_file_that_names_what_is_not_there_is_refused() -> None:
    row = yaml.safe_load((FOLDER / "applications.yml").read_text(encoding="utf-8"))["versions"][0]
    row["types"][0]["checks"].append("stars_are_right")

    with pytest.raises(ValueError, match="stars_are_right"):
        parse_catalogue(row)


def test_shandong_counts_people_from_the_next_month() -> None:
    figures = read_books().figures

    assert figures.at(TODAY, ("shandong", "sgcc", "cn")).value.persons_from == "next_month"
    assert figures.at(TODAY, REGIONS).value.persons_from == "at_once"
