"""What the dialogs of the panel offer is what the utility takes."""

from __future__ import annotations

from typing import Any

import yaml

from tests.conftest import PROJECT


def _read(path: str) -> Any:
    return yaml.safe_load((PROJECT / path).read_text(encoding="utf-8"))


CHOICES = _read("console/server/panel/choices.yml")


def test_the_types_of_cases_are_the_utilitys() -> None:
    kinds = _read("utility/data/case_rules.yml")["versions"][-1]["kinds"]

    assert {kind: sorted(types) for kind, types in CHOICES["cases"].items()} == {
        kind: sorted(rule["types"]) for kind, rule in kinds.items()
    }


def test_the_secrecies_are_the_utilitys() -> None:
    assert sorted(CHOICES["secrecy"]) == sorted(_read("utility/data/case_rules.yml")["versions"][-1]["secrecy"])


def test_the_visits_are_the_utilitys() -> None:
    types = _read("utility/data/visit_types.yml")["versions"][-1]["types"]

    assert sorted(CHOICES["visits"]) == sorted(one["name"] for one in types)
