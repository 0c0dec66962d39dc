"""What a demo machine holds before its first visitor: tables, the demo city, the desk's agents, the clock."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runtime import migrate
from runtime.clock import SHANGHAI, write_clock
from runtime.errors import StoreUnavailable
from tools.say import ToolError
from tools.stack.health import tail
from tools.stack.plan import PROJECT, Plan
from utility.seed.file import fixed_now, read_city


def set_demo_clock(path: Path) -> None:
    """Puts the clock on the demo city's own now at the first start; later starts let it run on."""
    if not path.exists():
        write_clock(path, fixed_now(read_city()))


def load(plan: Plan) -> None:
    """Migrates both databases, loads the demo city and the desk's agents; what is there already stays.

    Raises:
        ToolError: a step fails; the last lines of its log are in the sentence.
    """
    # The city goes its own way (own database, own process) while our tables are made here.
    city = _begin(plan, "utility", "utility.seed", () if plan.clock_file else ("--now", _now()))
    try:
        migrate.upgrade(plan.addresses.database, PROJECT / "migrations")
    except StoreUnavailable as error:
        city.process.kill()
        raise ToolError(f"{error.detail}.") from error
    desk = _begin(plan, "console", "console.server.seed", DESK_DEMO_PASSWORD=plan.secrets["DESK_DEMO_PASSWORD"])
    _finish(city)
    _finish(desk)


def _now() -> str:
    return datetime.now(SHANGHAI).isoformat()


@dataclass(frozen=True)
class _Seeding:
    """One seeding command that runs beside the others."""

    module: str
    log: Path
    process: subprocess.Popen[bytes]


def _begin(plan: Plan, owner: str, module: str, arguments: tuple[str, ...] = (), **settings: str) -> _Seeding:
    log = plan.log(module)
    command = [sys.executable, "-m", module, *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**plan.environment(owner), **settings}, stdout=output, stderr=subprocess.STDOUT
        )
    return _Seeding(module, log, process)


def _finish(seeding: _Seeding) -> None:
    if seeding.process.wait(120):
        code = seeding.process.returncode
        raise ToolError(f"`python -m {seeding.module}` failed (exit code {code}); its last lines:\n{tail(seeding.log)}")
