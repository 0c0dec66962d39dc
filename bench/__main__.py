"""GridTalk and stock Rasa on the same recorded day, machine and stores: throughput, latency, processor, memory, start.

python -m bench [day|curves|soak|ceiling ...] [--quick] [--skip-training] [--stock-epochs N] [--stock-sentences N]

Without a part: all of them. `--quick` takes two minutes or three to see that everything runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bench import results, training
from bench.ceiling import touch_ceiling
from bench.curves import CurvesSize, draw_curves
from bench.day_run import DaySize, play_day
from bench.setups import Setup, chosen
from bench.soak import soak
from bench.training import Trained
from tools import say
from tools.train import ensure_model

_QUICK = Path(__file__).parent.parent / ".cache" / "bench" / "quick"


@dataclass(frozen=True)
class Plan:
    """The models and sizes of a run."""

    ours: Path
    stock: Trained | None
    day: DaySize
    curves: CurvesSize
    turns: int
    seconds: float
    setups: tuple[Setup, ...]


_PARTS: dict[str, Callable[[Plan], dict[str, Any]]] = {
    "day": lambda plan: play_day(plan.ours, plan.stock, plan.day, plan.setups),
    "curves": lambda plan: draw_curves(plan.ours, plan.stock, plan.curves),
    "soak": lambda plan: soak(plan.ours, plan.turns),
    "ceiling": lambda plan: touch_ceiling(plan.ours, plan.stock, plan.seconds),
}


def main() -> None:
    """Runs the parts and keeps what each found; ends with one sentence when it cannot."""
    options = _options()
    # A polite kill ends the bench as Ctrl-C does, also behind `&`: everything it started is stopped on the way out.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        for file in run(options):
            say.done(f"raw results in {file}")
    except say.ToolError as error:
        say.stop(str(error))
    except KeyboardInterrupt:
        say.stop("Stopped before the end; what was kept before stays, and nothing is left running.")
    if not options.quick:
        say.line("`python -m bench.publish` writes the newest results into docs/performance.md and the READMEs.")


def run(options: argparse.Namespace) -> list[Path]:
    """Runs the chosen parts one after the other; each is kept as soon as it is through.

    Raises:
        ToolError: a training fails or a process does not start.
    """
    trained = _models(options)
    plan = _plan(options, trained)
    folder = _QUICK if options.quick else results.RESULTS
    files = []
    for part in options.parts or results.PARTS:
        head = replace(results.begin(part), trained=[asdict(one) for one in trained])
        began = time.monotonic()
        say.step(f"{part} (load {head.load_before:.1f})")
        files.append(results.write(replace(head, found=_PARTS[part](plan)), folder))
        say.done(f"{part}: {(time.monotonic() - began) / 60:.1f} min")
    return files


def _models(options: argparse.Namespace) -> list[Trained]:
    """Trains both sides from scratch, or takes what an earlier run has left; quick trains a small stock once."""
    if options.quick:
        return [_small_stock()]
    if options.skip_training:
        models = [model for model in map(training.found, ("gridtalk", "stock")) if model]
        for model in models:
            say.done(f"{model.name}: the model trained {model.at} in {model.seconds:.0f} s")
        return models
    with say.timed("training GridTalk from scratch"):
        ours = training.train_ours()
    many = f"{options.stock_sentences} sentences an intent" if options.stock_sentences else "all sentences"
    with say.timed(f"training stock Rasa from scratch, {options.stock_epochs} epochs of {many}"):
        return [ours, training.train_stock(options.stock_epochs, options.stock_sentences)]


def _small_stock() -> Trained:
    small = training.found("stock-quick")
    if small:
        return small
    with say.timed("training a small stock Rasa, once"):
        return training.train_stock(2, 6, name="stock-quick")


def _plan(options: argparse.Namespace, trained: list[Trained]) -> Plan:
    stock = next((model for model in trained if model.name.startswith("stock")), None)
    if stock is None:
        say.line("  note: there is no model of stock Rasa, so only GridTalk is measured; run without --skip-training")
    setups = tuple(setup for setup in chosen(options.setups) if stock or not setup.is_stock)
    day, curves, turns, seconds = DaySize(options.messages, options.seconds), CurvesSize(), options.turns, 8.0
    if options.quick:
        day, turns, seconds = DaySize(24, 3.0, 8), 200, 1.0
        curves = CurvesSize(60, 1, 1, 20.0, (50, 200), 1)
    return Plan(ensure_model(), stock, day, curves, turns, seconds, setups)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*results.PARTS, []], help="which parts, else all")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does everything run?")
    parser.add_argument("--skip-training", action="store_true", help="measure with the models of an earlier run")
    parser.add_argument("--stock-epochs", type=_count, default=30, help="epochs of stock's DIET and TED")
    parser.add_argument(
        "--stock-sentences", type=_sample, default=20, help="a seeded sample of each intent for stock, or `all`"
    )
    parser.add_argument("--messages", type=_count, default=300, help="messages of a closed loop of the day")
    parser.add_argument("--seconds", type=float, default=12.0, help="seconds of an open loop of the day")
    parser.add_argument("--setups", default="", help="words in the names of the day's setups, parted by commas")
    parser.add_argument("--turns", type=_count, default=10_000, help="turns of the soak")
    return parser.parse_args()


def _sample(text: str) -> int | None:
    return None if text == "all" else _count(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError("a number from 1 to 100000 is needed")
    return int(text)


if __name__ == "__main__":
    main()
