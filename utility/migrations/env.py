"""Alembic's environment for the utility database; the address comes from UTILITY_DATABASE_URL or the caller."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine

url = context.config.attributes.get("url") or os.environ["UTILITY_DATABASE_URL"]
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
