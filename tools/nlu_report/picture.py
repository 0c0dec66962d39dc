"""The confusion picture: which intent was taken for which, intents grouped by skill; it counts nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.nlu_figures import FALLBACK, Parsed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES, _DPI = 12.0, 150
_LETTERS, _DIGITS = 7.5, 6.5
_LINE, _INK = "#c9ced6", "#22303f"
# share of a row: right ones from white to blue, wrong ones from white to red, full at a fifth
_RIGHT, _WRONG, _FULL = "Blues", "Reds", 0.2


def draw(parsed: Sequence[Parsed], groups: dict[str, str], file: Path) -> None:
    """Draws the sentences into a PNG; intents of no known group stand last."""
    import matplotlib  # heavy, and only the picture needs it

    matplotlib.use("Agg")
    from matplotlib import pyplot

    gold = _ordered({row.gold for row in parsed} | {row.predicted for row in parsed} - {FALLBACK}, groups)
    guesses = [*gold, FALLBACK]
    counts = Counter((row.gold, row.gold if row.right else row.predicted) for row in parsed)
    figure, axes = pyplot.subplots(figsize=(_INCHES, _INCHES), dpi=_DPI)
    _cells(axes, gold, guesses, counts)
    _names(axes, gold, guesses)
    _frames(axes, [groups.get(name, "other") for name in gold], len(guesses))
    right = sum(row.right for row in parsed)
    axes.set_title(_title(right, len(parsed)), loc="left", fontsize=10, color=_INK, pad=12)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, bbox_inches="tight", pad_inches=0.15, metadata={"Software": None})
    pyplot.close(figure)


def _title(right: int, total: int) -> str:
    return (
        f"{right} of {total} sentences of the examiners understood. Row: what was meant; column: what was understood.\n"
        "Blue: right; red: wrong, the darker the larger its share of the row; figures are sentences."
    )


def _ordered(names: set[str], groups: dict[str, str]) -> list[str]:
    return sorted(names, key=lambda name: (name not in groups, groups.get(name, ""), name))


def _cells(axes: Axes, gold: Sequence[str], guesses: Sequence[str], counts: Counter[tuple[str, str]]) -> None:
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    totals = Counter[str]()
    for (name, _), count in counts.items():
        totals[name] += count
    for y, name in enumerate(gold):
        for x, guess in enumerate(guesses):
            count = counts[name, guess]
            if not count:
                continue
            part = count / totals[name]
            shade = part * 0.75 if name == guess else min(part / _FULL, 1.0) * 0.65 + 0.15
            colour = colormaps[_RIGHT if name == guess else _WRONG](shade)
            axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, color=colour, linewidth=0))
            ink = "white" if shade > 0.55 else _INK
            axes.text(x, y, str(count), ha="center", va="center", fontsize=_DIGITS, color=ink)


def _names(axes: Axes, gold: Sequence[str], guesses: Sequence[str]) -> None:
    axes.set_xlim(-0.5, len(guesses) - 0.5)
    axes.set_ylim(len(gold) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.set_yticks(range(len(gold)), gold, fontsize=_LETTERS, color=_INK)
    axes.set_xticks(range(len(guesses)), guesses, fontsize=_LETTERS, color=_INK, rotation=90)
    axes.tick_params(length=0, pad=3)


def _frames(axes: Axes, skills: Sequence[str], width: int) -> None:
    """Draws fine lines between cells and stronger ones between skills, and names the skills at the right."""
    for place in range(width):
        axes.axvline(place - 0.5, color=_LINE, linewidth=0.25, zorder=0)
    for place in range(len(skills)):
        axes.axhline(place - 0.5, color=_LINE, linewidth=0.25, zorder=0)
    first: dict[str, int] = {}
    for place, skill in enumerate(skills):
        first.setdefault(skill, place)
    counts = Counter(skills)
    strong: dict[str, Any] = {"color": _INK, "linewidth": 0.6}
    for skill, start in first.items():
        axes.axhline(start - 0.5, **strong)
        axes.axvline(start - 0.5, **strong)
        middle = start + (counts[skill] - 1) / 2
        words = skill.replace("_", " ")
        axes.text(width + 0.1, middle, words, ha="left", va="center", fontsize=_LETTERS, color=_INK, weight="bold")
    axes.axvline(len(skills) - 0.5, **strong)
    for spine in axes.spines.values():
        spine.set(color=_INK, linewidth=0.6)
