"""Reads data/menus/menu.yml into entries, their links filled from the environment; it knows no platform's limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tools.say import ToolError

PROJECT = Path(__file__).parent.parent.parent
MENU = PROJECT / "data" / "menus" / "menu.yml"
PLATFORMS = ("wechat", "alipay")
_BLANK = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_FIELDS = frozenset({"label", "say", "link", "phone", "mini_program", "only", "entries"})


@dataclass(frozen=True)
class MiniProgram:
    """A mini-program and the page of it that opens."""

    app_id: str
    path: str


@dataclass(frozen=True)
class Entry:
    """One entry of a menu: its label and what a tap does, or the entries below it."""

    label: str
    say: str = ""
    link: str = ""
    phone: str = ""
    mini_programs: Mapping[str, MiniProgram] = field(default_factory=dict)
    only: tuple[str, ...] = PLATFORMS
    entries: tuple[Entry, ...] = ()

    def on(self, platform: str) -> Entry | None:
        """Returns the entry as one platform has it; None: it does not."""
        if platform not in self.only:
            return None
        below = tuple(one for entry in self.entries if (one := entry.on(platform)))
        fields = (self.label, self.say, self.link, self.phone, self.mini_programs, self.only)
        return Entry(*fields, below) if below or not self.entries else None


def read_menu(path: Path, environ: Mapping[str, str]) -> tuple[Entry, ...]:
    """Reads a menu.

    Raises:
        ToolError: the file is no menu, or a link needs a variable that is not set.
    """
    try:
        wire = yaml.safe_load(path.read_text(encoding="utf-8"))["menu"]
    except (OSError, UnicodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ToolError(f"{path} does not read as a menu: {error}.") from error
    if not isinstance(wire, list) or not wire:
        raise ToolError(f"{path}: `menu` must be a list of entries.")
    return tuple(_entry(one, environ) for one in wire)


def sentences(entries: tuple[Entry, ...]) -> Iterator[str]:
    """Yields what the entries of a menu say."""
    for entry in entries:
        if entry.say:
            yield entry.say
        yield from sentences(entry.entries)


def _entry(wire: Any, environ: Mapping[str, str]) -> Entry:
    label = wire.get("label") if isinstance(wire, dict) else None
    if not isinstance(label, str) or not label.strip():
        raise ToolError(f"An entry of the menu has no label: {wire!r}.")
    if unknown := sorted(set(wire) - _FIELDS):
        raise ToolError(f"The menu's entry {label!r} has a field that nobody reads: {unknown[0]}.")
    below = wire.get("entries") or []
    only = tuple(wire.get("only") or PLATFORMS)
    if not isinstance(below, list) or set(only) - set(PLATFORMS):
        raise ToolError(f"The menu's entry {label!r}: `entries` is a list, `only` names wechat or alipay.")
    say, phone, link = (str(wire.get(name) or "").strip() for name in ("say", "phone", "link"))
    programs = {name: _program(label, one) for name, one in (wire.get("mini_program") or {}).items()}
    if bool(below) == any((say, phone, link, programs)):
        raise ToolError(f"The menu's entry {label!r} must do one thing: `say`, `link`, ... or hold `entries`.")
    entries = tuple(_entry(one, environ) for one in below)
    return Entry(label.strip(), say, _filled(label, link, environ), phone, programs, only, entries)


def _program(label: str, wire: Any) -> MiniProgram:
    try:
        return MiniProgram(str(wire["app_id"]), str(wire["path"]))
    except (KeyError, TypeError) as error:
        raise ToolError(f"The menu's entry {label!r}: a mini-program has an `app_id` and a `path`.") from error


def _filled(label: str, link: str, environ: Mapping[str, str]) -> str:
    """Fills the blanks of a link."""
    for name in _BLANK.findall(link):
        if not environ.get(name, "").strip():
            raise ToolError(f"The menu's entry {label!r} needs {name}, which is not set.")
    return _BLANK.sub(lambda found: environ[found[1]].strip().rstrip("/"), link)
