"""Writes the newest kept results of each part into docs/performance.md, its plots, and the table of both READMEs.

python -m bench.publish [FOLDER]    FOLDER: of the raw results; else bench/results
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import chapters, plots, results, table
from bench.results import Result
from tools import say

_PROJECT = Path(__file__).parent.parent
_PAGE, _IMAGES = "docs/performance.md", _PROJECT / "docs" / "images" / "performance"
_READMES = (("README.md", "en"), ("README.zh-CN.md", "zh"))
_CHAPTERS: Mapping[str, Callable[[Result], str]] = {
    "day": chapters.day,
    "curves": chapters.curves,
    "soak": chapters.soak,
    "ceiling": chapters.ceiling,
}


def main() -> None:
    """Rewrites the pages and plots for which there are results."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else results.RESULTS
    found = {part: result for part in results.PARTS if (result := results.newest(part, folder))}
    try:
        if not found:
            raise say.ToolError(f"There are no results in {folder} yet: run `make bench`.")
        for part, result in found.items():
            _write(_PAGE, f"bench-{part}", f"{_CHAPTERS[part](result)}\n\n{chapters.source(result)}")
        if "day" in found:
            for name, language in _READMES:
                labels = table.load_labels(language)
                _write(name, "bench", f"{table.short(found['day'], labels)}\n\n{table.source(found['day'], labels)}")
        for file in plots.draw(found, _IMAGES):
            say.done(f"{file.relative_to(_PROJECT)} drawn")
    except say.ToolError as error:
        say.stop(str(error))


def between(page: str, mark: str, text: str) -> str:
    """Returns the page with `text` between its marks.

    Raises:
        ToolError: the page has no such marks.
    """
    first, last = f"<!-- {mark}:begin -->\n", f"<!-- {mark}:end -->"
    head, begin, rest = page.partition(first)
    _, end, foot = rest.partition(last)
    if not begin or not end:
        raise say.ToolError(f"The page has no {first.strip()} and {last} to write between.")
    return f"{head}{begin}{text}\n{end}{foot}"


def _write(name: str, mark: str, text: str) -> None:
    page = _PROJECT / name
    page.write_text(between(page.read_text(encoding="utf-8"), mark, text), encoding="utf-8")
    say.done(f"{name}: {mark} written")


if __name__ == "__main__":
    main()
