"""Reads what can be applied for (utility/data/applications.yml); a file that contradicts itself is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from utility.applications.checks import CHECKS
from utility.applications.figures import Figures, figures
from utility.applications.values import (
    Ask,
    BusinessType,
    Catalogue,
    CheckText,
    Paper,
    Stage,
    StageLimit,
    When,
    WholeLimit,
)
from utility.versions import Versions, read_versions

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ApplicationBooks:
    """Every version of the catalogue and of its figures."""

    catalogue: Versions[Catalogue]
    figures: Versions[Figures]


def read_books() -> ApplicationBooks:
    """Reads both files.

    Raises:
        SettingsError: one is not of its form, or names what is not there.
    """
    return ApplicationBooks(
        read_versions("applications", parse_catalogue), read_versions("application_limits", figures)
    )


def parse_catalogue(row: Row) -> Catalogue:
    """Builds one version of the catalogue.

    Raises:
        ValueError: something is named that is not defined.
    """
    types = tuple(_type(kind, row) for kind in row["types"])
    texts = {name: CheckText(text["text"], text["do"]) for name, text in row["checks"].items()}
    for kind in types:
        _check_names(f"{kind.code}: checks", kind.checks, texts)
        _check_names(f"{kind.code}: checks", kind.checks, CHECKS)
        _check_names(f"{kind.code}: complete_by", [kind.complete_by], [stage.state for stage in kind.path])
    states = {name: (state["name"], state["do"]) for name, state in row["states"].items()}
    papers = {code: paper["name"] for code, paper in row["documents"].items()}
    again = frozenset(row["checked_again"])
    _check_names("checked_again", row["checked_again"], CHECKS)
    return Catalogue(types, texts, papers, states, row["voltage_levels"], again, row["plans"], row["reading_day"])


def _type(kind: Row, whole: Row) -> BusinessType:
    common = whole["common"]
    account = kind["account"] != "none" and kind.get("common_checks", True)
    papers = [*kind["documents"], *common["documents"]]
    return BusinessType(
        **{name: kind[name] for name in ("code", "business_type", "name", "who", "account", "identity", "done")},
        applies=_when(kind["for"]),
        manager=kind.get("manager", False),
        owner=kind.get("owner", common["owner"]),
        resolution=kind.get("resolution", common["resolution"]),
        asks=tuple(_ask(name, whole["asks"][name]) for name in kind["asks"]),
        papers=tuple(_paper(paper, whole["documents"][paper["code"]]) for paper in papers),
        checks=(*(common["checks"] if account else ()), *kind["checks"]),
        complete_by=kind["complete_by"],
        limits=tuple(WholeLimit(limit["limit"], _when(limit.get("when"))) for limit in kind["limits"]),
        path=tuple(_stage(stage, whole["states"][stage["state"]]) for stage in kind["path"]),
        visits=tuple(kind["visits"]),
        visit_note=common["visits"],
        fee=common["fee"],
        opens_class=kind.get("opens_class", ""),
        hints=tuple(kind["hints"]),
    )


def _ask(name: str, row: Row) -> Ask:
    return Ask(name, row["text"], row["kind"], tuple(row.get("values", ())), row.get("late", False))


def _paper(row: Row, known: Row) -> Paper:
    return Paper(row["code"], known["name"], known["hint"], _when(row.get("when")), row.get("later", False))


def _stage(row: Row, known: Row) -> Stage:
    limits = tuple(StageLimit(r["workdays"], r["source"], _when(r.get("when"))) for r in row.get("limits", ()))
    name, do = row.get("name", known["name"]), row.get("do", known["do"])
    return Stage(row["state"], name, do, row.get("next", ""), row.get("optional", False), limits)


def _when(row: Row | None) -> When:
    return {name: tuple(value) if isinstance(value, list) else (value,) for name, value in (row or {}).items()}


def _check_names(where: str, named: Sequence[str], known: Any) -> None:
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ValueError(f"{where}: there is no {', '.join(unknown)}")
