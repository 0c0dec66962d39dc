"""Brings a database to the newest revision of a folder of Alembic migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError

from runtime.errors import StoreUnavailable


def upgrade(url: str, folder: Path) -> None:
    """Runs every migration of `folder` that the database at `url` does not have.

    Raises:
        StoreUnavailable: the database does not answer or refuses a step.
    """
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["url"] = url
    try:
        command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise StoreUnavailable(f"the database cannot be migrated: {error}") from error
