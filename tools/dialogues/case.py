"""One conversation file, read and checked as far as it is ours to judge; notes for people are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CHANNELS = ("web", "wechat", "alipay")
STEP_KINDS = (
    "say",
    "burst",
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
_STEP_EXTRAS = ("pad_to", "or_say", "gap_s")
_PIECES = frozenset({"send_image", "send_voice", "send_location"})
_PATTERNS = ("all", "any", "none", "first")
_SETTING_STEPS = ("send_location", "send_image", "send_voice", "converse", "agent", "event")


class CaseError(ValueError):
    """A conversation file is not of the format, or cannot be played; the message says where and why."""


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
    finally_: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BadFile:
    """A file that is not of the format, and why."""

    path: Path
    why: str


def find_files(target: Path) -> list[Path]:
    """Lists a file, or every YAML file below a folder. Raises CaseError when there is none."""
    files = [target] if target.is_file() else sorted({*target.rglob("*.yml"), *target.rglob("*.yaml")})
    if not files:
        raise CaseError(f"{target}: no conversation files there")
    return files


def find_cases(target: Path) -> list[Case]:
    """Reads a file, or every conversation below a folder; files without `steps` are no conversations.

    Raises:
        CaseError: a file does not read.
    """
    return [case for case in map(read_case, find_files(target)) if case]


def read_all(target: Path) -> list[Case | BadFile]:
    """Reads what `find_cases` reads, and keeps a file that is not of the format in its place.

    Raises:
        CaseError: there is no file at all.
    """
    found: list[Case | BadFile] = []
    for path in find_files(target):
        try:
            case = read_case(path)
        except CaseError as error:
            found.append(BadFile(path, str(error)))
            continue
        if case:
            found.append(case)
    return found


def read_case(path: Path) -> Case | None:
    """Reads one file; None when it is no conversation. Raises CaseError."""
    try:
        record = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError, ValueError) as error:
        raise CaseError(f"{path}: not YAML: {error}") from error
    if not isinstance(record, dict) or "steps" not in record:
        return None
    try:
        return _case(path, record)
    except CaseError as error:
        raise CaseError(f"{path}: {error}") from error


def _case(path: Path, record: Mapping[str, Any]) -> Case:
    steps, channel, ends = record["steps"], str(record.get("channel") or "web"), record.get("finally") or {}
    if not isinstance(steps, list) or not steps:
        raise CaseError("steps must be a list of steps")
    if channel not in CHANNELS:
        raise CaseError(f"channel must be one of {', '.join(CHANNELS)}, not {channel}")
    return Case(
        path=path,
        case_id=str(record.get("id") or path.stem),
        title=str(record.get("title") or path.stem),
        channel=channel,
        now=str(record.get("now") or "fixed_now"),
        bound_accounts=_bound(record.get("user")),
        answers=tuple(_answers(record.get("answers") or ())),
        steps=tuple(_step(number, step) for number, step in enumerate(steps, start=1)),
        finally_=_finally(ends),
    )


def _bound(user: Any) -> tuple[str, ...]:
    accounts = user.get("bound_accounts") if isinstance(user, dict) else None
    if accounts is None or accounts == "none":
        return ()
    return tuple(str(number) for number in (accounts if isinstance(accounts, list) else [accounts]))


def _answers(answers: Any) -> Iterable[Mapping[str, Any]]:
    if not isinstance(answers, (list, tuple)):
        raise CaseError("answers must be a list")
    for answer in answers:
        if not isinstance(answer, dict) or "ask" not in answer or "say" not in answer:
            raise CaseError(f"an answer has `ask` and `say`, not {answer!r}")
        _check_patterns("answers", [answer["ask"]])
        yield answer


def _step(number: int, record: Any) -> Step:
    if not isinstance(record, dict):
        raise CaseError(f"step {number} is not a mapping")
    kinds = [kind for kind in STEP_KINDS if kind in record]
    if len(kinds) != 1:
        raise CaseError(f"step {number} must have one of {', '.join(STEP_KINDS)}; it has {sorted(map(str, record))}")
    kind, expect = kinds[0], record.get("expect") or {}
    value = {} if record[kind] is None and kind == "send_voice" else record[kind]
    if kind in _SETTING_STEPS and not isinstance(value, dict):
        raise CaseError(f"step {number}: {kind} must be a mapping")
    if kind == "burst":
        _check_burst(number, value)
    if not isinstance(expect, dict):
        raise CaseError(f"step {number}: expect must be a mapping")
    for name in _PATTERNS:
        _check_patterns(f"step {number}", listed(expect.get(name)))
    _check_patterns(f"step {number}", [value] if kind == "press" else listed(_until(kind, value)))
    return Step(number, kind, value, {key: record[key] for key in _STEP_EXTRAS if key in record}, expect)


def _check_burst(number: int, pieces: Any) -> None:
    if not isinstance(pieces, list) or len(pieces) < 2:
        raise CaseError(f"step {number}: a burst is a list of at least two pieces")
    for piece in pieces:
        if isinstance(piece, dict) and (len(piece) != 1 or not _PIECES & piece.keys()):
            raise CaseError(f"step {number}: a piece is a text or one of {', '.join(sorted(_PIECES))}, not {piece!r}")


def _until(kind: str, value: Any) -> Any:
    return value.get("until") if kind == "converse" else None


def _finally(ends: Any) -> Mapping[str, Any]:
    if not isinstance(ends, dict):
        raise CaseError("finally must be a mapping")
    _check_patterns("finally", [*listed(ends.get("never")), *listed(ends.get("some"))])
    for wanted in ends.get("backend") or ():
        if not isinstance(wanted, dict) or "kind" not in wanted:
            raise CaseError(f"finally.backend: an entry has a `kind`, not {wanted!r}")
        values = [value for value in (wanted.get("fields") or {}).values() if str(value).startswith("re:")]
        _check_patterns("finally.backend", [value[3:] for value in values])
    return ends


def listed(value: Any) -> list[str]:
    """Reads one pattern or a list of them."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _check_patterns(where: str, patterns: Iterable[Any]) -> None:
    for pattern in patterns:
        try:
            re.compile(str(pattern))
        except re.error as error:
            raise CaseError(f"{where}: {pattern!r} is no regular expression: {error}") from error
