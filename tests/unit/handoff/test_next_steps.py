"""The rules of next steps: they load whole, refuse what nobody knows, and pass over what cannot be said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from console.server.panel.acts import ACTS
from handoff.card.next_steps import NextSteps
from handoff.card.situation import Situation, marks_of
from handoff.errors import PhraseError
from handoff.phrases import Phrases
from tests.conftest import PROJECT


def _rules(tmp_path: Path, *rows: dict[str, object], **texts: str) -> NextSteps:
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"rules": list(rows)}), encoding="utf-8")
    return NextSteps.load(Phrases(texts), path)


def test_every_rule_of_the_house_loads_and_opens_a_dialog_that_there_is() -> None:
    rules = NextSteps.load(Phrases.load(PROJECT / "domain" / "desk.yml")).rules

    assert len({rule.id for rule in rules}) == len(rules)
    assert {rule.act for rule in rules} - {""} <= set(ACTS)
    assert [rule.id for rule in rules if rule.act and not set(rule.fields) <= set(ACTS[rule.act].fields)] == []


@pytest.mark.parametrize("word", ["whenever", "All", "reply"])
def test_a_rule_with_a_word_nobody_knows_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(PhraseError):
        _rules(tmp_path, {"id": "a", "say": "hello", word: []}, hello="hello")


def test_a_rule_without_its_sentence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhraseError, match="goodbye"):
        _rules(tmp_path, {"id": "a", "say": "goodbye"}, hello="hello")


def test_a_rule_that_lacks_a_value_is_passed_over(tmp_path: Path) -> None:
    rules = _rules(
        tmp_path,
        {"id": "named", "say": "urge"},
        {"id": "filled", "say": "hello", "fields": {"order_no": "{order}"}},
        {"id": "plain", "say": "hello"},
        urge="order {order}",
        hello="hello",
    )

    assert [one.id for one in rules.of(Situation())] == ["plain"]
    with_order = rules.of(Situation(values={"order": "F1"}))
    assert [(one.id, one.reply, one.fields) for one in with_order[:2]] == [
        ("named", "order F1", {}),
        ("filled", "hello", {"order_no": "F1"}),
    ]


def test_conditions_are_all_any_and_none(tmp_path: Path) -> None:
    rules = _rules(tmp_path, {"id": "a", "say": "hi", "all": ["x:1"], "any": ["y:1", "y:2"], "none": ["z:1"]}, hi="hi")

    fitting = [Situation(frozenset(marks)) for marks in ({"x:1", "y:2"}, {"x:1"}, {"x:1", "y:1", "z:1"}, {"y:1"})]

    assert [bool(rules.of(one)) for one in fitting] == [True, False, False, False]


def test_what_the_utility_says_takes_the_place_of_what_was_learned() -> None:
    before = Situation(marks_of(system=["outage"], intent=["pay_bill"]), {"outage": "E1"})

    after = before.with_system({"arrears"}, {"amount": "9.00"})

    kept = before.with_system({"arrears"}, {}, unread={"outage", "outage_eta"})

    assert after.marks == {"system:arrears", "intent:pay_bill"}
    assert kept.marks == {"system:arrears", "system:outage", "intent:pay_bill"}
    assert after.values == {"outage": "E1", "amount": "9.00"}
