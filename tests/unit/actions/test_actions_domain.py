"""The YAML files and the code name the same things."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from actions.base import ServiceAction
from actions.errands import OF_THE_TALK
from actions.form import Form
from actions.registry import ACTIONS
from tests.builders import ROOT, read_wording

_RESPONSE = re.compile(r'"(utter_[a-z_]+)"')


def _domain() -> dict[str, Any]:
    merged: dict[str, Any] = {"actions": [], "responses": {}, "slots": {}, "forms": {}, "intents": []}
    for file in [ROOT / "domain.yml", *sorted((ROOT / "domain").glob("*.yml"))]:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for key, value in merged.items():
            more = content.get(key) or type(value)()
            merged[key] = value + more if isinstance(value, list) else value | more
    return merged


def test_registered_actions_are_those_of_the_domain() -> None:
    registered = [action().name() for action in ACTIONS]

    assert sorted(registered) == sorted(_domain()["actions"])
    assert len(registered) == len(set(registered))


def test_every_response_the_code_names_exists() -> None:
    code = [file.read_text(encoding="utf-8") for file in (ROOT / "actions").glob("*.py")]
    named = {name for text in code for name in _RESPONSE.findall(text)}

    assert named - set(_domain()["responses"]) == set()


@pytest.mark.parametrize("form", [action for action in ACTIONS if issubclass(action, Form)], ids=lambda form: form.form)
def test_the_slots_a_form_forgets_are_slots_of_the_domain(form: type[Form]) -> None:
    domain = _domain()

    assert set(form.slots) <= set(domain["slots"])
    assert set(domain["forms"][form.form]["required_slots"]) <= set(form.slots)


def test_every_intent_has_a_rule() -> None:
    ruled = set()
    for file in (ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            ruled |= {step["intent"] for step in rule["steps"] if "intent" in step}

    # Danger is answered by SafetyPolicy, inside a form and outside, and needs no rule.
    assert set(_domain()["intents"]) == ruled | {"danger_report"}


def test_sentences_fit_one_bubble() -> None:
    long = [
        name
        for name, variants in _domain()["responses"].items()
        for variant in variants
        if len(variant.get("text", "")) > 300
    ]

    assert long == []


@pytest.mark.parametrize("slot", ["outage_scope", "neighbor_power"])
def test_the_buttons_of_a_question_are_answers_to_it(slot: str) -> None:
    wording, buttons = read_wording(), _domain()["responses"][f"utter_outage_ask_{slot}"][0]["buttons"]

    assert all(wording.option(slot, button["payload"]) for button in buttons)


def test_what_an_errand_leaves_out_are_slots_of_the_shared_domain() -> None:
    shared = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["slots"]

    assert {*shared, *_domain()["slots"], "session_started_metadata"} >= OF_THE_TALK


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.deferrable], ids=lambda action: action.title)
def test_what_a_deferrable_action_needs_and_names_exists(action: type[ServiceAction]) -> None:
    wishes = read_wording().of("utter_wish_words")

    assert set(action.needs or ()) <= set(_domain()["slots"])
    assert action.wish in {"", *wishes}
