"""What the tree may hold: locked requirements, no registry, no secret, no pickle."""

from __future__ import annotations

import re

from tests.architecture.tree import PROJECT, committed_files

# Written in two halves: this file is committed, too.
_REGISTRY_HOSTS = tuple("".join(halves) for halves in (
    ("pypi.", "org"), ("pythonhosted.", "org"), ("registry.npmjs.", "org"), ("npmmirror.", "com"), ("yarnpkg.", "com"),
    ("tuna.tsinghua.", "edu.cn"), ("mirrors.aliyun.", "com"), ("proxy.golang.", "org"), ("crates.", "io"),
))  # fmt: skip
_NOT_TEXT = {".png", ".jpg", ".ico", ".woff2", ".gz"}
_NEVER = {".pkl", ".pickle", ".db", ".sqlite", ".pem", ".key", ".env", ".pyc"}


def test_no_committed_file_names_a_registry() -> None:
    named = [
        f"{file}: {host}"
        for file in committed_files()
        if file.suffix not in _NOT_TEXT
        for host in _REGISTRY_HOSTS
        if host in (PROJECT / file).read_text(encoding="utf-8", errors="ignore")
    ]

    assert named == []


def test_no_pickle_database_or_secret_is_committed() -> None:
    forbidden = [str(file) for file in committed_files() if file.suffix in _NEVER]

    assert forbidden == []


def test_every_locked_requirement_has_hashes_and_no_index() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^([a-z0-9][^\s=]*==[^\s;\\]+)(.*?)(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)

    unhashed = [name for name, body in entries if "--hash=sha256:" not in body]

    assert len(entries) > 100
    assert unhashed == []
    assert not re.search(r"^\s*(--index-url|--extra-index-url|--find-links|-i )", lock, re.MULTILINE)


def test_the_lock_is_made_from_pyproject() -> None:
    settings = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", settings, re.MULTILINE | re.DOTALL)
    wanted = {re.split(r"[\[<>=!~]", name)[0].lower() for name in re.findall(r'"([^"]+)"', "".join(lists))}

    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==", lock, re.MULTILINE))

    assert len(wanted) > 20
    assert wanted - locked == set()
