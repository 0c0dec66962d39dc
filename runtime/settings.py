"""Typed settings, read once from the environment in `__main__` and passed down; nothing else reads the environment."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from typing_extensions import Self

from runtime.errors import SettingsError

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def setting(name: str, meaning: str, *, default: Any = MISSING, secret: bool = False) -> Any:
    """Declares one setting: its environment name, its one-line meaning, its default (none: required)."""
    metadata = {"name": name, "meaning": meaning, "secret": secret}
    if default is MISSING:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def _parse(name: str, raw: str, kind: type) -> Any:
    try:
        if kind is bool:
            if raw.lower() not in _TRUE | _FALSE:
                raise ValueError(raw)
            return raw.lower() in _TRUE
        if kind is int:
            return int(raw)
        if kind is float:
            return float(raw)
        if kind is Path:
            return Path(raw)
    except ValueError as error:
        raise SettingsError(f"{name} must be of type {kind.__name__}", setting=name) from error
    return raw


@dataclass(frozen=True)
class Settings:
    """The base of each process's settings; secrets print as stars."""

    def __init_subclass__(cls) -> None:
        # A dataclass would write a __repr__ of its own, with every secret in it; one that stands here already is kept.
        cls.__repr__ = Settings.__repr__  # type: ignore[method-assign]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Builds the settings from `environ`.

        Raises:
            SettingsError: a required setting is missing, or a value does not parse.
        """
        kinds, values = get_type_hints(cls), {}
        for item in fields(cls):
            name = item.metadata["name"]
            raw = environ.get(name, "").strip()
            if raw:
                values[item.name] = _parse(name, raw, kinds[item.name])
            elif item.default is MISSING:
                raise SettingsError(f"{name} is not set: {item.metadata['meaning']}", setting=name)
        return cls(**values)

    def __repr__(self) -> str:
        shown = (f"{f.name}={'***' if f.metadata['secret'] else repr(getattr(self, f.name))}" for f in fields(self))
        return f"{type(self).__name__}({', '.join(shown)})"


def describe(cls: type[Settings]) -> list[tuple[str, str, str]]:
    """Lists (name, default or "required", meaning) of each setting, for the documentation and its test."""
    return [
        (f.metadata["name"], "required" if f.default is MISSING else str(f.default), f.metadata["meaning"])
        for f in fields(cls)
    ]
