"""Writes the tables of settings in docs/operations.md from the Settings classes themselves.

python -m tools.settings_page           write them
python -m tools.settings_page --check   say whether they are what the code declares
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from pathlib import Path

from runtime.settings import Settings, describe
from tools import say

PROJECT = Path(__file__).parent.parent
PAGE = PROJECT / "docs" / "operations.md"
_ROOMS = ("bot", "actions", "console", "notices", "utility")
_PLACE = re.compile(r"(<!-- settings:begin -->\n).*(<!-- settings:end -->)", re.DOTALL)
_DOCUMENTED_AS = re.compile(r"`(python -m [\w.]+)`")


def main(arguments: Sequence[str]) -> None:
    """Writes or checks the page."""
    present = PAGE.read_text(encoding="utf-8")
    wanted = render(present)
    if "--check" in arguments:
        if wanted != present:
            say.stop(
                "docs/operations.md does not list the settings the code declares: run python -m tools.settings_page."
            )
        return
    PAGE.write_text(wanted, encoding="utf-8")


def render(page: str) -> str:
    """Returns `page` with the tables of the present Settings classes between its markers."""
    tables = "\n".join(_table(kind) for kind in settings_classes())
    return _PLACE.sub(lambda found: f"{found[1]}\n{tables}\n{found[2]}", page)


def settings_classes() -> list[type[Settings]]:
    """Finds every Settings class of the processes, in the order of the rooms."""
    return [kind for room in _ROOMS for kind in _declared_in(room)]


def _declared_in(room: str) -> Iterator[type[Settings]]:
    for file in sorted((PROJECT / room).rglob("*.py")):
        # Only modules that declare settings are imported: the bot's others bring TensorFlow with them.
        if "(Settings)" in file.read_text(encoding="utf-8"):
            module = importlib.import_module(".".join(file.relative_to(PROJECT).with_suffix("").parts))
            yield from (kind for kind in vars(module).values() if _is_declared_in(module.__name__, kind))


def _is_declared_in(module: str, kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Settings) and is_dataclass(kind) and kind.__module__ == module


def _table(kind: type[Settings]) -> str:
    documented = _DOCUMENTED_AS.search(kind.__doc__ or "")
    title = documented[1] if documented else f"python -m {kind.__module__.split('.')[0]}"
    rows = [f"| `{name}` | {_shown(default)} | {meaning} |" for name, default, meaning in describe(kind)]
    return "\n".join([f"### `{title}`", "", "| setting | default | meaning |", "|---|---|---|", *rows, ""])


def _shown(default: str) -> str:
    if default == "required":
        return "required"
    return f"`{default}`" if default else "empty"


if __name__ == "__main__":
    main(sys.argv[1:])
