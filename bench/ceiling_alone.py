"""One thing by itself in a process of its own, for the ceiling: prints `{"per_second", "cpu_ms", ...}`.

python -m bench.ceiling_alone echo PORT | jieba SECONDS | ours MODEL SECONDS | stock MODEL SECONDS
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.day import load_day


def echo(port: str) -> None:
    """Serves a bare sanic that gives back what it is sent; ends with its parent's signal."""
    from sanic import Sanic  # one part of this module needs it
    from sanic.request import Request
    from sanic.response import HTTPResponse
    from sanic.response import json as as_json

    from runtime.serve import run, serve

    app = Sanic("echo")

    async def give_back(request: Request) -> HTTPResponse:
        return as_json(request.json)

    app.add_route(give_back, "/", methods=["POST"])
    sys.exit(run("echo", serve(app, "127.0.0.1", int(port))))


def jieba_alone(seconds: str) -> None:
    """Cuts the day's lines with jieba's own dictionary."""
    import jieba  # one part of this module needs it

    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    _tell(_timed(tokenizer.lcut, float(seconds)))


def ours_alone(model: str, seconds: str) -> None:
    """Understands the day's lines with our model, as the bot's engine does."""
    from bot import lean

    lean.import_rasa()
    from pathlib import Path

    from tools.trained_model import load_agent

    _parse(load_agent(Path(model)), float(seconds))


def stock_alone(model: str, seconds: str) -> None:
    """Understands the day's lines with stock's model and engine."""
    from rasa.core.agent import Agent  # heavy, and one part of this module needs it

    _parse(Agent.load(model), float(seconds))


def _parse(agent: Any, seconds: float) -> None:
    loop = asyncio.new_event_loop()

    def parse(line: str) -> None:
        loop.run_until_complete(agent.parse_message(line))

    _tell(_timed(parse, seconds))


def _timed(work: Callable[[str], object], seconds: float) -> tuple[int, float, float]:
    """Works through the day's lines for so long, after once through unmeasured."""
    lines = [line for talk in load_day() for line in talk.lines]
    for line in lines:
        work(line)
    began, spent, done = time.perf_counter(), time.process_time(), 0
    for line in itertools.cycle(lines):
        work(line)
        done += 1
        if time.perf_counter() - began > seconds:
            break
    return done, time.perf_counter() - began, time.process_time() - spent


def _tell(timed: tuple[int, float, float]) -> None:
    done, seconds, spent = timed
    told = {"per_second": done / seconds, "ms": 1000 * seconds / done, "cpu_ms": 1000 * spent / done}
    sys.stdout.write(json.dumps(told) + "\n")


_WORK: dict[str, Callable[..., None]] = {
    "echo": echo,
    "jieba": jieba_alone,
    "ours": ours_alone,
    "stock": stock_alone,
}

if __name__ == "__main__":
    _WORK[sys.argv[1]](*sys.argv[2:])
