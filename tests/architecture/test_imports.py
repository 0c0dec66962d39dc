"""Importing does no work: no environment, no network, no store, no file written is needed to import any module."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.architecture.tree import PROJECT, ROOMS, module_name, python_files

# Runs in a process of its own: sockets refuse, the environment is bare, and what an import prints is a fault too.
_PROBE = """
import importlib, io, json, socket, sys, contextlib

def refuse(*_, **__):
    raise RuntimeError("a socket was opened at import")

socket.socket.connect = refuse
socket.socket.bind = refuse
faults = {}
for name in json.load(sys.stdin):
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            importlib.import_module(name)
    except BaseException as error:
        faults[name] = f"{type(error).__name__}: {error}"
    if name not in faults and said.getvalue():
        faults[name] = f"printed {said.getvalue()[:80]!r}"
json.dump(faults, sys.stdout)
"""


def test_every_module_imports_with_nothing_around() -> None:
    modules = [
        module_name(file) for file in python_files(*ROOMS, "tools", "bench") if _is_importable(module_name(file))
    ]
    bare = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(PROJECT)}

    probe = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROBE],
        input=json.dumps(modules),
        cwd=PROJECT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=170,
    )

    assert probe.returncode == 0, probe.stderr[-2000:]
    assert json.loads(probe.stdout) == {}


def test_importing_actions_does_not_load_rasa() -> None:
    """The action server's image carries rasa-sdk alone (and no TensorFlow)."""
    modules = [module_name(file) for file in python_files("actions", "backend") if not file.stem.startswith("__main__")]
    probe = (
        f"import importlib, sys; [importlib.import_module(name) for name in {modules!r}]; "
        "print([name for name in ('rasa', 'tensorflow') if name in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", probe], cwd=PROJECT, capture_output=True, text=True, timeout=100
    )

    assert loaded.stdout.strip() == "[]", loaded.stderr[-2000:]


def _is_importable(name: str) -> bool:
    # Alembic's environments and revisions run inside Alembic only.
    return ".migrations" not in name
