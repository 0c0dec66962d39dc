"""A chart as a picture, for channels that show no chart of their own: digits and ASCII only, no font is assumed.

The words belong into the text that goes with it; a label that is not ASCII is drawn by its number.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from conversation.reply import Chart

WIDTH, HEIGHT = 720, 405
# The bars stand between these lines; above them is room for the figures, below for the labels.
TOP, BOTTOM = 50, 350
_LEFT, _RIGHT = 30, 690
_SHARE = 0.62
_PAPER, _INK, _LINE = (255, 255, 255), (51, 65, 85), (203, 213, 225)
BAR, SPOKEN_OF = (147, 178, 214), (0, 98, 178)
_LETTERS = 20
_MOST_LABELS = 14


def chart_png(chart: Chart) -> bytes:
    """Draws a chart as PNG: bars from zero, the figure over each, the label under it."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(_LETTERS)
    most = max([*chart.values, 0.0]) or 1.0
    step = (_RIGHT - _LEFT) / len(chart.values)
    every = -(-len(chart.values) // _MOST_LABELS)
    for place, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = _LEFT + step * (place + 0.5)
        top = BOTTOM - round(max(value, 0.0) / most * (BOTTOM - TOP))
        colour = SPOKEN_OF if place == chart.highlight else BAR
        if top < BOTTOM:
            draw.rectangle((middle - step * _SHARE / 2, top, middle + step * _SHARE / 2, BOTTOM - 1), fill=colour)
        if place % every == 0 or place == chart.highlight:
            draw.text((middle, top - 6), _figure(value), fill=_INK, font=font, anchor="ms")
            name = _fitting(_label(label, place), lambda text: draw.textlength(text, font=font) <= step * every)
            draw.text((middle, BOTTOM + 10), name, fill=_INK, font=font, anchor="mt")
    draw.line((_LEFT, BOTTOM, _RIGHT, BOTTOM), fill=_LINE, width=2)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _figure(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def _fitting(label: str, fits: Callable[[str], bool]) -> str:
    """A label too long for its bar loses its first part: of months of one year the month is left."""
    while not fits(label) and "-" in label:
        label = label.partition("-")[2]
    return label


def _label(label: str, place: int) -> str:
    """The digits of a label such as a month, for its words cannot be drawn."""
    if label.isascii():
        return label
    digits = "".join(character if character.isascii() and character.isalnum() else " " for character in label).split()
    return "-".join(digits) or str(place + 1)
