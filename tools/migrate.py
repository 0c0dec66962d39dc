"""Brings the GridTalk database of DATABASE_URL to the newest revision: `python -m tools.migrate`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from runtime import migrate
from runtime.errors import StoreUnavailable
from tools import say
from tools.stack.plan import PROJECT


def main(environ: Mapping[str, str]) -> None:
    """Migrates, or ends with one sentence."""
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        say.stop("DATABASE_URL is not set: it names the database to migrate.")
    try:
        migrate.upgrade(url, PROJECT / "migrations")
    except StoreUnavailable as error:
        say.stop(f"{error.detail}.")
    say.done("The database is at the newest revision.")


if __name__ == "__main__":
    main(os.environ)
    sys.exit(0)
