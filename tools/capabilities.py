"""Writes docs/capabilities.md: every capability a customer meets in a conversation, with the cases that cover it.

python -m tools.capabilities            write the page
python -m tools.capabilities --check    exit 1 when the page is not what the cases say
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from tools import say

PROJECT = Path(__file__).parent.parent
PAGE = PROJECT / "docs" / "capabilities.md"
_NAMES = PROJECT / "tests" / "dialogue" / "capabilities.yml"
_CASES = PROJECT / "tests" / "dialogue"
_HEAD = """# What customers can do, and the conversation that proves it

Made by `python -m tools.capabilities` from `tests/dialogue/capabilities.yml` and what conversations cover; a test
holds it. IDs are the handles of the field's own papers. `make test` plays every conversation over a real stack.

"""
_SHOWN = 4


def main(arguments: Sequence[str]) -> int:
    """Writes or checks the page."""
    page = render()
    if "--check" not in arguments:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    say.line("docs/capabilities.md is not what the conversations say: run `python -m tools.capabilities`.")
    return 1


def capabilities() -> dict[str, dict[str, str]]:
    """Reads every capability: its ID to name, english and where it is met."""
    read: dict[str, dict[str, str]] = yaml.safe_load(_NAMES.read_text(encoding="utf-8"))
    return read


def covering() -> dict[str, list[Path]]:
    """Lists the conversations that name each capability, by their paths below tests/dialogue."""
    found: dict[str, list[Path]] = {}
    for file in sorted(_CASES.rglob("*.yml")):
        record = yaml.safe_load(file.read_text(encoding="utf-8"))
        if isinstance(record, dict) and "steps" in record:
            for capability in record.get("covers") or ():
                found.setdefault(str(capability), []).append(file.relative_to(_CASES))
    return found


def render() -> str:
    """Returns the page."""
    cases, known = covering(), capabilities()
    rows = [
        _row(capability, about, cases.get(capability, []))
        for capability, about in known.items()
        if about["met"] == "dialogue" or cases.get(capability)
    ]
    rest = [
        f"| {capability} | {about['name']} | {about['english']} | {about['met']} |"
        for capability, about in known.items()
        if about["met"] != "dialogue" and not cases.get(capability)
    ]
    return "\n".join(
        [
            _HEAD + "| ID | capability | | conversations | proved by |\n|---|---|---|---|---|",
            *rows,
            "\n## Met elsewhere\n\n`notice`: told unasked. `desk`: the work of agents, supervisors and the company.\n",
            "| ID | capability | | met |\n|---|---|---|---|",
            *rest,
            "",
        ]
    )


def _row(capability: str, about: dict[str, str], files: Sequence[Path]) -> str:
    links = ", ".join(f"[{file.stem.replace('_', ' ')}](../tests/dialogue/{file})" for file in files[:_SHOWN])
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return f"| {capability} | {about['name']} | {about['english']} | {len(files)} | {links or '**none yet**'}{more} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
