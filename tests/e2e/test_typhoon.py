"""The storm rehearsal in small: played twice, nobody is forgotten, nobody told twice, and the result is the same."""

from __future__ import annotations

import subprocess
import sys


def test_a_small_typhoon_keeps_every_promise_twice_alike() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "bench.typhoon", "--quick"]

    played = subprocess.run(command, capture_output=True, text=True, check=False)

    assert played.returncode == 0, played.stdout + played.stderr
