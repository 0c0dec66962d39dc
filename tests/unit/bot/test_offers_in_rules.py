"""What the action hands back is a message like any other: the rules answer it, and the store keeps all of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered, deserialise_events
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from actions.offers import ServeAsk
from bot.importer import SkillDomainImporter
from tests.builders import ROOT, Counter

TEXT = "停电了，顺便查下9月电费"
PARSED: Any = {
    "text": TEXT,
    "intent": {"name": "outage_report", "confidence": 0.8},
    "entities": [{"entity": "bill_period", "value": "2026-09", "start": 8, "end": 10}],
    "asks": [{"intent": "bill_query", "start": 4, "end": 12}, {"intent": "outage_report", "start": 0, "end": 4}],
    "fallback": {"reason": "unsure", "between": ["bill_query", "outage_report"]},
}


@pytest.fixture(scope="module")
def importer() -> SkillDomainImporter:
    return SkillDomainImporter(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data" / "rules")])


def test_what_was_read_in_a_message_reaches_the_actions_and_outlives_the_store(importer: SkillDomainImporter) -> None:
    domain: Domain = importer.get_domain()
    heard = UserUttered(TEXT, PARSED["intent"], PARSED["entities"], PARSED)
    stored = json.loads(json.dumps([event.as_dict() for event in (ActionExecuted("action_listen"), heard)]))

    tracker = DialogueStateTracker.from_dict("web:v1", stored, domain.slots)

    sent = json.loads(json.dumps(tracker.current_state()))["latest_message"]
    assert (sent["asks"], sent["fallback"]) == (PARSED["asks"], PARSED["fallback"])
    assert tracker.latest_message.parse_data["asks"] == PARSED["asks"]


async def test_the_rules_answer_the_ask_that_is_handed_back(importer: SkillDomainImporter, tmp_path: Path) -> None:
    domain: Domain = importer.get_domain()
    config = {**RulePolicy.get_default_config(), "core_fallback_threshold": 0.3}
    context = ExecutionContext(GraphSchema({}), "model")
    rules = RulePolicy(config, LocalModelStorage(tmp_path), Resource("rules"), context)
    rules.train(TrainingDataGenerator(importer.get_stories(), domain, augmentation_factor=0).generate(), domain)
    spoken = await Counter().run(ServeAsk, TEXT, "outage_report", parsed=PARSED)
    before = [ActionExecuted("action_listen"), UserUttered(TEXT, PARSED["intent"]), ActionExecuted("action_serve_ask")]

    events = [*before, *deserialise_events(json.loads(json.dumps(spoken.events)))]
    tracker = DialogueStateTracker.from_events("web:v1", events, domain.slots)

    prediction = rules.predict_action_probabilities(tracker, domain)
    assert domain.action_names_or_texts[prediction.max_confidence_index] == "action_show_bill"
    assert tracker.latest_message.parse_data["entities"][0]["value"] == "2026-09"
    assert [ask["intent"] for ask in tracker.get_slot("open_asks")] == ["outage_report"]
