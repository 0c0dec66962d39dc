"""The documentation tells the truth: paths and commands exist, tables equal what the code says."""

from __future__ import annotations

import re
import subprocess
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT, committed_files
from tools import settings_page

_READMES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/operations.md", "docs/architecture.md")
_PATH_LIKE = re.compile(r"^[\w.-]+(/[\w.*<>-]+)*/?$")


@pytest.mark.parametrize("page", _READMES)
def test_links_lead_somewhere(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)

    broken = [
        target for target in targets if "://" not in target and not (PROJECT / Path(page).parent / target).exists()
    ]

    assert broken == []


@pytest.mark.parametrize("page", _READMES)
def test_named_paths_exist(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    tops = {file.parts[0] for file in committed_files()}
    named = {name for name in re.findall(r"`([^`\n]+)`", text) if _PATH_LIKE.match(name) and name.split("/")[0] in tops}

    missing = [name for name in named if "<" not in name and not list(PROJECT.glob(name.rstrip("/")))]

    # What is built here stands in no fresh clone; git is told to ignore it.
    assert [name for name in missing if not _is_built(name)] == []


def _is_built(name: str) -> bool:
    return (
        subprocess.run(["git", "check-ignore", "-q", f"{name.rstrip('/')}/"], cwd=PROJECT, check=False).returncode == 0
    )


@pytest.mark.parametrize("page", _READMES)
def test_named_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^\s*)make ([a-z-]+)", (PROJECT / page).read_text(encoding="utf-8"), re.MULTILINE))

    assert named - targets == set()


def test_readme_shows_the_desk_and_the_chat() -> None:
    picture = PROJECT / "docs" / "images" / "desk-and-chat.png"

    assert picture.exists()
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_two_readmes_show_the_same_commands_and_measurements() -> None:
    english, chinese = ((PROJECT / page).read_text(encoding="utf-8") for page in ("README.md", "README.zh-CN.md"))

    assert _code_blocks(english) == _code_blocks(chinese)
    assert _links(english) == _links(chinese)


def test_operations_page_lists_exactly_the_settings_of_the_processes() -> None:
    page = settings_page.PAGE.read_text(encoding="utf-8")

    wanted = settings_page.render(page)

    assert settings_page.settings_classes()
    assert page == wanted, "run: python -m tools.settings_page"


def test_no_secret_has_a_default() -> None:
    armed = [
        (kind.__name__, item.metadata["name"])
        for kind in settings_page.settings_classes()
        for item in fields(kind)
        if item.metadata["secret"] and item.default not in (MISSING, "")
    ]

    assert armed == []


def test_every_decision_has_context_choice_and_consequence() -> None:
    records = sorted((PROJECT / "docs" / "decisions").glob("[0-9]*.md"))

    incomplete = [
        record.name
        for record in records
        if any(f"## {part}" not in record.read_text(encoding="utf-8") for part in ("Context", "Choice", "Consequence"))
    ]

    assert records
    assert incomplete == []


def _code_blocks(text: str) -> list[str]:
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    return [re.sub(r"\s*#.*", "", block) for block in blocks]


def _links(text: str) -> list[str]:
    return sorted({link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("README")})
