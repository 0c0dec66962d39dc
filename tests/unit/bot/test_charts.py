"""A chart as a picture: a PNG of its size, bars as high as their values."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bot.charts import BAR, BOTTOM, HEIGHT, SPOKEN_OF, TOP, WIDTH, chart_png
from conversation.reply import Card, Chart

MONTHS = Chart(("2026年8月", "2026年9月", "2026年10月"), (400.0, 200.0, 318.0), "度", highlight=2)


def bars(png: bytes) -> list[tuple[int, bool]]:
    """The height of each bar in pixels, from left to right, and whether it is the one spoken of."""
    image = Image.open(BytesIO(png)).convert("RGB")
    found: list[tuple[int, bool]] = []
    before = False
    for x in range(image.width):
        colour = image.getpixel((x, BOTTOM - 2))
        is_bar = colour in (BAR, SPOKEN_OF)
        if is_bar and not before:
            height = sum(1 for y in range(BOTTOM) if image.getpixel((x + 5, y)) == colour)
            found.append((height, colour == SPOKEN_OF))
        before = is_bar
    return found


def test_bars_are_as_high_as_their_values() -> None:
    png = chart_png(MONTHS)

    heights = bars(png)
    full = BOTTOM - TOP
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert Image.open(BytesIO(png)).size == (WIDTH, HEIGHT)
    assert [spoken_of for _, spoken_of in heights] == [False, False, True]
    assert [height for height, _ in heights] == pytest.approx([full, full * 0.5, full * 0.795], abs=1.5)


def test_the_same_chart_is_the_same_picture() -> None:
    assert chart_png(MONTHS) == chart_png(MONTHS)


@pytest.mark.parametrize("values", [(0.0,), (0.0, 0.0), tuple(float(day) for day in range(31)), (-3.0, 5.0)])
def test_any_figures_can_be_drawn(values: tuple[float, ...]) -> None:
    chart = Chart(tuple(f"{place + 1}日" for place in range(len(values))), values, "度")

    assert Image.open(BytesIO(chart_png(chart))).size == (WIDTH, HEIGHT)


def test_a_chart_goes_over_the_wire_with_its_card() -> None:
    card = Card("bill", "用电", (("本月", "318 度"),), chart=MONTHS)

    assert Card.from_wire(card.to_wire()) == card


def test_a_chart_without_as_many_labels_as_values_is_refused() -> None:
    with pytest.raises(ValueError, match="2 labels and 1 values"):
        Chart.from_wire({"kind": "bar", "labels": ["8", "9"], "values": [1], "unit": ""})
