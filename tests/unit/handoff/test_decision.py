"""Who is chosen, and why: the rules, how they give way, and that danger always finds somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.identity import AgentIdentity
from handoff.errors import RulesError
from handoff.routing.decision import Candidate, Decision, Need, decide
from handoff.routing.presence import Status
from handoff.routing.rules import Rule, Rules, standard_rules
from runtime.clock import SHANGHAI

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=SHANGHAI)
RULES = standard_rules()
NEED = Need("billing", "D1", "key_account", "zh", 5, 1.0, waited_s=0.0)


def _agent(number: int, **more: object) -> Candidate:
    made = Candidate(
        agent=AgentIdentity(f"K{number}", f"agent {number}"),
        supervises=False,
        skills=("billing",),
        regions=("D1",),
        classes=("key_account",),
        languages=("zh",),
        max_chats=4,
        status=Status.ONLINE,
        load=0.0,
        idle_since=NOON,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def _chosen(decision: Decision) -> str | None:
    return decision.chosen.agent_id if decision.chosen else None


def _why(decision: Decision, number: int) -> tuple[str, tuple[str, ...]]:
    (verdict,) = (each for each in decision.verdicts if each.agent.agent_id == f"K{number}")
    return verdict.outcome, verdict.why


def test_the_least_busy_is_chosen_by_the_share_of_what_they_take() -> None:
    decision = decide(RULES, NEED, [_agent(1, load=2.0, max_chats=4), _agent(2, load=3.0, max_chats=10)])

    assert _chosen(decision) == "K2"
    assert _why(decision, 2)[1][-1] == "least_busy"
    assert _why(decision, 1) == ("behind", ("busier",))


def test_of_those_as_busy_the_longest_idle_is_chosen() -> None:
    decision = decide(RULES, NEED, [_agent(1), _agent(2, idle_since=NOON - timedelta(minutes=5))])

    assert _chosen(decision) == "K2"
    assert _why(decision, 1) == ("behind", ("idle_shorter",))


def test_whoever_knows_the_customer_comes_before_who_is_less_busy() -> None:
    need = replace(NEED, known_to=("K2", "K1"))

    decision = decide(RULES, need, [_agent(1), _agent(2, load=3.0), _agent(3)])

    assert _chosen(decision) == "K2"
    assert _why(decision, 3) == ("behind", ("not_known",))


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        (Rule.SKILL, {"skills": ("fault",)}),
        (Rule.LANGUAGE, {"languages": ("yue",)}),
        (Rule.CUSTOMER_CLASS, {"classes": ("elder",)}),
        (Rule.REGION, {"regions": ("D2",)}),
    ],
)
def test_a_rule_holds_until_its_time_and_then_only_orders(rule: Rule, missing: dict[str, tuple[str, ...]]) -> None:
    until = RULES.hard_for_s[rule]
    assert until is not None
    lacking, fitting = _agent(1, **missing), _agent(2, load=3.0)

    early = decide(RULES, replace(NEED, waited_s=until - 1), [lacking])
    late = decide(RULES, replace(NEED, waited_s=until), [lacking])
    both = decide(RULES, replace(NEED, waited_s=until), [lacking, fitting])

    assert (_chosen(early), _why(early, 1)) == (None, ("out", (rule.value,)))
    assert _chosen(late) == "K1"
    assert rule in late.relaxed
    assert (_chosen(both), _why(both, 1)) == ("K2", ("behind", ("fits_less", rule.value)))


def test_nobody_gets_more_than_they_take_however_long_it_lasts() -> None:
    full = _agent(1, load=3.5)

    decision = decide(RULES, replace(NEED, waited_s=86_400.0), [full])

    assert (_chosen(decision), _why(decision, 1)) == (None, ("out", ("capacity",)))


def test_a_channel_that_weighs_less_still_fits() -> None:
    assert _chosen(decide(RULES, replace(NEED, weight=0.5), [_agent(1, load=3.5)])) == "K1"


def test_what_is_not_known_of_the_customer_asks_nothing_and_an_empty_list_means_all() -> None:
    unknown = replace(NEED, region="", customer_class="", language="")

    assert _chosen(decide(RULES, unknown, [_agent(1, regions=("D9",), classes=("elder",), languages=("yue",))])) == "K1"
    assert _chosen(decide(RULES, NEED, [_agent(1, regions=(), classes=(), languages=())])) == "K1"


def test_a_supervisor_is_asked_only_once_they_are_called_and_after_the_agents() -> None:
    supervisor = _agent(9, supervises=True, skills=("all",))

    assert _why(decide(RULES, NEED, [supervisor]), 9) == ("out", ("supervisor",))
    assert _chosen(decide(RULES, replace(NEED, alerted=True), [supervisor])) == "K9"
    assert _chosen(decide(RULES, replace(NEED, alerted=True), [supervisor, _agent(1, load=3.0)])) == "K1"


agents = st.builds(
    lambda number, supervises, skills, status, load, resting: _agent(
        number, supervises=supervises, skills=skills, status=status, load=load, resting=resting
    ),
    st.integers(1, 99),
    st.booleans(),
    st.sampled_from([(), ("billing",), ("danger",), ("all",)]),
    st.sampled_from(list(Status)),
    st.floats(0, 8),
    st.booleans(),
)
floors = st.lists(agents, max_size=8, unique_by=lambda each: each.agent.agent_id)
needs = st.builds(
    lambda priority, waited, alerted, skill: Need(skill, "D1", "", "zh", priority, 1.0, waited, alerted),
    st.integers(0, 5),
    st.floats(0, 3600),
    st.booleans(),
    st.sampled_from(["billing", "danger", "general"]),
)


@given(floor=floors, need=needs)
def test_danger_always_finds_whoever_has_an_open_desk(floor: list[Candidate], need: Need) -> None:
    decision = decide(RULES, replace(need, priority=0), floor)

    assert (decision.chosen is None) == all(each.status is Status.OFFLINE for each in floor)


@given(floor=floors, need=needs)
def test_danger_is_the_ready_agents_first_and_the_supervisors_only_without_them(
    floor: list[Candidate], need: Need
) -> None:
    decision = decide(RULES, replace(need, priority=0), floor)

    ready = [each for each in floor if each.status is Status.ONLINE and not each.supervises and not each.resting]
    if ready:
        assert decision.chosen in {each.agent for each in ready}


@given(floor=floors, need=needs)
def test_everybody_gets_one_verdict_and_the_choice_does_not_hang_on_the_order(
    floor: list[Candidate], need: Need
) -> None:
    decision, turned = decide(RULES, need, floor), decide(RULES, need, floor[::-1])

    assert decision.chosen == turned.chosen
    assert sorted(each.agent.agent_id for each in decision.verdicts) == sorted(each.agent.agent_id for each in floor)
    assert all(each.why for each in decision.verdicts if each.outcome != "chosen" or need.priority)


@given(floor=floors, need=needs, longer=st.floats(0, 3600))
def test_waiting_longer_never_takes_the_last_hope(floor: list[Candidate], need: Need, longer: float) -> None:
    now, later = decide(RULES, need, floor), decide(RULES, replace(need, waited_s=need.waited_s + longer), floor)

    assert now.chosen is None or later.chosen is not None


@given(floor=floors, need=needs)
def test_an_ordinary_customer_is_offered_only_to_who_is_ready_and_has_room(floor: list[Candidate], need: Need) -> None:
    decision = decide(RULES, replace(need, priority=max(1, need.priority)), floor)

    for one in floor:
        if one.agent == decision.chosen:
            assert one.status is Status.ONLINE
            assert not one.resting
            assert one.load + need.weight <= one.max_chats


@pytest.mark.parametrize(
    ("priority", "waited_s", "urgency"),
    [
        (5, 0, 5),
        (5, 299, 5),
        (5, 300, 4),
        (5, 900, 2),
        (5, 9000, 2),
        (3, 300, 2),
        (2, 9000, 2),
        (1, 9000, 1),
        (0, 0, 0),
    ],
)
def test_age_moves_forward_but_never_before_danger_and_life_support(
    priority: int, waited_s: float, urgency: int
) -> None:
    assert RULES.urgency_at(priority, priority, waited_s) == urgency


@pytest.mark.parametrize("text", ["", "offer_s: soon", "[]", "offer_s: -1", ": :"])
def test_rules_that_do_not_read_are_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(RulesError):
        Rules.load(file)
