"""One conversation file, read and checked; unknown keys are an error, notes for people are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_NOTES = {"covers", "facts"}
_KEYS = {"id", "title", "channel", "now", "user", "answers", "steps", "finally"}
_STEP_NOTES = {"ok", "bad"}
STEP_KINDS = (
    "say",
    "press",
    "send_location",
    "send_image",
    "send_voice",
    "converse",
    "agent",
    "event",
    "duplicate",
    "wait_s",
)
_STEP_EXTRAS = {"pad_to", "or_say", "expect"}


class CaseError(ValueError):
    """A conversation file is not of the format; the message names file and place."""


@dataclass(frozen=True)
class Step:
    """One step: its kind, its value, the keys beside it, and what is expected after it."""

    number: int
    kind: str
    value: Any
    fields: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A whole conversation."""

    path: Path
    case_id: str
    title: str
    channel: str
    now: str
    bound_accounts: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]
    finally_: Mapping[str, Any]


def find_cases(target: Path) -> list[Case]:
    """Reads a file, or every conversation below a folder; files without `steps` are no conversations.

    Raises:
        CaseError: a file does not read.
    """
    files = [target] if target.is_file() else sorted(target.rglob("*.yml"))
    if not files:
        raise CaseError(f"{target}: no conversation files there")
    read = (read_case(file) for file in files)
    return [case for case in read if case]


def read_case(path: Path) -> Case | None:
    """Reads one file; None when it is no conversation. Raises CaseError."""
    try:
        record = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CaseError(f"{path}: not YAML: {error}") from error
    if not isinstance(record, dict) or "steps" not in record:
        return None
    unknown = set(record) - _KEYS - _NOTES
    if unknown:
        raise CaseError(f"{path}: unknown keys {sorted(unknown)}")
    user = record.get("user") or {}
    bound = user.get("bound_accounts") or []
    return Case(
        path=path,
        case_id=str(record.get("id", path.stem)),
        title=str(record.get("title", path.stem)),
        channel=record.get("channel", "web"),
        now=str(record.get("now", "fixed_now")),
        bound_accounts=() if bound == "none" else tuple(str(number) for number in bound),
        answers=tuple(record.get("answers") or ()),
        steps=tuple(_step(path, number, step) for number, step in enumerate(record["steps"], start=1)),
        finally_=record.get("finally") or {},
    )


def _step(path: Path, number: int, record: Any) -> Step:
    if not isinstance(record, dict):
        raise CaseError(f"{path}: step {number} is not a mapping")
    kinds = [kind for kind in STEP_KINDS if kind in record]
    unknown = set(record) - set(STEP_KINDS) - _STEP_EXTRAS - _STEP_NOTES
    if len(kinds) != 1 or unknown:
        raise CaseError(f"{path}: step {number} must have one of {', '.join(STEP_KINDS)}; it has {sorted(record)}")
    fields = {key: record[key] for key in _STEP_EXTRAS - {"expect"} if key in record}
    return Step(number, kinds[0], record[kinds[0]], fields, record.get("expect") or {})
