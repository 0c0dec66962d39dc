"""Writes the tables of a kept run between the bench marks of the README, in both languages, and of docs/performance.md.

python -m bench.publish [FILE]    FILE: raw results; else the newest in bench/results
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench import results, table
from bench.results import Result
from tools import say

_PROJECT = Path(__file__).parent.parent
_BEGIN, _END = "<!-- bench:begin -->\n", "<!-- bench:end -->"
_PAGES = (("README.md", "en"), ("README.zh-CN.md", "zh"))


def main() -> None:
    """Rewrites the three pages."""
    try:
        result = results.read(Path(sys.argv[1]) if len(sys.argv) > 1 else results.newest())
        for name, language in _PAGES:
            labels = table.load_labels(language)
            _write(name, f"{table.render(result, labels)}\n\n{table.source(result, labels)}")
        _write("docs/performance.md", details(result))
    except say.ToolError as error:
        say.stop(str(error))


def between(page: str, text: str) -> str:
    """Returns the page with `text` between its marks.

    Raises:
        ToolError: the page has no marks.
    """
    head, begin, rest = page.partition(_BEGIN)
    _, end, foot = rest.partition(_END)
    if not begin or not end:
        raise say.ToolError(f"The page has no {_BEGIN.strip()} and {_END} to write between.")
    return f"{head}{begin}{text}\n{end}{foot}"


def details(result: Result) -> str:
    """Returns the table with everything needed to repeat it."""
    labels = table.load_labels("en")
    facts = [
        f"* Measured {result.measured_at}, by `{result.command}`.",
        "* Machine: {system}, {cores} cores of {processor}, {memory_gb} GB.".format(**result.machine),
        f"* Versions: {', '.join(f'{name} {number}' for name, number in result.versions.items())}.",
        *(_training(side) for side in result.sides),
    ]
    if any(level.is_noisy for side in result.sides for level in side.levels):
        facts.append(
            "* **The machine was not quiet** (see the rows of cores taken by other programs): repeat this run."
        )
    return "\n".join([table.render(result, labels), "", *facts, "", *_answers(result)])


def _training(side: results.SideResult) -> str:
    trained = side.training
    epochs = f", {trained.epochs} epochs" if trained.epochs else ""
    reused = " (by an earlier run)" if trained.reused else ""
    loads = f"load {trained.load_before:.1f} before training, {side.load_before:.1f} before the start"
    return f"* {side.name}: trained {trained.at} in {trained.seconds:.0f} s{epochs}{reused}; {loads}."


def _answers(result: Result) -> list[str]:
    names = [side.name for side in result.sides]
    rows = [f"| line | first answer of {' | of '.join(names)} |", "|---|" + "---|" * len(names)]
    for line in result.sides[0].answers:
        cells = [_cell(side.answers[line]) for side in result.sides]
        rows.append(f"| {line} | {' | '.join(cells)} |")
    return rows


def _cell(answers: dict[str, int]) -> str:
    """The most frequent answer, and how many others there were."""
    usual = max(answers, key=lambda text: answers[text])
    others = sum(answers.values()) - answers[usual]
    text = usual.replace("\n", " ") or "(no answer)"
    return text + (f" ({others} times another)" if others else "")


def _write(name: str, text: str) -> None:
    page = _PROJECT / name
    page.write_text(between(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    say.done(f"{name} written")


if __name__ == "__main__":
    main()
