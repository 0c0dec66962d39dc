"""Draws the plots of docs/performance.md from kept results; needs matplotlib, which Rasa brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.results import Result

Found = Mapping[str, Any]
_STOCK, _OURS, _WECHAT, _SERVER = "#b5482e", "#1f6f8b", "#3c9d5a", "#7a6fb0"
_GRID, _LIMIT_MS = "#dddddd", 200
_NAMES = {"stock": "stock Rasa, REST", "web": "GridTalk, web", "wechat": "GridTalk, WeChat"}


def draw(results: Mapping[str, Result], folder: Path) -> list[Path]:
    """Draws what there are results for; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    plots: dict[str, tuple[str, Callable[[Any, Found], None]]] = {
        "rate.png": ("day", _rates),
        "cost.png": ("day", _costs),
        "length.png": ("curves", _lengths),
        "stored.png": ("curves", _stored),
        "soak.png": ("soak", _soak),
        "ceiling.png": ("ceiling", _ceiling),
    }
    drawn = []
    for name, (part, plot) in plots.items():
        if part in results:
            drawn.append(_save(folder / name, plot, results[part].found))
    return drawn


def _save(file: Path, plot: Callable[[Any, Found], None], found: Found) -> Path:
    import matplotlib  # heavy, and needed for plots only

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(8.4, 4.2), dpi=110)
    plot(figure, found)
    figure.tight_layout()
    figure.savefig(file, metadata={"Software": None})
    pyplot.close(figure)
    return file


def _axes(figure: Any, place: int, title: str, x: str, y: str) -> Any:
    axes = figure.add_subplot(1, 2, place)
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(x, fontsize=9)
    axes.set_ylabel(y, fontsize=9)
    axes.tick_params(labelsize=8)
    axes.grid(color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return axes


def _rates(figure: Any, found: Found) -> None:
    """p95 over the rate, one worker left and two right."""
    for place, workers in ((1, 1), (2, 2)):
        title = f"{workers} worker{'s' if workers > 1 else ''}: 95% are answered within"
        axes = _axes(figure, place, title, "messages sent a second", "ms (log)")
        for one in (one for one in found["setups"] if one["setup"]["workers"] == workers):
            loads = sorted((load for load in one["loads"] if load["rate"]), key=lambda load: load["rate"])
            points = [(load["rate"], load["p95_ms"]) for load in loads if load["p95_ms"]]
            axes.plot(*_xy(points), marker="o", markersize=4, color=_colour(one["setup"]), label=_name(one["setup"]))
        axes.axhline(_LIMIT_MS, color="black", linewidth=0.8, linestyle="--")
        axes.set_yscale("log")
        axes.set_xscale("log")
        _plain(axes, (2, 5, 10, 20, 50, 100, 200), (20, 50, 100, 200, 500, 1000, 2000, 5000))
        axes.legend(fontsize=7, frameon=False)


def _costs(figure: Any, found: Found) -> None:
    """Bars: held rate, and processor time of a turn."""
    setups = list(reversed(found["setups"]))
    names = [f"{_name(one['setup'])}, {one['setup']['workers']}w" for one in setups]
    colours = [_colour(one["setup"]) for one in setups]
    left = _axes(figure, 1, "Messages a second held at p95 <= 200 ms", "", "")
    held = [one["held_per_second"] or 0 for one in setups]
    left.barh(names, held, color=colours)
    _numbers(left, held)
    right = _axes(figure, 2, "Processor ms of a turn: bot, + action server", "", "")
    busy = [next(load for load in one["loads"] if load["visitors"] == 8) for one in setups]
    bot, actions = [load["cpu_ms"] or 0 for load in busy], [load["actions_cpu_ms"] or 0 for load in busy]
    right.barh(names, bot, color=colours)
    right.barh(names, actions, left=bot, color="#999999")
    _numbers(right, [one + other for one, other in zip(bot, actions, strict=True)])
    right.set_yticklabels([])


def _lengths(figure: Any, found: Found) -> None:
    """Latency and processor time over the events of a conversation."""
    left = _axes(figure, 1, "A conversation grows: p50 (thin) and p95", "events so far", "ms (log)")
    right = _axes(figure, 2, "... and the bot's processor ms of a turn", "events so far", "ms (log)")
    for curve in found["long"]:
        colour = _STOCK if curve["bot"] == "stock" else _OURS
        name = "stock Rasa" if curve["bot"] == "stock" else "GridTalk"
        points = curve["points"]
        left.plot(*_xy([(one["at"], one["p95_ms"]) for one in points]), color=colour, label=name)
        left.plot(*_xy([(one["at"], one["p50_ms"]) for one in points]), color=colour, linewidth=0.7)
        right.plot(*_xy([(one["at"], one["cpu_ms"]) for one in points]), color=colour, label=name)
    for axes in (left, right):
        axes.set_yscale("log")
        _plain(axes, (), (10, 20, 50, 100, 200, 500, 1000, 2000, 5000))
        axes.legend(fontsize=8, frameon=False)


def _stored(figure: Any, found: Found) -> None:
    points = found["many"]
    left = _axes(figure, 1, "Conversations stored: p50 (thin) and p95", "conversations (log)", "ms")
    right = _axes(figure, 2, "... and processor ms of a turn", "conversations (log)", "ms")
    for axes, name, label, colour, width in (
        (left, "p95_ms", "p95", _OURS, 1.5),
        (left, "p50_ms", "p50", _OURS, 0.7),
        (right, "cpu_ms", "bot", _OURS, 1.5),
        (right, "postgres_cpu_ms", "PostgreSQL", _SERVER, 1.5),
    ):
        line = _xy([(one["at"], one[name]) for one in points])
        axes.plot(*line, color=colour, marker="o", markersize=3, linewidth=width, label=label)
    right.legend(fontsize=8, frameon=False)
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)


