"""The house itself: settings that read, stores that answer, tables and model of today, a folder that takes pictures."""

from __future__ import annotations

import http.client
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.settings import BotSettings
from handoff.hours.duty import HumanHours
from runtime.errors import GridTalkError, SettingsError
from tools.doctor.finding import Finding, good, note, wrong
from tools.say import ToolError
from tools.stack.plan import PROJECT
from tools.stack.stores import check_postgres, check_redis
from tools.train import model_path

_ACTIONS = "http://127.0.0.1:5055/webhook"
REQUIRED = ("DATABASE_URL", "REDIS_URL", "WEB_TOKEN_SECRET", "MODEL_PATH")
_LEAST_SECRET = 32


def is_make_run(environ: Mapping[str, str]) -> bool:
    """Whether this is a machine of `make run`, which sets what is required itself."""
    return not any(environ.get(name, "").strip() for name in REQUIRED)


def check_settings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at the settings that every bot needs, whatever its doors."""
    if is_make_run(environ):
        yield note("settings", "None of the required settings is set: this looks like a machine of `make run`.")
        return
    faults = list(_settings_that_do_not_read(dict(environ)))
    for sentence in faults:
        yield wrong("settings", sentence)
    secret = environ.get("WEB_TOKEN_SECRET", "").strip()
    if secret and len(secret) < _LEAST_SECRET:
        yield wrong("settings", f"WEB_TOKEN_SECRET has {len(secret)} characters: make one of 32 or more.")
    yield from _hours(environ.get("HUMAN_HOURS", "").strip())
    if not faults:
        yield good("settings", "The required settings are there and read.")


def check_database(environ: Mapping[str, str], migrations: Path = PROJECT / "migrations") -> Iterator[Finding]:
    """Looks whether PostgreSQL answers and has the tables of this code."""
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        return
    try:
        check_postgres("DATABASE_URL", url)
        present = _revision(url)
    except (ToolError, psycopg2.Error) as error:
        yield wrong("database", f"{str(error).strip().rstrip('.')}: start PostgreSQL or mend the address.")
        return
    heads = sorted(_script(migrations).get_heads())
    if present == heads:
        yield good("database", f"PostgreSQL answers and is at revision {', '.join(heads)}.")
        return
    at, wanted = ", ".join(present) or "no revision", ", ".join(heads)
    yield wrong("database", f"The database is at {at} and this code needs {wanted}: run `python -m tools.migrate`.")


def check_live_wire(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks whether Redis answers."""
    url = environ.get("REDIS_URL", "").strip()
    if not url:
        return
    try:
        check_redis("REDIS_URL", url)
    except ToolError as error:
        yield wrong("redis", f"{str(error).rstrip('.')}: start Redis or mend the address.")
    else:
        yield good("redis", "Redis answers.")


def check_actions(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks whether the action server answers: without it no turn ends well."""
    if is_make_run(environ):
        return
    if environ.get("ACTIONS_MODULE", "").strip():
        yield good("actions", "The actions run in the bot's own process.")
        return
    named = environ.get("ACTIONS_URL", "").strip() or _ACTIONS
    parts = urlsplit(named)
    try:
        with closing(http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=3)) as server:
            server.request("GET", "/health")
            status = server.getresponse().status
    except (OSError, ValueError, http.client.HTTPException) as error:
        yield wrong("actions", f"The action server does not answer at {named} ({type(error).__name__}): start it.")
        return
    if status == 200:
        yield good("actions", f"The action server answers at {named}.")
    else:
        yield wrong("actions", f"The action server at {named} answers HTTP {status} on /health: look at its log.")


def check_model(environ: Mapping[str, str], wanted: Path | None = None) -> Iterator[Finding]:
    """Looks whether the model is there, is one, and is made from the present sources."""
    wanted = wanted or model_path()
    path = Path(environ.get("MODEL_PATH", "").strip() or wanted)
    if not path.is_file():
        yield wrong("model", f"There is no model at {path}: run `make train`, and let MODEL_PATH name what it made.")
    elif not tarfile.is_tarfile(path):
        yield wrong("model", f"{path} is no model: run `make train`, and let MODEL_PATH name what it made.")
    elif path.name != wanted.name:
        yield wrong(
            "model",
            f"{path.name} was not made from the sources here, which make {wanted.name}: run `make train` and let "
            "MODEL_PATH name it.",
        )
    else:
        yield good("model", f"The model {path.name} is made from the sources here.")


def check_media(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks whether pictures and voices can be kept."""
    named = environ.get("MEDIA_DIR", "").strip()
    folder = Path(named or ".data/media").absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".doctor-"):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        yield wrong(
            "media", f"Nothing can be written to {folder} ({reason}): give the bot's user the folder MEDIA_DIR."
        )
    else:
        yield good("media", f"Pictures and voices can be kept in {folder}.")


def _settings_that_do_not_read(environ: dict[str, str]) -> Iterator[str]:
    """Names every setting that is missing or does not read, not only the first: each is put aside in turn."""
    for _ in range(len(environ) + len(REQUIRED) + 1):
        try:
            BotSettings.from_env(environ)
        except SettingsError as error:
            name = str(error.fields["setting"])
            yield f"{error.detail.rstrip('.')}: set it in the environment of `python -m bot`."
            if environ.pop(name, "").strip() == "":
                environ[name] = "0"
        else:
            return


def _hours(named: str) -> Iterator[Finding]:
    if not named:
        return
    try:
        HumanHours.parse(named)
    except (GridTalkError, ValueError) as error:
        yield wrong("settings", f"HUMAN_HOURS {named!r} does not read ({error}): write it as 08:00-20:00.")


def check_public_address(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Looks at PUBLIC_URL: the address that the platforms and the customers' telephones call."""
    url = environ.get("PUBLIC_URL", "").strip()
    parts = urlsplit(url)
    if not url:
        yield note("address", "PUBLIC_URL is not set: only the bot's own port is tried, not what the platforms call.")
    elif parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        yield wrong(
            "address", f"PUBLIC_URL {url!r} is no address: write it as https://chat.example.com, without a path."
        )
    elif parts.port not in (None, 80, 443):
        yield wrong(
            "address", f"PUBLIC_URL names port {parts.port}, and WeChat calls 80 and 443 only: put a proxy there."
        )
    elif parts.scheme == "http":
        yield note("address", "PUBLIC_URL is plain http: customers' words cross the net openly; give it https.")


def _revision(url: str) -> list[str]:
    with closing(psycopg2.connect(url, connect_timeout=3)) as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass('alembic_version')")
        row = cursor.fetchone()
        if row is None or row[0] is None:
            return []
        cursor.execute("select version_num from alembic_version order by 1")
        return [str(version) for (version,) in cursor.fetchall()]


def _script(migrations: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return ScriptDirectory.from_config(config)
