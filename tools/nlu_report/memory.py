"""The resident memory that the understanding adds to a process that has Rasa, measured in a process of its own.

python -m tools.nlu_report.memory MODEL < SENTENCES    SENTENCES: a JSON list of texts; prints a JSON object
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from tools.quiet import QUIET_ENVIRONMENT, keep_logs_off
from tools.say import ToolError

_PARSED = 200
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Memory:
    """Resident MB: Rasa imported, the libraries of our components imported, the model loaded, the sentences parsed."""

    imported: float
    libraries: float
    loaded: float
    parsed: float
    sentences: int

    @property
    def added(self) -> float:
        """What the understanding adds, with all that it keeps after parsing."""
        return self.parsed - self.imported


def measure_memory(model: Path, texts: Sequence[str]) -> Memory:
    """Measures in a fresh process.

    Raises:
        ToolError: the process failed.
    """
    command = [sys.executable, "-W", "ignore", "-m", "tools.nlu_report.memory", str(model.resolve())]
    environment = {**os.environ, **QUIET_ENVIRONMENT, "PYTHONPATH": str(_PROJECT)}
    asked = json.dumps(list(texts[:_PARSED]))
    done = subprocess.run(command, cwd=_PROJECT, env=environment, input=asked, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise ToolError(f"{model}: the memory of this model cannot be measured ({said}).")
    return Memory(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measures in this process and prints the result."""
    texts = json.load(sys.stdin)
    keep_logs_off()
    sys.stdout.write(json.dumps(asdict(_measured(Path(sys.argv[1]), texts))) + "\n")


def _measured(model: Path, texts: Sequence[str]) -> Memory:
    # What every process with Rasa pays, whatever it understands with, is imported before the first look.
    import rasa.core.agent  # noqa: F401
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE
    from rasa.engine.graph import ExecutionContext
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    from bot.graph import SequentialGraphRunner

    imported = _resident()
    with tempfile.TemporaryDirectory(prefix="gridtalk-memory-") as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        libraries = _resident()  # to read what the model is made of is to import its components
        target = metadata.nlu_target
        schema = metadata.predict_schema.minimal_graph_schema([target])
        runner = SequentialGraphRunner.create(schema, storage, ExecutionContext(schema))
        loaded = _resident()
        for text in texts:
            runner.run({PLACEHOLDER_MESSAGE: [UserMessage(text)]}, [target])
        return Memory(imported, libraries, loaded, _resident(), len(texts))


def _resident() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20


if __name__ == "__main__":
    main()
