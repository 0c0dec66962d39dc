"""Where the ranking carries no decision the bot says so, and why: torn, unknown, or outside."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.concepts import Concept
from bot.nlu.fallback import FALLBACK, ReasonedFallback
from tests.fakes.messages import heard

Ranked = tuple[str, float]
TALK = ["affirm", "deny", "correct_info", "cancel_flow", "small_talk", "out_of_scope"]


def _decided(*ranked: Ranked, concepts: tuple[Concept, ...] = (), **settings: Any) -> Message:
    ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked]
    first = ranking[0] if ranking else {"name": None, "confidence": 0.0}
    message = heard("随便一句", *concepts, intent=first, intent_ranking=ranking)
    ReasonedFallback({**ReasonedFallback.get_default_config(), **settings}).process([message])
    return message


@pytest.mark.parametrize(
    "ranked",
    [
        pytest.param([("bill_query", 0.45), ("bill_dispute", 0.42)], id="as-likely"),
        pytest.param([("bill_query", 0.33), ("bill_dispute", 0.30)], id="together-just-enough"),
    ],
)
def test_two_as_likely_are_named(ranked: list[Ranked]) -> None:
    message = _decided(*ranked)

    assert message.get(FALLBACK) == {"reason": "unsure", "between": ["bill_query", "bill_dispute"]}
    assert message.get("intent")["name"] == "nlu_fallback"


@pytest.mark.parametrize(
    "ranked",
    [
        pytest.param([("bill_query", 0.50), ("bill_dispute", 0.40)], id="a-gap"),
        pytest.param([("bill_query", 0.29), ("bill_dispute", 0.28)], id="too-little-together"),
        pytest.param([("bill_query", 0.90)], id="alone"),
        pytest.param([("bill_query", 0.25)], id="just-likely-enough"),
    ],
)
def test_a_first_intent_that_leads_stands(ranked: list[Ranked]) -> None:
    message = _decided(*ranked)

    assert message.get(FALLBACK) is None
    assert message.get("intent")["name"] == "bill_query"


@pytest.mark.parametrize("talk", TALK)
@pytest.mark.parametrize("place", [0, 1], ids=["first", "second"])
def test_nobody_is_asked_to_choose_between_talk(talk: str, place: int) -> None:
    names = ["bill_query"]
    names.insert(place, talk)

    message = _decided((names[0], 0.45), (names[1], 0.44), concepts=(Concept("hospital", 0, 2),))

    assert message.get("intent")["name"] == names[0]


@pytest.mark.parametrize(
    ("confidence", "concepts", "reason"),
    [
        pytest.param(0.45, (), "unknown", id="unsure-and-nothing-said"),
        pytest.param(0.45, (Concept("hospital", 0, 2),), "outside", id="unsure-of-a-theme"),
        pytest.param(0.55, (), "outside", id="sure-of-nothing"),
    ],
)
def test_out_of_scope_without_a_theme_must_be_sure(
    confidence: float, concepts: tuple[Concept, ...], reason: str
) -> None:
    message = _decided(("out_of_scope", confidence), concepts=concepts)

    assert message.get(FALLBACK)["reason"] == reason


@pytest.mark.parametrize("ranked", [[("bill_query", 0.24), ("affirm", 0.1)], []], ids=["unlikely", "nothing-ranked"])
def test_where_nothing_is_likely_the_message_is_unknown(ranked: list[Ranked]) -> None:
    message = _decided(*ranked)

    assert message.get(FALLBACK) == {"reason": "unknown"}
    assert message.get("intent")["name"] == "nlu_fallback"


def test_what_is_outside_keeps_its_intent_and_names_its_themes_once() -> None:
    concepts = (Concept("water", 0, 1), Concept("bank", 1, 2), Concept("water", 2, 3))

    message = _decided(("out_of_scope", 0.9), concepts=concepts)

    assert message.get(FALLBACK) == {"reason": "outside", "themes": ["bank", "water"]}
    assert message.get("intent")["name"] == "out_of_scope"


def test_the_fallback_leads_the_ranking_and_moves_nobody_else() -> None:
    message = _decided(("bill_query", 0.2), ("affirm", 0.1))

    assert message.get("intent_ranking") == [
        {"name": "nlu_fallback", "confidence": 0.8},
        {"name": "bill_query", "confidence": 0.2},
        {"name": "affirm", "confidence": 0.1},
    ]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        pytest.param({"threshold": 0.6}, "unknown", id="threshold"),
        pytest.param({"gap": 0.2}, "unsure", id="gap"),
        pytest.param({"gap": 0.2, "together": 0.9}, None, id="together"),
        pytest.param({"gap": 0.2, "no_choice": ["bill_query"]}, None, id="no-choice"),
    ],
)
def test_the_limits_can_be_set(settings: dict[str, Any], reason: str | None) -> None:
    doubt = _decided(("bill_query", 0.5), ("bill_dispute", 0.35), **settings).get(FALLBACK)

    assert (doubt or {}).get("reason") == reason


@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_a_decision_is_the_first_intent_or_a_fallback_with_a_reason(first: float, second: float) -> None:
    message = _decided(("bill_query", max(first, second)), ("pay_bill", min(first, second)))

    fell_back = message.get("intent")["name"] == "nlu_fallback"

    assert fell_back == (message.get(FALLBACK) is not None)
    assert fell_back or message.get("intent")["name"] == "bill_query"
