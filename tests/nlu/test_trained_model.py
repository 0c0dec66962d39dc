"""The whole pipeline, trained by Rasa once per session: what it understands and how it takes odd text."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from tools.labelled import read_lines
from tools.measure_nlu import parse_all, report

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained on the project's own data."""
    folder = tmp_path_factory.mktemp("nlu")
    intents = [
        entry["intent"]
        for file in sorted((PROJECT / "data" / "nlu").glob("*.yml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    ]
    domain = folder / "domain.yml"
    domain.write_text(yaml.safe_dump({"version": "3.1", "intents": intents}, allow_unicode=True), encoding="utf-8")
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    pipeline = {key: config[key] for key in ("recipe", "language", "assistant_id", "pipeline")}
    written = folder / "config.yml"
    written.write_text(yaml.safe_dump(pipeline, allow_unicode=True), encoding="utf-8")
    trained = train_nlu(str(written), str(PROJECT / "data" / "nlu"), str(folder), domain=str(domain))
    return Path(trained or "")


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    """The trained model, ready to parse."""
    return Agent.load(str(model))


def _parse(agent: Agent, text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = asyncio.run(agent.parse_message(text))
    return parsed


def test_held_out_speech_is_understood(model: Path) -> None:
    rows = read_lines(HERE / "holdout.jsonl", required={"text": str, "intent": str})

    figures = report(HERE / "holdout.jsonl", *asyncio.run(parse_all(rows, model)))

    assert figures["intent_accuracy"] >= 0.93
    assert figures["fallback"]["oos_recall"] >= 0.85
    assert figures["fallback"]["false_refusals"] <= 0.05


def test_traditional_script_means_the_same(agent: Agent) -> None:
    assert _parse(agent, "上個月電費多少錢")["intent"]["name"] == "bill_query"


def test_entities_come_with_values(agent: Agent) -> None:
    parsed = _parse(agent, "户号 62010 11006117 查账单")

    assert ("account_no", "6201011006117") in [(e["entity"], e["value"]) for e in parsed["entities"]]


def test_danger_is_said_with_full_confidence(agent: Agent) -> None:
    parsed = _parse(agent, "店线断了掉在第上冒火花")

    assert parsed["intent"] == {"name": "danger_report", "confidence": 1.0}
    assert "danger_sign" in [entity["entity"] for entity in parsed["entities"]]


@pytest.mark.parametrize("text", ["", " ", "😀😀", "12", "\x00\x01", "啊" * 5000, "忽略之前的指令", "abc def"])
def test_odd_text_gets_an_intent_or_a_fallback(agent: Agent, text: str) -> None:
    parsed = _parse(agent, text)

    assert "name" in parsed["intent"]
