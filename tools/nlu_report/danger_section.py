"""The section of the report on the safety gate: recall, false alarms, misses by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.nlu_report.findings import DangerSet
from tools.nlu_report.markdown import escaped, folded, percent, table


def danger_section(sets: Sequence[DangerSet]) -> Iterator[str]:
    """Gives the lines of the section; a set that is not there is said to be missing."""
    yield "## Danger"
    yield ""
    for one in sets:
        if one.figures is None:
            yield f"**{one.title}: not measured, there is no `tests/nlu/{one.file}` yet.**"
            yield ""
    measured = [(one, one.figures) for one in sets if one.figures is not None]
    rows = [
        [
            f"{one.title} (`{one.file}`)",
            str(found["rows"]),
            str(found["dangers"]),
            percent(found["recall"]),
            percent(found["false_alarm_rate"]),
        ]
        for one, found in measured
    ]
    yield from table(["set", "n", "of danger", "recognised", "false alarms"], rows)
    for one, found in measured:
        kinds = [[f"`{kind}`", str(of["rows"]), str(len(of["misses"]))] for kind, of in found["by_kind"].items()]
        yield f"{one.title}, misses by kind:"
        yield ""
        yield from table(["kind", "n", "missed"], kinds)
        yield from _sentences(one.title, found)


def _sentences(title: str, found: dict[str, object]) -> Iterator[str]:
    by_kind: dict[str, dict[str, list[str]]] = found["by_kind"]  # type: ignore[assignment]
    alarms: list[dict[str, str]] = found["false_alarms"]  # type: ignore[assignment]
    missed = [[f"`{kind}`", escaped(text)] for kind, of in by_kind.items() for text in of["misses"]]
    called = [[escaped(alarm["quote"]), escaped(alarm["text"])] for alarm in alarms]
    yield from folded(f"{title}: {len(missed)} missed", table(["kind", "sentence"], missed, left=2))
    yield from folded(f"{title}: {len(called)} false alarms", table(["quoted as danger", "sentence"], called, left=2))
