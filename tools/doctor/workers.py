"""How many workers the bot would have on this machine, and whether it carries them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.crew import NEEDS
from runtime.capacity import Machine, affordable, this_machine, workers_of
from runtime.errors import SettingsError
from tools.doctor.finding import Finding, good, note, wrong


def check_workers(environ: Mapping[str, str], look: Callable[[], Machine] = this_machine) -> Iterator[Finding]:
    """Looks at `WORKERS`: what it makes here, and what `auto` would."""
    machine = look()
    said = environ.get("WORKERS", "").strip()
    carried = affordable(machine, NEEDS)
    if not said:
        yield note("workers", f"WORKERS is not set: one process, restarted for a new model; `auto` makes {carried}.")
        return
    try:
        wanted = workers_of(said, NEEDS, lambda: machine)
    except SettingsError as error:
        yield wrong("workers", f"{error.detail}.")
        return
    free = "unknown memory" if machine.free_mb is None else f"{machine.free_mb:.0f} MB free"
    here = f"{_count(machine.cores, 'core')}, {free}"
    if wanted > carried:
        yield note("workers", f"WORKERS={said} is more than the {carried} this machine carries well ({here}).")
    elif wanted < carried:
        yield note("workers", f"WORKERS={said} leaves room: `auto` would make {carried} ({here}).")
    else:
        yield good("workers", f"WORKERS={said}: {_count(wanted, 'worker')} ({here}).")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
