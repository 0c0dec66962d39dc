"""The importer: the shared domain file and every skill beside it, in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.domain import InvalidDomain
from rasa.shared.exceptions import YamlException

from bot.importer import SkillDomainImporter, skill_files

SHARED = """
version: "3.1"
intents: [small_talk]
session_config:
  session_expiration_time: 77
  carry_over_slots_to_new_session: true
"""
BILLING = 'version: "3.1"\nintents: [bill_query]\nresponses:\n  utter_bill:\n  - text: 账单\n'


def _project(folder: Path, **skills: str) -> Path:
    (folder / "domain.yml").write_text(SHARED, encoding="utf-8")
    (folder / "domain").mkdir()
    for name, text in skills.items():
        (folder / "domain" / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder / "domain.yml"


def test_skills_are_merged_into_the_shared_domain(tmp_path: Path) -> None:
    domain = SkillDomainImporter(domain_path=str(_project(tmp_path, billing=BILLING))).get_domain()

    assert set(domain.intents) >= {"small_talk", "bill_query"}
    assert "utter_bill" in domain.responses
    assert domain.session_config.session_expiration_time == 77


def test_skills_are_merged_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = _project(tmp_path, outage=BILLING, account=BILLING, billing=BILLING)

    assert [file.stem for file in skill_files(path)] == ["account", "billing", "outage"]


def test_a_broken_skill_file_stops_the_training(tmp_path: Path) -> None:
    path = _project(tmp_path, billing="intents: {: [")

    with pytest.raises((InvalidDomain, YamlException)):
        SkillDomainImporter(domain_path=str(path)).get_domain()
