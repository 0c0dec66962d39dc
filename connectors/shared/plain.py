"""Lines as plain text, for doors without bubbles: a card becomes rows, buttons become a numbered list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connectors.shared.ports import Parcel, Say
from conversation.message import Line, Role
from conversation.reply import Button

# A text is cut behind a sentence, else behind a clause, else between what a reader takes for characters.
_BORDERS = (
    re.compile("(?<=\n)"),
    re.compile("(?<=[\u3002\uff01\uff1f!?\uff1b;\n])"),
    re.compile("(?<=[\uff0c,\u3001 ])"),
)
# Accents, the tones of a face and what joins several faces to one belong to the character before them; a flag is two.
_CHARACTER = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|.)(?:[\u0300-\u036f\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*", re.DOTALL
)


@dataclass(frozen=True)
class Letter:
    """What a parcel says: its text, and the buttons shown below it with the number of the first (0: unnumbered)."""

    text: str
    buttons: tuple[Button, ...] = ()
    first_choice: int = 1

    def with_list(self, say: Say) -> str:
        """Returns the text with its buttons as a list, numbered where a number picks one."""
        if not self.buttons:
            return self.text
        rows = [f"{number}. {button.label}" for number, button in enumerate(self.buttons, self.first_choice)]
        head = say("utter_door_choose")
        if not self.first_choice:
            rows, head = [f"\u00b7 {button.label}" for button in self.buttons], say("utter_door_choose_plainly")
        return "\n".join(part for part in (self.text, "", head, *rows) if part or self.text)


def write(parcel: Parcel, say: Say) -> Letter:
    """Writes a parcel as one letter; buttons of its last line stay buttons, earlier ones are listed in the text."""
    number, parts = parcel.first_choice, []
    for line in parcel.lines[:-1]:
        letter = Letter(_words(line), _buttons(line), number)
        parts.append(letter.with_list(say))
        number += len(letter.buttons) if number else 0
    last = parcel.lines[-1]
    text = "\n\n".join(part for part in (*parts, _words(last)) if part)
    return Letter(text, _buttons(last), number)


def _buttons(line: Line) -> tuple[Button, ...]:
    return tuple(Button(button["label"], button["payload"]) for button in line.body.get("buttons", ()))


def _words(line: Line) -> str:
    card = line.body.get("card")
    said = f"{line.agent.name}\uff1a{line.text}" if line.role is Role.AGENT and line.agent and line.text else line.text
    return "\n".join(part for part in (said, *(_card(card) if card else ())) if part)


def _card(card: dict[str, Any]) -> Sequence[str]:
    rows = [*card["rows"], *([card["total"]] if "total" in card else [])]
    return [
        f"\u3010{card['title']}\u3011",
        *(f"{row['label']}\uff1a{row['value']}" for row in rows),
        card.get("note", ""),
    ]


def cut(text: str, most: int) -> list[str]:
    """Cuts a text into parts of at most `most` bytes of UTF-8, between sentences where it can; no word is lost."""
    return [part for part in (piece.strip("\n") for piece in _cut(text, most, 0)) if part]


def after(text: str, parts: Sequence[str]) -> str:
    """What of a text follows its first parts, as `cut` made them."""
    end = 0
    for part in parts:
        end = text.index(part, end) + len(part)
    return text[end:].strip("\n")


def shorten(text: str, most: int, pointer: str) -> tuple[str, str]:
    """Returns the beginning of a text with a line that says how to get the rest, in `most` bytes, and that rest."""
    said = cut(text, most - _size(pointer) - 1)[0]
    return f"{said}\n{pointer}", after(text, [said])


def _cut(text: str, most: int, level: int) -> list[str]:
    if _size(text) <= most:
        return [text]
    pieces = _pieces(text, level)
    small = [part for piece in pieces if piece for part in _smaller(piece, most, level + 1)]
    parts = [""]
    for piece in small:
        if _size(parts[-1]) + _size(piece) <= most:
            parts[-1] += piece
        else:
            parts.append(piece)
    return parts


def _pieces(text: str, level: int) -> list[str]:
    if level < len(_BORDERS):
        return _BORDERS[level].split(text)
    # A character may be longer than the limit only where somebody piles up accents.
    return _CHARACTER.findall(text) if level == len(_BORDERS) else list(text)


def _smaller(piece: str, most: int, level: int) -> list[str]:
    return _cut(piece, most, level) if len(piece) > 1 else [piece]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
