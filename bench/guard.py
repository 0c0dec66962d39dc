"""Guards what a turn costs against stock Rasa in the same job: `make guard`. No absolute time is held, ratios only.

A small stock Rasa is trained, the plain dialogue goes through stock and through us, and it ends with 1 when our
processor time per turn or our memory comes too near to stock's, or when a turn gets dearer as a conversation grows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import training
from bench.curves import conversation_of, events_of
from bench.numbers import Load, summarise
from bench.setups import OURS, REST, SERVER, STOCK, WEB, Setup
from bench.sides import Side, side_of
from bench.stage import Stage, on_stage, raised
from bench.table import grid
from bench.talkers import dismiss, gather_talkers, one_round
from tools import say
from tools.stack import Stack
from tools.train import ensure_model

# Generous: a busy machine, a small stock and a few turns must not break them, a runtime that went bad must.
MOST_CPU, MOST_MEMORY, MOST_GROWTH = 0.6, 0.8, 2.0
# The intents of the plain dialogue and their neighbours; fewer would make stock smaller than any that serves.
_INTENTS = (
    "bill_query", "outage_report", "affirm", "cancel_flow", "repair_progress_query", "small_talk", "outage_info_query",
)  # fmt: skip
_SENTENCES, _EPOCHS = 12, 2
_ROUNDS, _WARM_UP, _GROWN_EVENTS, _WINDOW = 12, 2, 1000, 4


@dataclass(frozen=True)
class Figures:
    """What one side took: processor ms per turn, resident MB, and how much dearer late turns are than early ones."""

    cpu_ms: float
    memory_mb: float
    turns: int
    answered: int
    growth: float | None = None


def main() -> None:
    """Measures both sides and ends with 1 when a ratio is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.guard", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="customers who say the dialogue, on each side")
    options = parser.parse_args()
    try:
        ours, stock = measure(options.rounds)
    except say.ToolError as error:
        say.stop(str(error))
    sys.stdout.write(f"\n{rendered(ours, stock)}\n\n")
    broken = judge(ours, stock)
    for promise in broken:
        say.line(f"  broken: {promise}")
    if broken:
        say.stop("A turn has become too dear.")
    say.done("every ratio is kept")


def measure(rounds: int) -> tuple[Figures, Figures]:
    """Trains a small stock, and measures us and it one after the other on one stack.

    Raises:
        ToolError: the training fails or a process does not start.
    """
    stock = training.found("stock-guard", fresh=True)
    if stock is None:
        with say.timed("training a small stock Rasa"):
            stock = training.train_stock(
                _EPOCHS, _SENTENCES, intents=_INTENTS, name="stock-guard", entities=False
            )  # without entities: their graph alone takes minutes on a busy machine
    with raised(ensure_model()) as stack:
        ours = _ours(stack, rounds)
        return ours, _stock(stack, stock.path, rounds)


def judge(ours: Figures, stock: Figures) -> list[str]:
    """Returns the promises that are broken."""
    cpu, memory = ours.cpu_ms / stock.cpu_ms, ours.memory_mb / stock.memory_mb
    growth = ours.growth or 0.0
    held = {
        f"our turn takes {cpu:.2f} of stock's processor time, more than {MOST_CPU}": cpu <= MOST_CPU,
        f"our worker takes {memory:.2f} of stock's memory, more than {MOST_MEMORY}": memory <= MOST_MEMORY,
        f"a turn at event {_GROWN_EVENTS} takes {growth:.2f} times one at the start, more than {MOST_GROWTH}": (
            growth <= MOST_GROWTH
        ),
        f"{ours.turns - ours.answered} of our turns had no answer": ours.answered == ours.turns,
    }
    return [promise for promise, kept in held.items() if not kept]


def rendered(ours: Figures, stock: Figures) -> str:
    """Returns the figures and ratios as a table."""
    rows = [
        ("processor ms per turn", ours.cpu_ms, stock.cpu_ms, MOST_CPU),
        ("resident MB", ours.memory_mb, stock.memory_mb, MOST_MEMORY),
    ]
    cells = [[name, f"{one:.1f}", f"{other:.1f}", f"{one / other:.2f}", f"{most}"] for name, one, other, most in rows]
    cells.append([f"turn at event {_GROWN_EVENTS} / early turn", "", "", f"{ours.growth or 0:.2f}", f"{MOST_GROWTH}"])
    cells.append(["turns answered", f"{ours.answered} of {ours.turns}", f"{stock.answered} of {stock.turns}", "", ""])
    return grid(["measured", "GridTalk", "stock Rasa", "ratio", "at most"], cells)


def _ours(stack: Stack, rounds: int) -> Figures:
    """The same short talks as stock's, then one conversation up to event 1,000 and a little more."""
    setup = Setup(OURS, WEB, 1, SERVER)
    side = side_of(stack, setup, None)
    found: list[Figures] = []

    async def play(stage: Stage, _: float, __: float) -> None:
        short = await _short_talks(stage, rounds)
        memory = _memory(side)
        long = await _long_talk(stage, stack, setup)
        found.append(replace(_figures(short, memory), growth=grown([load.cpu_ms or 0.0 for load in long])))

    on_stage(stack, side, play)
    return found[0]


def _stock(stack: Stack, model: Path, rounds: int) -> Figures:
    side = side_of(stack, Setup(STOCK, REST, 1, SERVER), model)
    found: list[Figures] = []

    async def play(stage: Stage, _: float, __: float) -> None:
        found.append(_figures(await _short_talks(stage, rounds), _memory(side)))

    on_stage(stack, side, play)
    return found[0]


async def _short_talks(stage: Stage, rounds: int) -> list[Load]:
    """New customers say the plain dialogue once each; the first two are a warm-up."""
    loads: list[Load] = []
    for _ in range(_WARM_UP + rounds):
        parts = await gather_talkers(stage, 1)
        turns, spent = await stage.counted(one_round(parts))
        loads.append(summarise(turns, spent))
        await dismiss(parts)
    return loads[_WARM_UP:]


async def _long_talk(stage: Stage, stack: Stack, setup: Setup) -> list[Load]:
    """One customer says the plain dialogue over and over, some rounds beyond event 1,000."""
    loads: list[Load] = []
    parts = await gather_talkers(stage, 1)
    left = _WINDOW
    while left:
        turns, spent = await stage.counted(one_round(parts))
        loads.append(summarise(turns, spent))
        left -= events_of(stack, setup, conversation_of(parts[0])) >= _GROWN_EVENTS
    await dismiss(parts)
    return loads


def grown(cpu: Sequence[float]) -> float:
    """Returns how much dearer the last rounds are than the early ones, the very first left out."""
    early, late = cpu[1 : 1 + _WINDOW], cpu[-_WINDOW:]
    return (sum(late) / len(late)) / (sum(early) / len(early))


def _memory(side: Side) -> float:
    return sum(memory.rss for memory in side.processes.memories())


def _figures(loads: Sequence[Load], memory_mb: float) -> Figures:
    return Figures(
        cpu_ms=sum(load.cpu_ms or 0.0 for load in loads) / len(loads),
        memory_mb=memory_mb,
        turns=sum(load.sent for load in loads),
        answered=sum(load.answered for load in loads),
    )


if __name__ == "__main__":
    main()
