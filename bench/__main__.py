"""The same scripted dialogue through GridTalk and through stock Rasa, one after the other, side by side in one table.

python -m bench [--messages 400] [--stock-epochs 100] [--skip-training] [--json FILE]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from bench import results, table, training
from bench.dialogue import load_dialogue
from bench.measure import Bench, measure
from bench.results import Result, SideResult
from bench.sides import GridTalkSide, StockSide
from bench.training import Trained
from tools import say
from tools.stack import Stack

_BESIDE = ("utility", "actions")


def main() -> None:
    """Measures both sides and prints the table; ends with one sentence when it cannot."""
    options = _options()
    # A polite kill ends the bench as Ctrl-C does, also behind `&`: everything it started is stopped on the way out.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        result = run(options)
        for file in (results.kept_file(result.measured_at), options.json):
            if file:
                results.write(result, file)
                say.done(f"raw results in {file}")
    except say.ToolError as error:
        say.stop(str(error))
    except KeyboardInterrupt:
        say.stop("Stopped before the end; nothing was measured and nothing is left running.")
    labels = table.load_labels("en")
    sys.stdout.write(f"\n{table.render(result, labels)}\n\n{table.source(result, labels)}\n")


def run(options: argparse.Namespace) -> Result:
    """Trains both models, starts what both need, and measures one side after the other.

    Raises:
        ToolError: a training fails or a process does not start.
    """
    ours, stock = _models(options)
    measured_at = datetime.now().astimezone().isoformat(timespec="seconds")
    with tempfile.TemporaryDirectory(prefix="gridtalk-bench-", ignore_cleanup_errors=True) as folder:
        sides = _measure_both(Path(folder), options.messages, ours, stock)
    command = " ".join(["python -m bench", *sys.argv[1:]])
    return Result(measured_at, command, results.describe_machine(), results.describe_versions(), sides)


def _models(options: argparse.Namespace) -> tuple[Trained, Trained]:
    if options.skip_training:
        models = training.reuse("gridtalk"), training.reuse("stock")
        for model in models:
            say.done(f"{model.name}: the model trained {model.at} in {model.seconds:.0f} s")
        return models
    with say.timed(f"training GridTalk from scratch (load {os.getloadavg()[0]:.1f})"):
        ours = training.train_ours()
    with say.timed(f"training stock Rasa from scratch, {options.stock_epochs} epochs: minutes, many of them"):
        stock = training.train_stock(options.stock_epochs)
    return ours, stock


def _measure_both(folder: Path, messages: int, ours: Trained, stock: Trained) -> tuple[SideResult, ...]:
    with Stack(folder, model=ours.path, processes=_BESIDE, report=say.step) as stack:
        bench = Bench(stack, load_dialogue(), messages)
        sides = ((GridTalkSide(stack), ours), (StockSide(stack, stock.path), stock))
        return tuple(asyncio.run(measure(bench, side, trained)) for side, trained in sides)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=_count, default=400, help="messages per side and level, about")
    parser.add_argument("--stock-epochs", type=_count, default=100, help="epochs of stock's DIET and TED")
    parser.add_argument("--skip-training", action="store_true", help="measure with the models of an earlier run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the raw results there, too")
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError("a number from 1 to 100000 is needed")
    return int(text)


if __name__ == "__main__":
    main()
