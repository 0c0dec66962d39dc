"""The action server comes without what it can do without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
DEAR = ("rasa", "tensorflow", "pandas", "sklearn", "scipy", "spacy", "jieba", "pypinyin", "sqlalchemy")


def test_the_action_server_imports_nothing_dear() -> None:
    script = f"""
import sys
import actions.__main__
print(*(name for name in {DEAR!r} if name in sys.modules))
"""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, env=environ, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().split() == []
