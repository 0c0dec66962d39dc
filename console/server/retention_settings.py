"""How long what customers said is kept; read by `python -m tools.privacy`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class RetentionSettings(Settings):
    """What `python -m tools.privacy` reads from the environment; the operator's counsel sets the days."""

    database_url: str = setting("DATABASE_URL", "libpq URL of the GridTalk database", secret=True)
    media_dir: Path = setting(
        "MEDIA_DIR", "folder of the pictures and voices customers send, the bot's", default=Path(".data/media")
    )
    chat_days: int = setting("RETENTION_CHAT_DAYS", "days the words of a chat are kept", default=180)
    complaint_days: int = setting(
        "RETENTION_COMPLAINT_DAYS", "days the words of a chat with a complaint are kept (evidence)", default=1095
    )
    media_days: int = setting("RETENTION_MEDIA_DAYS", "days pictures and voices are kept", default=180)
    dialogue_days: int = setting("RETENTION_DIALOGUE_DAYS", "days the bot remembers an idle dialogue", default=180)
    session_days: int = setting(
        "RETENTION_SESSION_DAYS", "days of log-ins kept (network logs: six months)", default=200
    )
