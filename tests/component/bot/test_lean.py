"""A serving worker comes without TensorFlow, and whoever needs it gets it all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.train import ensure_model

ROOT = Path(__file__).parents[3]

CONFIG = """
recipe: default.v1
assistant_id: lean
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: CountVectorsFeaturizer
  - name: DIETClassifier
    epochs: 1
    hidden_layers_sizes: {text: [8]}
policies: []
"""

DATA = """
version: "3.1"
nlu:
  - intent: bill
    examples: |
      - how much is my bill
      - what do I owe
  - intent: fault
    examples: |
      - the light is out
      - there is no power
"""


def _run(script: str, *arguments: str) -> list[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_worker_imports_no_tensorflow() -> None:
    script = """
import sys
from bot import lean
told = lean.import_rasa()
import bot.worker
dear = ("tensorflow", "torch", "matplotlib", "boto3", "pymongo", "slack_sdk", "questionary", "pandas", "sklearn",
        "pypinyin", "h5py", "scipy.stats", "spacy.pipeline", "apscheduler")
print(told, *(name for name in dear if name in sys.modules))
"""

    assert _run(script) == ["True"]


def test_a_worker_that_has_loaded_the_model_has_no_tensorflow() -> None:
    script = """
import sys
from pathlib import Path
from bot import lean
lean.import_rasa()
from types import SimpleNamespace
from bot.app import load_agent
from bot.dialogue import ActionEndpoint
from bot.nlu.safety import load_gate
from bot.trackers import TurnTrackerStore
model = Path(sys.argv[1])
agent = load_agent(SimpleNamespace(model_path=model), TurnTrackerStore(None), ActionEndpoint("http://127.0.0.1:9"))
load_gate(model)
print(agent.is_ready(), *(name for name in ("tensorflow", "torch", "sklearn") if name in sys.modules))
"""

    assert _run(script, str(ensure_model())) == ["True"]


def test_what_rasa_imported_before_is_left_as_it_is() -> None:
    script = """
import rasa.core.agent
from bot import lean
print(lean.import_rasa())
"""

    assert _run(script) == ["False"]


def test_deferred_names_become_the_real_ones_when_they_are_used() -> None:
    script = """
import sys
from bot import lean
lean.import_rasa()
import rasa.core.policies.rule_policy as rule_policy
import rasa.core.featurizers.tracker_featurizers as featurizers
import numpy
ragged = featurizers.ragged_array_to_ndarray([numpy.zeros(2), numpy.zeros(3)])
real = rule_policy.rasa.core.test.emulate_loop_rejection
import rasa.core.test
print(ragged.dtype, real.__name__, rasa.core.test.emulate_loop_rejection.__module__)
"""

    assert _run(script) == ["object", "emulate_loop_rejection", "rasa.core.test"]


@pytest.mark.timeout(300)
def test_a_stock_component_that_needs_tensorflow_still_trains_and_parses(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "nlu.yml").write_text(DATA, encoding="utf-8")
    script = """
import asyncio
import sys
from bot import lean
lean.import_rasa()
from rasa.core.agent import Agent
from bot.engine import mend_engine
mend_engine()
from rasa.model_training import train_nlu
folder = sys.argv[1]
model = train_nlu(f"{folder}/config.yml", f"{folder}/nlu.yml", folder, fixed_model_name="lean")
agent = Agent.load(model)
parsed = asyncio.run(agent.parse_message("there is no power"))
print()
print("tensorflow" in sys.modules, parsed["intent"]["name"] in {"bill", "fault"}, len(parsed["intent_ranking"]))
"""

    assert _run(script, str(tmp_path))[-3:] == ["True", "True", "2"]


def test_a_bare_package_fills_itself_when_more_is_asked_of_it() -> None:
    script = """
import sys
from bot import lean
lean.import_rasa()
before = "spacy.pipeline" in sys.modules
import spacy
from rasa.core.channels import RestInput
print(before, spacy.blank("zh").lang, RestInput.name())
"""

    assert _run(script) == ["False", "zh", "rest"]
