"""What the build may hold: nothing the WebViews of old telephones (Chromium 78) stumble over, and no more weight."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.fakes.chat_door import WIDGET, ChatDoor

DIST = WIDGET / "dist"
LIMIT = 120 * 1024
NEWER = {
    "inset": r"[{;]inset:",
    "has": r":has\(",
    "is or where": r":(is|where)\(",
    "min, max, clamp": r"[:( ](min|max|clamp)\(",
    "small viewport units": r"\d[dsl]v[hw]\b",
    "color-mix": r"color-mix\(",
    "layers": r"@layer|@container",
    "aspect-ratio": r"[{;]aspect-ratio:",
}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def sheets() -> list[Path]:
    return [*sorted((DIST / "assets").glob("*.css")), DIST / "widget.js"]


@pytest.mark.parametrize("what", NEWER)
def test_the_styles_use_nothing_newer_than_chromium_78(chat_door: ChatDoor, what: str) -> None:
    found = [f"{sheet.name}: {hit[0]}" for sheet in sheets() for hit in re.finditer(NEWER[what], css_of(sheet))]

    assert found == []


def test_no_flex_box_relies_on_a_gap(chat_door: ChatDoor) -> None:
    rules = [rule for sheet in sheets() for rule in RULE.findall(css_of(sheet))]
    flexed = {name.strip() for selector, body in rules if "flex" in display(body) for name in selector.split(",")}
    grids = {name.strip() for selector, body in rules if "grid" in display(body) for name in selector.split(",")}
    gapped = {
        name.strip()
        for selector, body in rules
        if re.search(r"(^|;)(row-|column-)?gap:", body)
        for name in selector.split(",")
    }

    assert gapped
    assert sorted((gapped & flexed) - grids) == []


def test_what_loads_before_and_at_the_opening_is_light(chat_door: ChatDoor) -> None:
    entry = (DIST / "index.html").read_text(encoding="utf-8")
    first = [path for path in (DIST / "assets").iterdir() if path.name in entry]
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in [*first, DIST / "index.html"]}

    assert len(gzip.compress((DIST / "widget.js").read_bytes())) <= 8 * 1024
    assert 0 < sum(weights.values()) <= LIMIT


def css_of(sheet: Path) -> str:
    text = sheet.read_text(encoding="utf-8")
    if sheet.suffix == ".css":
        return text
    [styles] = re.findall(r"[\"`'](:host\{.*?)[\"`'];", text, flags=re.DOTALL)
    return str(styles)


def display(body: str) -> str:
    found = re.search(r"(?:^|;)display:([\w-]+)", body)
    return found[1] if found else ""
