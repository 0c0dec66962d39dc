"""Trains the model when what it is made from changed; its name carries the hash, so no content is trained twice.

python -m tools.train           train if needed
python -m tools.train --path    print where the model of the present sources is (or will be)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tools import say
from tools.content_hash import content_hash

PROJECT = Path(__file__).parent.parent
MODELS = PROJECT / "models"
# What Rasa reads; the curated answers of data/knowledge are read by the action server and need no training.
_TRAINED = ("nlu", "rules", "stories")
INPUTS = (
    "config.yml",
    "domain.yml",
    "domain",
    *(f"data/{folder}" for folder in _TRAINED),
    "data/danger",
    "data/dictionary",
    "bot/nlu",
    "bot/policies",
    "bot/importer.py",
    "runtime/readings.py",
    "runtime/scripts.py",
    "requirements.lock",
)
KEPT = 2
# What components read beside their configuration; Rasa's cache does not know of it, so a change of it trains all anew.
BESIDE = ("bot/nlu", "data/danger", "data/dictionary", "runtime/readings.py", "runtime/scripts.py")
# What the last training took: {"model", "seconds", "at"}; the report of the understanding reads it.
RECORD = PROJECT / ".cache" / "train.json"


def main(arguments: Sequence[str]) -> None:
    """Trains, or prints the path; ends with one sentence when training fails."""
    if "--path" in arguments:
        sys.stdout.write(f"{model_path()}\n")
        return
    try:
        ensure_model()
    except say.ToolError as error:
        say.stop(str(error))


def model_path() -> Path:
    """Returns where the model made from the present sources belongs."""
    return MODELS / f"gridtalk-{content_hash(PROJECT, INPUTS)[:12]}.tar.gz"


def ensure_model() -> Path:
    """Returns the model of the present sources, trained now if it is missing.

    Raises:
        ToolError: Rasa refuses the data or fails.
    """
    path = model_path()
    if path.exists():
        os.utime(path)  # the newest two are kept, and this one is in use
        return path
    began = time.monotonic()
    beside = content_hash(PROJECT, BESIDE)
    with say.timed(f"training {path.name}"):
        _train(path, anew=_last_beside() not in ("", beside))
    _record(path, time.monotonic() - began, beside)
    _forget_old()
    return path


def _train(path: Path, *, anew: bool) -> None:
    command = [
        sys.executable, "-W", "ignore", "-m", "tools.rasa_trainer", "train",
        "--config", "config.yml", "--domain", "domain.yml",
        "--data", *(f"data/{folder}" for folder in _TRAINED),
        "--out", str(MODELS), "--fixed-model-name", path.name.removesuffix(".tar.gz"),
    ]  # fmt: skip
    command += ["--force"] if anew else []
    environment = {
        **os.environ,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(PROJECT),
    }
    log = PROJECT / ".cache" / "train.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        finished = subprocess.run(command, cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    if finished.returncode or not path.exists():
        say.line("\n".join(log.read_text(encoding="utf-8").splitlines()[-30:]))
        raise say.ToolError(
            f"training failed (exit code {finished.returncode}): see above, or all of {log.relative_to(PROJECT)}."
        )


def _last_beside() -> str:
    """What the components of the last training here read beside their configuration; nothing when it is not known."""
    if not RECORD.exists():
        return ""
    return str(json.loads(RECORD.read_text(encoding="utf-8")).get("beside", ""))


def _record(path: Path, seconds: float, beside: str = "") -> None:
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    record = {"model": path.name, "seconds": round(seconds, 1), "at": at, "beside": beside}
    RECORD.write_text(json.dumps(record) + "\n", encoding="utf-8")


def _forget_old() -> None:
    newest_first = sorted(MODELS.glob("gridtalk-*.tar.gz"), key=lambda model: model.stat().st_mtime, reverse=True)
    for old in newest_first[KEPT:]:
        old.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
