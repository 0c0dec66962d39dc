"""One side of a comparison, in a process of its own: trains a pipeline on labelled lines and parses others with it."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from tools.labelled import read_labelled
from tools.quiet import keep_logs_off
from tools.say import ToolError
from tools.trained_model import warm_up

PROJECT = Path(__file__).parent.parent
_IMPORTER = [{"name": "tools.labelled_importer.LabelledImporter"}]
# Whether to fall back is a choice of the dialogue; stock Rasa proposes none.
_LEFT_OUT = "bot.nlu.fallback.ReasonedFallback"
# Stock: what Rasa 3.6 itself proposes, with the tokenizer it has for Chinese. Nothing is tuned, for or against.
_STOCK: list[dict[str, Any]] = [
    {"name": "JiebaTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100},
]


def pipeline(side: str, epochs: int = 100) -> list[dict[str, Any]]:
    """Returns the components of a side: `ours` is the pipeline of config.yml without the decision to fall back."""
    if side == "stock":
        return [{**part, "epochs": epochs} if "epochs" in part else part for part in _STOCK]
    config = yaml.safe_load((PROJECT / "config.yml").read_text(encoding="utf-8"))
    return [part for part in config["pipeline"] if part["name"] != _LEFT_OUT]


def run(side: str, train: Path, test: Path, epochs: int = 100) -> dict[str, Any]:
    """Trains and parses.

    Returns:
        training_s, peak_mb, and for each row of the test its intent, entities (entity, start, end) and milliseconds.

    Raises:
        ToolError: Rasa trained no model.
    """
    from rasa.core.agent import Agent  # heavy, and this process is the one that needs it
    from rasa.model_training import train_nlu

    if side == "ours":
        from bot.engine import mend_engine

        mend_engine()
    rows = read_labelled(test)
    with tempfile.TemporaryDirectory(prefix="gridtalk-pipeline-") as name:
        config = Path(name) / "config.yml"
        record = {"recipe": "default.v1", "assistant_id": side, "language": "zh", "importers": _IMPORTER}
        config.write_text(yaml.safe_dump({**record, "pipeline": pipeline(side, epochs)}), encoding="utf-8")
        started = time.perf_counter()
        model = train_nlu(str(config), str(train), name, fixed_model_name=side)
        seconds = time.perf_counter() - started
        if model is None:
            raise ToolError(f"{side}: Rasa trained no model.")
        parsed = asyncio.run(_parse(Agent.load(model), [row["text"] for row in rows]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"training_s": seconds, "peak_mb": peak, "parsed": parsed}


async def _parse(agent: Any, texts: list[str]) -> list[dict[str, Any]]:
    await warm_up(agent)
    parsed = []
    for text in texts:
        started = time.perf_counter()
        result = await agent.parse_message(text)
        took = (time.perf_counter() - started) * 1000
        entities = [(entity["entity"], entity["start"], entity["end"]) for entity in result.get("entities", [])]
        parsed.append({"intent": result["intent"]["name"], "entities": entities, "ms": took})
    return parsed


def main() -> None:
    """Writes the result of one side as JSON to the file named."""
    parser = argparse.ArgumentParser(prog="python -m tools.pipeline_side", description=__doc__)
    parser.add_argument("side", choices=("ours", "stock"))
    parser.add_argument("train", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=100)
    options = parser.parse_args()
    keep_logs_off()
    result = run(options.side, options.train, options.test, options.epochs)
    options.out.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