def _soak(figure: Any, found: Found) -> None:
    samples = found["samples"]
    left = _axes(figure, 1, "Memory of the worker", "turns", "MB")
    for name, label, colour in (("rss_mb", "resident", _OURS), ("uss_mb", "its own", _WECHAT)):
        left.plot(*_xy([(one["turns"], one[name]) for one in samples]), color=colour, label=label)
    left.set_ylim(bottom=0)
    right = _axes(figure, 2, "Open files and tasks", "turns", "")
    for name, label, colour in (("files", "open files", _OURS), ("tasks", "tasks", _WECHAT)):
        right.plot(*_xy([(one["turns"], one[name]) for one in samples]), color=colour, label=label)
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.legend(fontsize=8, frameon=False)


def _ceiling(figure: Any, found: Found) -> None:
    """Processor time of the parts beside that of a turn."""
    parts = [
        ("bare sanic, echo", found["echo"]["cpu_ms"]),
        ("jieba alone", found["jieba"]["cpu_ms"]),
        ("one Redis round trip", found["redis"]["cpu_ms"]),
        ("one commit, client and server", found["commit"]["cpu_ms"] + found["commit"]["server_cpu_ms"]),
        ("our parse alone", found["parse"]["cpu_ms"]),
        ("our turn, bot", found["turn"]["cpu_ms"]),
    ]
    if "stock_parse" in found:
        parts.append(("stock's parse alone", found["stock_parse"]["cpu_ms"]))
    parts.reverse()
    axes = figure.add_subplot(1, 1, 1)
    axes.set_title("Processor ms, each by itself on this machine", fontsize=10)
    colours = [_STOCK if "stock" in name else _OURS if name.startswith("our") else "#999999" for name, _ in parts]
    axes.barh([name for name, _ in parts], [value for _, value in parts], color=colours)
    _numbers(axes, [value for _, value in parts])
    axes.tick_params(labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _numbers(axes: Any, values: Sequence[float]) -> None:
    """Writes each bar's value behind it."""
    most = max([*values, 0.001])
    for row, value in enumerate(values):
        axes.text(value + most * 0.015, row, f"{value:.3g}", va="center", fontsize=7.5)
    axes.set_xlim(0, most * 1.15)


def _plain(axes: Any, x: Sequence[int], y: Sequence[int]) -> None:
    """Plain numbers on the logarithmic axes."""
    from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter  # as above

    for axis, values in ((axes.xaxis, x), (axes.yaxis, y)):
        if values:
            axis.set_major_locator(FixedLocator(values))
            axis.set_major_formatter(ScalarFormatter())
            axis.set_minor_locator(NullLocator())


def _name(setup: Found) -> str:
    name = _NAMES["stock" if setup["bot"] == "stock" else setup["door"]]
    served = setup["bot"] != "stock" and setup["actions"] == "server"
    return f"{name}, action server" if served else name


def _colour(setup: Found) -> str:
    if setup["bot"] == "stock":
        return _STOCK
    if setup["actions"] == "server":
        return _SERVER
    return _WECHAT if setup["door"] == "wechat" else _OURS


def _xy(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
