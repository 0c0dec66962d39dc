"""Judges what was heard: regexes over normalised texts, owner, counts, and what no line may ever hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tools.dialogues.case import listed

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_BLANK_BY_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\s+|\s+(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
_INTERNAL = re.compile(r"utter_\w+|action_\w+|Traceback|\{[a-z_]+\}|\$\{")
_FLAGS = re.IGNORECASE | re.DOTALL
# A list as doors without buttons write it: "1. the words of the first".
_NUMBERED = re.compile(r"^\s*(\d{1,2})\s*[.\u3001\uff0e)\uff09]\s*(\S.*?)\s*$", re.MULTILINE)
SPEAKERS = ("bot", "system")


@dataclass(frozen=True)
class Heard:
    """One line the customer got: who spoke, every word on it (labels and card fields too), its buttons."""

    role: str
    text: str
    buttons: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Failure:
    """What was expected and what came."""

    step: int | str
    expected: str
    got: str


@dataclass
class Stretch:
    """What was heard between two expectations, and how many times the customer spoke in it.

    `turns` is in how many turns the customer's lines of a burst were answered, None where nobody counts.
    `before` is what the step before was answered: a stretch of talk is read together with it, but not counted.
    """

    lines: list[Heard] = field(default_factory=list)
    customer_turns: int = 0
    owner: str = "bot"
    before: list[Heard] = field(default_factory=list)
    turns: int | None = None

    @property
    def spoken(self) -> list[str]:
        """Texts of the bot and the system; an agent's own words are not judged."""
        return [line.text for line in (*self.before, *self.lines) if line.role in SPEAKERS]


def heard(message: Mapping[str, Any]) -> Heard:
    """Flattens a message of the wire to what a person reads on it."""
    parts = [message.get("text", "")]
    parts += [button["label"] for button in message.get("buttons", ())]
    card = message.get("card")
    if card:
        rows = [*card["rows"], *([card["total"]] if "total" in card else [])]
        parts += [card["title"], *(f"{row['label']} {row['value']}" for row in rows), card.get("note", "")]
    return Heard(message["role"], "\n".join(part for part in parts if part), tuple(message.get("buttons", ())))


def normalise(text: str) -> str:
    """NFKC, invisible characters dropped, blanks next to a Chinese character dropped."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _BLANK_BY_CHINESE.sub("", text)


def numbered(lines: Iterable[Heard]) -> list[tuple[str, str]]:
    """Reads the numbered lists of a turn as (label, number)."""
    return [(match[2], match[1]) for line in lines for match in _NUMBERED.finditer(line.text)]


def matches(pattern: str, text: str) -> bool:
    """Whether a regex of the format is found in a text."""
    return re.search(pattern, normalise(text), _FLAGS) is not None


def judge(step: int, expect: Mapping[str, Any], stretch: Stretch) -> list[Failure]:
    """Compares a stretch with an `expect` block."""
    text = "\n".join(normalise(line) for line in stretch.spoken)
    failures = [
        Failure(step, f"{name}: {wanted}", got) for name, wanted, got in _patterns(expect, text, stretch.spoken)
    ]
    owner = expect.get("owner")
    if owner and stretch.owner not in str(owner).split("|"):
        failures.append(Failure(step, f"owner {owner}", stretch.owner))
    return failures + list(_counts(step, expect, stretch))


def _patterns(expect: Mapping[str, Any], text: str, spoken: Sequence[str]) -> Iterable[tuple[str, Any, str]]:
    first = spoken[0] if spoken else ""
    wanted = {name: listed(expect.get(name)) for name in ("all", "any", "none", "first")}
    missing = [pattern for pattern in wanted["all"] if not _found(pattern, text)]
    if missing:
        yield "all", missing, text
    if wanted["any"] and not any(_found(pattern, text) for pattern in wanted["any"]):
        yield "any", wanted["any"], text
    unwanted = [pattern for pattern in wanted["none"] if _found(pattern, text)]
    if unwanted:
        yield "none", unwanted, text
    late = [pattern for pattern in wanted["first"] if not _found(pattern, normalise(first))]
    if late:
        yield "first", late, first


def _counts(step: int, expect: Mapping[str, Any], stretch: Stretch) -> Iterable[Failure]:
    said = sum(1 for line in stretch.lines if line.role == "bot")
    turns = stretch.customer_turns
    most = expect.get("max_bot_messages", 3 * max(turns, 1))
    least = expect.get("min_bot_messages", 1 if turns and stretch.owner == "bot" else 0)
    if stretch.turns is not None and stretch.turns != expect.get("turns", stretch.turns):
        yield Failure(step, f"answered in {expect['turns']} turns", str(stretch.turns))
    if said > most:
        yield Failure(step, f"at most {most} bot messages", str(said))
    if said < least and not (least == 1 and stretch.spoken):
        yield Failure(step, f"at least {least} bot messages", str(said))


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, _FLAGS) is not None


def forbidden(lines: Iterable[Heard], secrets: Iterable[str]) -> list[Failure]:
    """Finds what no line of the bot or the system may hold: whole numbers of the demo city, internal names, traces."""
    numbers = set(secrets)
    failures = []
    for line in lines:
        if line.role not in SPEAKERS:
            continue
        found = _INTERNAL.search(line.text)
        if found:
            failures.append(Failure("always", "no internal name", found[0]))
        failures += [
            Failure("always", "no whole number", number) for number in numbers if number in normalise(line.text)
        ]
    return failures


def judge_finally(wanted: Mapping[str, Any], lines: Iterable[Heard]) -> list[Failure]:
    """Compares the whole conversation with `finally.never` and `finally.some`."""
    spoken = [normalise(line.text) for line in lines if line.role in SPEAKERS]
    failures = [
        Failure("finally", f"never {pattern}", text)
        for pattern in listed(wanted.get("never"))
        for text in spoken
        if _found(pattern, text)
    ]
    return failures + [
        Failure("finally", f"some {pattern}", "\n".join(spoken))
        for pattern in listed(wanted.get("some"))
        if not any(_found(pattern, text) for text in spoken)
    ]


def judge_records(wanted: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> Failure | None:
    """Compares records of one kind with one entry of `finally.backend`."""
    fields = wanted.get("fields") or {}
    fitting = [record for record in records if all(_fits(record.get(key), value) for key, value in fields.items())]
    count = str(wanted.get("count", 1))
    holds = {">=1": len(fitting) >= 1, "<=1": len(fitting) <= 1}.get(count, str(len(fitting)) == count)
    if holds:
        return None
    return Failure(
        "finally", f"{count} x {wanted['kind']} {dict(fields)}", f"{len(fitting)} of {[dict(r) for r in records]}"
    )


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return value in (None, "", [], {})
    if isinstance(wanted, str) and wanted.startswith("re:"):
        return value is not None and re.search(wanted[3:], str(value), _FLAGS) is not None
    if isinstance(wanted, bool) or isinstance(value, bool):
        return str(value).lower() == str(wanted).lower()
    if isinstance(wanted, (int, float)) and value is not None:
        return str(value) == str(wanted) or _figure(value) == _figure(wanted)
    return str(value) == str(wanted)


def _figure(value: Any) -> Decimal | None:
    """A bare 150.2 of the file is the same figure as the books' 150.20."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
