"""Waiting for processes: until each answers on `/health`, with who is awaited shown and a dead one named."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import psutil

from tools.say import ToolError
from tools.stack.plan import HOST, Plan, Ports

Report = Callable[[str], None]


def wait_healthy(
    plan: Plan, names: Iterable[str], *, alive: Callable[[str], bool], report: Report, seconds: float = 90
) -> None:
    """Returns once every process of `names` answers 200 on `/health`.

    Raises:
        ToolError: a process died or did not answer in time; the last lines of its log are in the sentence.
    """
    awaited, deadline, shown = list(names), time.monotonic() + seconds, time.monotonic()
    while awaited:
        for name in list(awaited):
            if is_healthy(getattr(plan.ports, name)):
                awaited.remove(name)
                report(f"{name} is ready")
            elif not alive(name):
                raise ToolError(f"{name} ended while it started; its last lines:\n{tail(plan.log(name))}")
        if awaited and time.monotonic() > deadline:
            raise ToolError(
                f"{awaited[0]} did not answer within {seconds:.0f} s; its last lines:\n{tail(plan.log(awaited[0]))}"
            )
        if awaited and time.monotonic() - shown > 5:
            shown = time.monotonic()
            report(f"still waiting for {', '.join(awaited)}")
        time.sleep(0.1)


def is_healthy(port: int) -> bool:
    """Tells whether a process answers 200 on `/health` at `port`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_ports_free(ports: Ports, names: Iterable[str]) -> None:
    """Raises `ToolError` naming the first port that somebody holds, its setting, and who that is if it can be told."""
    held = _listeners()
    for name in names:
        port = getattr(ports, name)
        if port in held:
            raise ToolError(
                f"Port {port} is taken by {_who(held[port])}: stop it, or choose another port with {name.upper()}_PORT."
            )


def _listeners() -> Mapping[int, int | None]:
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS shows other users' sockets to root only
        connections = psutil.Process().net_connections("tcp")
    return {
        found.laddr.port: getattr(found, "pid", None) for found in connections if found.status == psutil.CONN_LISTEN
    }


def _who(pid: int | None) -> str:
    try:
        process = psutil.Process(pid) if pid else None
        return f"`{' '.join(process.cmdline())[:80]}` (process {pid})" if process else "another program"
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return f"process {pid}"


def tail(log: Path, lines: int = 12) -> str:
    """Returns the last lines of a log file."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
