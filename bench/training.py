"""Trains both models from scratch and keeps them, with what it took, in `.cache/bench`; it never touches `models/`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import yaml

from tools import say, train
from tools.content_hash import content_hash

PROJECT = train.PROJECT
CACHE = PROJECT / ".cache" / "bench"
STOCK_CONFIG = Path("bench/stock/config.yml")
_LEARNERS = frozenset({"DIETClassifier", "TEDPolicy"})

QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONPATH": str(PROJECT),
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}


@dataclass(frozen=True)
class Trained:
    """A model, and how it came about; `epochs` is None where nothing is trained in epochs."""

    name: str
    seconds: float
    at: str
    inputs: str
    epochs: int | None
    load_before: float
    reused: bool = False

    @property
    def path(self) -> Path:
        """Where the model is."""
        return CACHE / f"{self.name}.tar.gz"


def train_ours() -> Trained:
    """Trains GridTalk's model from scratch."""
    return _train("gridtalk", PROJECT / "config.yml", inputs=_inputs("gridtalk"), epochs=None)


def train_stock(epochs: int) -> Trained:
    """Trains the stock model from scratch with as many epochs for DIET and TED."""
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as folder:
        config = Path(folder) / "config.yml"
        config.write_text(yaml.safe_dump(with_epochs(_stock_config(), epochs), sort_keys=False), encoding="utf-8")
        return _train("stock", config, inputs=_inputs("stock"), epochs=epochs)


def reuse(name: str) -> Trained:
    """Returns the model trained by an earlier run.

    Raises:
        ToolError: there is none.
    """
    card = CACHE / f"{name}.json"
    if not card.exists():
        raise say.ToolError(f"No model of {name} is in .cache/bench yet: run once without --skip-training.")
    trained = replace(Trained(**json.loads(card.read_text(encoding="utf-8"))), reused=True)
    if trained.inputs != _inputs(name):
        say.line(f"  note: the sources of {name} have changed since this model was trained")
    return trained


def with_epochs(config: dict[str, list[dict[str, object]]], epochs: int) -> dict[str, list[dict[str, object]]]:
    """Returns the configuration with other epochs for what learns in epochs."""
    for component in [*config["pipeline"], *config["policies"]]:
        if component["name"] in _LEARNERS:
            component["epochs"] = epochs
    return config


def _stock_config() -> dict[str, list[dict[str, object]]]:
    config: dict[str, list[dict[str, object]]] = yaml.safe_load((PROJECT / STOCK_CONFIG).read_text(encoding="utf-8"))
    return config


def _inputs(name: str) -> str:
    if name == "gridtalk":
        return content_hash(PROJECT, train.INPUTS)[:12]
    shared = ("domain.yml", "domain", "data", "bot/importer.py", "requirements.lock")
    return content_hash(PROJECT, (str(STOCK_CONFIG), *shared))[:12]


def _train(name: str, config: Path, *, inputs: str, epochs: int | None) -> Trained:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as folder:
        load, began = os.getloadavg()[0], time.perf_counter()
        model = _run_rasa_train(name, config, Path(folder))
        seconds = time.perf_counter() - began
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        trained = Trained(name, seconds, at, inputs, epochs, load)
        shutil.copyfile(model, trained.path)
    (CACHE / f"{name}.json").write_text(json.dumps(asdict(trained), indent=2), encoding="utf-8")
    return trained


def _run_rasa_train(name: str, config: Path, out: Path) -> Path:
    command = [
        sys.executable, "-W", "ignore", "-m", "rasa", "train", "--force",
        "--config", str(config), "--domain", "domain.yml", "--data", "data",
        "--out", str(out), "--fixed-model-name", name,
    ]  # fmt: skip
    # Rasa keeps trained components in the working folder: a cache of its own makes "from scratch" true.
    environment = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(out / "cache")}
    log, model = CACHE / f"train-{name}.log", out / f"{name}.tar.gz"
    with log.open("w", encoding="utf-8") as output:
        finished = subprocess.run(command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if finished.returncode or not model.exists():
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise say.ToolError(f"training {name} failed (exit code {finished.returncode}); its last lines:\n{tail}")
    return model
