"""Tables and words of a Markdown page; it knows nothing of what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_|<>\[\]])")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> list[str]:
    """Returns the lines of a table; columns after the first `left` are set to the right."""
    marks = ["---" if place < left else "--:" for place in range(len(heads))]
    return [_line(heads), _line(marks), *map(_line, rows), ""]


def escaped(text: str) -> str:
    """Returns a customer's words so that no character of them is taken for markup."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def folded(title: str, lines: Sequence[str]) -> list[str]:
    """Returns the lines under a title that unfolds them."""
    return [f"<details><summary>{title}</summary>", "", *lines, "</details>", ""]


def percent(share: float | None) -> str:
    """Returns a share as 97.3 %; nothing as a dash."""
    return "-" if share is None else f"{share:.1%}"


def number(value: float | None, digits: int = 3) -> str:
    """Returns a number; nothing as a dash."""
    return "-" if value is None else f"{value:.{digits}f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
