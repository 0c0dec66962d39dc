"""What the tools tell the person at the terminal: one line per step, one sentence when it cannot go on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


class ToolError(Exception):
    """A tool cannot go on; the message is one sentence for the person at the terminal."""


def line(text: str = "") -> None:
    """Writes one line."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def step(text: str) -> None:
    """Writes what begins now."""
    line(f"{_colour('36', '▸')} {text}")


def done(text: str) -> None:
    """Writes what has just been reached."""
    line(f"{_colour('32', '✓')} {text}")


@contextmanager
def timed(doing: str) -> Iterator[None]:
    """Writes what begins, and how long it took."""
    step(f"{doing} ...")
    began = time.monotonic()
    yield
    done(f"{doing}: {time.monotonic() - began:.1f} s")


def stop(sentence: str) -> NoReturn:
    """Ends the process with one clear sentence and exit code 1."""
    line(f"{_colour('31', '✗')} {sentence}")
    sys.exit(1)


def _colour(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if sys.stderr.isatty() else text
