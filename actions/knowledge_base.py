"""The curated answers, read from YAML when the action server starts; an editor changes them without any training.

`data/knowledge/*.yml` hold entries (one question, its ways of asking, one answer), families of entries (every facet
of every business), figures with the day from which they hold, and the words customers use for one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from actions.errors import WordingMissing
from runtime.yaml_files import read_yaml

FOLDER = Path("data/knowledge")
_DEFAULTS = ("intent", "region", "valid_until", "source", "group")


@dataclass(frozen=True)
class Entry:
    """One answer and how customers ask for it; `mine` are sentences for a bound account, the first that fits counts."""

    id: str
    intent: str
    title: str
    questions: tuple[str, ...]
    answer: str
    source: str
    region: str
    valid_until: date
    group: str = ""
    business: str = ""
    customer_class: str = ""
    mine: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    # more ways of asking, collected from customers
    ways: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Every way of asking: the title, as a button says it, the listed questions, what customers wrote."""
        return (self.title, *self.questions, *self.ways)


@dataclass(frozen=True)
class Figure:
    """One figure as customers read it, and when it holds."""

    name: str
    value: str
    since: date
    until: date | None
    source: str

    def holds(self, day: date) -> bool:
        """Tells whether it holds on `day`; `until` is the last day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class KnowledgeBase:
    """Every answer, every figure, every word list of the folder."""

    entries: tuple[Entry, ...]
    figures: tuple[Figure, ...] = ()
    fillers: tuple[str, ...] = ()
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path = FOLDER) -> KnowledgeBase:
        """Reads the folder.

        Raises:
            WordingMissing: an entry lacks a part, or two have one id.
        """
        entries: dict[str, Entry] = {}
        figures: list[Figure] = []
        fillers: list[str] = []
        concepts: dict[str, tuple[str, ...]] = {}
        more: dict[str, list[str]] = {}
        for file in sorted(folder.glob("*.yml")):
            content = read_yaml(file) or {}
            for entry in _entries(content, file.name):
                if entry.id in entries:
                    raise WordingMissing(f"{file.name}: another entry is called {entry.id}", name=entry.id)
                entries[entry.id] = entry
            figures.extend(_figure(row, file.name) for row in content.get("figures") or ())
            fillers.extend([*(content.get("fillers") or ()), *(content.get("places") or ())])
            concepts |= {name: tuple(map(str, words)) for name, words in (content.get("concepts") or {}).items()}
            more.update(content.get("ways") or {})
        if more.keys() - entries.keys():
            raise WordingMissing(f"ways of asking for no entry: {sorted(more.keys() - entries.keys())}", name="ways")
        known = (_with_ways(entry, more.get(entry.id) or ()) for entry in entries.values())
        return cls(tuple(known), tuple(figures), tuple(fillers), concepts)

    def figures_at(self, day: date) -> dict[str, str]:
        """The figures that hold on `day`; of two, the newer."""
        holding = sorted((figure for figure in self.figures if figure.holds(day)), key=lambda figure: figure.since)
        return {figure.name: figure.value for figure in holding}

    def entry(self, entry_id: str) -> Entry | None:
        """Finds an entry by its id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)


def _with_ways(entry: Entry, ways: Iterable[str]) -> Entry:
    return replace(entry, ways=tuple(map(str, ways)))


def _entries(content: Mapping[str, Any], file: str) -> Iterator[Entry]:
    defaults = {key: content[key] for key in _DEFAULTS if key in content}
    for row in content.get("entries") or ():
        yield _entry({**defaults, **row}, file)
    for family in content.get("families") or ():
        for member in family["over"]:
            for facet, shape in family["facets"].items():
                yield _entry({**defaults, **family["common"], **_member(facet, shape, member)}, file)


def _member(facet: str, shape: Mapping[str, Any], member: Mapping[str, Any]) -> dict[str, Any]:
    """One facet of one business: its words put in, its guide named."""

    def put(text: str) -> str:
        return text.replace("{name}", member["name"]).replace("{guide.", f"{{guide.{member['code']}.")

    asked = [shaped.replace("{said}", said) for shaped in shape["questions"] for said in member["said"]]
    own = {key: member[key] for key in ("business", "class", "buttons") if key in member}
    head = {"id": f"{member['id']}.{facet}", "group": member["id"], "title": put(shape["title"])}
    return {**head, "questions": asked, "answer": put(shape["answer"]), **own}


def _entry(row: Mapping[str, Any], file: str) -> Entry:
    try:
        mine = row.get("mine") or ()
        return Entry(
            id=row["id"],
            intent=row["intent"],
            title=row["title"],
            questions=tuple(map(str, row["questions"])),
            answer=row["answer"],
            source=row["source"],
            region=row["region"],
            valid_until=_day(row["valid_until"]),
            group=row.get("group") or row["id"],
            business=row.get("business", ""),
            customer_class=row.get("class", ""),
            mine=(mine,) if isinstance(mine, str) else tuple(mine),
            buttons=tuple(row.get("buttons") or ()),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise WordingMissing(f"{file}: entry {row.get('id', '?')} lacks or spoils {error}", name=file) from error


def _figure(row: Mapping[str, Any], file: str) -> Figure:
    try:
        until = _day(row["until"]) if row.get("until") else None
        return Figure(row["name"], str(row["value"]), _day(row["since"]), until, row["source"])
    except (KeyError, ValueError, TypeError) as error:
        raise WordingMissing(f"{file}: figure {row.get('name', '?')} lacks or spoils {error}", name=file) from error


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def titles(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their titles, as buttons say them."""
    return {entry.title: entry for entry in entries}
