"""Trains both models from scratch and keeps them, with what it took, in `.cache/bench`; it never touches `models/`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path

import yaml

from bench.stock_data import data_of, read_sentences
from tools import say, train
from tools.content_hash import content_hash

PROJECT = train.PROJECT
CACHE = PROJECT / ".cache" / "bench"
STOCK_CONFIG = Path("bench/stock/config.yml")
_LEARNERS = ("DIETClassifier", "TEDPolicy")
# tqdm's line of a training that is through: "100%|####| 8/8 [01:44<00:00, 13.05s/it, t_loss=4, i_acc=0.9, e_f1=0.8]";
# DIET tells how many intents it gets right, TED how many actions.
_EPOCHS = re.compile(r"Epochs: 100%\|[^|]*\| (\d+)/\1 \[(?:(\d+):)?(\d+):(\d+)<[^\]]*?\b(i_acc|acc)=")
_TELLS = {"i_acc": "DIETClassifier", "acc": "TEDPolicy"}

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
    """A model, and how it came about.

    `epochs` and `epoch_s` (seconds of one epoch of each learner) are empty where nothing is trained in epochs;
    `sentences` is how many it learned from.
    """

    name: str
    seconds: float
    at: str
    inputs: str
    epochs: int | None
    load_before: float
    reused: bool = False
    sentences: int = 0
    epoch_s: dict[str, float] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the model is."""
        return CACHE / f"{self.name}.tar.gz"


def train_ours() -> Trained:
    """Trains GridTalk's model from scratch."""
    data = [f"data/{folder}" for folder in ("nlu", "rules", "stories")]
    return _train("gridtalk", PROJECT / "config.yml", data, Trained("gridtalk", 0, "", _inputs("gridtalk"), None, 0))


def train_stock(
    epochs: int,
    sentences: int | None = None,
    *,
    intents: Sequence[str] = (),
    name: str = "stock",
    entities: bool = True,
) -> Trained:
    """Trains the stock model from scratch with as many epochs for DIET and TED.

    Args:
        epochs: of each of both.
        sentences: how many of each intent, None for all.
        intents: only these, all when empty.
        name: under which the model is kept.
        entities: whether DIET learns entities as well.
    """
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as folder:
        config = Path(folder) / "config.yml"
        chosen = with_epochs(_stock_config(), epochs, entities=entities)
        config.write_text(yaml.safe_dump(chosen, sort_keys=False), encoding="utf-8")
        data = data_of(Path(folder), sentences, intents=intents)
        known = sum(min(len(lines), sentences or len(lines)) for lines in read_sentences(intents).values())
        planned = Trained(name, 0, "", _inputs("stock"), epochs, 0, sentences=known)
        return _train(name, config, data, planned)


_FIELDS = frozenset(one.name for one in fields(Trained))


def found(name: str, *, fresh: bool = False) -> Trained | None:
    """Returns the model trained by an earlier run, None when there is none; `fresh`: none of other sources either."""
    card = CACHE / f"{name}.json"
    if not card.exists():
        return None
    raw = json.loads(card.read_text(encoding="utf-8"))
    trained = replace(Trained(**{key: raw[key] for key in raw if key in _FIELDS}), reused=True)
    if trained.inputs != _inputs(name):
        if fresh:
            return None
        say.line(f"  note: the sources of {name} have changed since this model was trained")
    return trained


def with_epochs(
    config: dict[str, list[dict[str, object]]], epochs: int, *, entities: bool = True
) -> dict[str, list[dict[str, object]]]:
    """Returns the configuration with other epochs for what learns in epochs, and a DIET that may leave entities."""
    for component in [*config["pipeline"], *config["policies"]]:
        if component["name"] in _LEARNERS:
            component["epochs"] = epochs
        if component["name"] == "DIETClassifier" and not entities:
            component["entity_recognition"] = False
    return config


def _stock_config() -> dict[str, list[dict[str, object]]]:
    config: dict[str, list[dict[str, object]]] = yaml.safe_load((PROJECT / STOCK_CONFIG).read_text(encoding="utf-8"))
    return config


def _inputs(name: str) -> str:
    if name == "gridtalk":
        return content_hash(PROJECT, train.INPUTS)[:12]
    shared = ("domain.yml", "domain", "data", "bot/importer.py", "requirements.lock")
    return content_hash(PROJECT, (str(STOCK_CONFIG.parent), *shared))[:12]


def _train(name: str, config: Path, data: Sequence[str], planned: Trained) -> Trained:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-") as folder:
        load, began = os.getloadavg()[0], time.perf_counter()
        model = _run_rasa_train(name, config, data, Path(folder))
        seconds = time.perf_counter() - began
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        epoch_s = seconds_of_epochs(_log(name).read_text(encoding="utf-8", errors="replace"))
        trained = replace(planned, seconds=seconds, at=at, load_before=load, epoch_s=epoch_s)
        shutil.copyfile(model, trained.path)
    (CACHE / f"{name}.json").write_text(json.dumps(asdict(trained), indent=2), encoding="utf-8")
    return trained


def seconds_of_epochs(log: str) -> dict[str, float]:
    """Reads what one epoch of each learner took, the first one's making of its graph included."""
    return {
        _TELLS[tells]: (int(h or 0) * 3600 + int(m) * 60 + int(s)) / int(epochs)
        for epochs, h, m, s, tells in _EPOCHS.findall(log)
    }


def _log(name: str) -> Path:
    return CACHE / f"train-{name}.log"


def _run_rasa_train(name: str, config: Path, data: Sequence[str], out: Path) -> Path:
    # Ours is trained as `make train` trains it, stock as Rasa's own command does.
    module = "tools.rasa_trainer" if name == "gridtalk" else "rasa"
    command = [
        sys.executable, "-W", "ignore", "-m", module, "train", "--force",
        "--config", str(config), "--domain", "domain.yml", "--data", *data,
        "--out", str(out), "--fixed-model-name", name, "--augmentation", "0",
    ]  # fmt: skip
    # Stories are not glued together at random: beside 116 rules that alone takes minutes. Rasa keeps trained components
    # in the working folder: a cache of its own makes "from scratch" true.
    environment = {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(out / "cache")}
    log, model = _log(name), out / f"{name}.tar.gz"
    with log.open("w", encoding="utf-8") as output:
        finished = subprocess.run(command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if finished.returncode or not model.exists():
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
        raise say.ToolError(f"training {name} failed (exit code {finished.returncode}); its last lines:\n{tail}")
    return model
