"""The settings of the bot process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.settings import Settings, setting


@dataclass(frozen=True)
class BotSettings(Settings):
    """Read once in `bot.__main__`."""

    database_url: str = setting("DATABASE_URL", "PostgreSQL of the conversations (libpq URL)", secret=True)
    redis_url: str = setting("REDIS_URL", "Redis for live events", secret=True)
    web_token_secret: str = setting("WEB_TOKEN_SECRET", "signs visitor tokens; 32 characters or more", secret=True)
    model_path: Path = setting("MODEL_PATH", "the trained Rasa model (.tar.gz)")
    actions_url: str = setting(
        "ACTIONS_URL", "where the action server listens", default="http://127.0.0.1:5055/webhook"
    )
    host: str = setting("BOT_HOST", "address the bot listens on", default="127.0.0.1")
    port: int = setting("BOT_PORT", "port the bot listens on", default=5005)
    allowed_origins: str = setting(
        "WEB_ALLOWED_ORIGINS",
        "origins of pages that may embed the widget, by commas; our own is always allowed",
        default="",
    )
    widget_dir: Path = setting("WIDGET_DIR", "the built chat page and widget", default=Path("widget/dist"))
    domain_dir: Path = setting("DOMAIN_DIR", "the folder of the sentences customers read", default=Path("domain"))
    media_dir: Path = setting(
        "MEDIA_DIR", "folder of the pictures and voices customers send", default=Path(".data/media")
    )
    reply_deadline: float = setting(
        "REPLY_DEADLINE_S", "seconds a turn may take before an honest sentence", default=4.2
    )
    log_level: str = setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", default="INFO")
