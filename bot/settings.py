"""The settings of the bot process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conversation.papers import SECRET_SETTING
from runtime.settings import Settings, setting


@dataclass(frozen=True)
class BotSettings(Settings):
    """Read once in `bot.worker`."""

    database_url: str = setting("DATABASE_URL", "PostgreSQL of the conversations (libpq URL)", secret=True)
    redis_url: str = setting("REDIS_URL", "Redis: live events, and what the workers share", secret=True)
    web_token_secret: str = setting("WEB_TOKEN_SECRET", "signs visitor tokens; 32 characters or more", secret=True)
    model_path: Path = setting("MODEL_PATH", "the trained Rasa model (.tar.gz)")
    actions_url: str = setting(
        "ACTIONS_URL", "where the action server listens", default="http://127.0.0.1:5055/webhook"
    )
    actions_module: str = setting(
        "ACTIONS_MODULE",
        "runs the actions in the bot's own process, without a server: `actions.here`; empty: the server at ACTIONS_URL",
        default="",
    )
    host: str = setting("BOT_HOST", "address the bot listens on", default="127.0.0.1")
    port: int = setting("BOT_PORT", "port the bot listens on", default=5005)
    workers: str = setting(
        "WORKERS",
        "how many workers serve this port: a number, or `auto`: one for each core as far as memory goes; empty: "
        "one process that takes no new model while it runs ([workers](performance/workers.md))",
        default="",
    )
    connections: int = setting(
        "DATABASE_CONNECTIONS",
        "connections to PostgreSQL that the workers of this bot may hold together, twice that while a new model comes; "
        "a worker has 8 to 20",
        default=32,
    )
    drain: float = setting(
        "WORKERS_DRAIN_S",
        "seconds a worker of several may take to end its turns when it is to leave; then it is killed",
        default=7.0,
    )
    allowed_origins: str = setting(
        "WEB_ALLOWED_ORIGINS",
        "origins of pages that may embed the widget, by commas; our own is always allowed",
        default="",
    )
    public_url: str = setting(
        "PUBLIC_URL",
        "where customers reach this bot, such as https://chat.example.com; links and OAuth need it",
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
    reply_merge: bool = setting(
        "REPLY_MERGE",
        "lines of a customer that wait and are pieces of one thought get one answer (bot/reception/bursts.yml)",
        default=True,
    )
    reply_merge_wait: float = setting(
        "REPLY_MERGE_WAIT_S",
        "seconds a line that is only a piece waits for the next one (bot/reception/patience.py); 0: none",
        default=0.6,
    )
    human_hours: str = setting(
        "HUMAN_HOURS", "when people answer everything (faults and danger: always)", default="08:00-20:00"
    )
    customer_burst: int = setting("CUSTOMER_BURST", "messages one customer may send at once", default=20)
    customer_per_second: float = setting(
        "CUSTOMER_PER_SECOND", "messages one customer may send each second after that", default=2.0
    )
    address_burst: int = setting(
        "ADDRESS_BURST",
        "requests one network address may send a door at once; a platform has few for everybody",
        default=2000,
    )
    address_per_second: float = setting(
        "ADDRESS_PER_SECOND", "requests one network address may send a door each second after that", default=200.0
    )
    door_burst: int = setting(
        "DOOR_BURST", "messages one door takes at once from everybody, by all workers together", default=1000
    )
    door_per_second: float = setting(
        "DOOR_PER_SECOND",
        "messages one door takes each second after that; the rest is answered later, or asked to come again",
        default=100.0,
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        "proxies of ours before the bot, whose X-Forwarded-For tells the caller's address; 0: nobody's is believed",
        default=0,
    )
    wechat_app_id: str = setting("WECHAT_APP_ID", "the WeChat service account's AppID; empty: no such door", default="")
    wechat_app_secret: str = setting("WECHAT_APP_SECRET", "the WeChat account's AppSecret", default="", secret=True)
    wechat_token: str = setting("WECHAT_TOKEN", "signs what WeChat pushes (Token)", default="", secret=True)
    wechat_aes_key: str = setting(
        "WECHAT_ENCODING_AES_KEY",
        "opens what WeChat seals (EncodingAESKey); empty: plain messages only",
        default="",
        secret=True,
    )
    wechat_api_base: str = setting("WECHAT_API_BASE", "where WeChat's API is", default="https://api.weixin.qq.com")
    wechat_template: str = setting(
        "WECHAT_TEMPLATE_REPLY",
        "id of the WeChat template message that says an answer is there (docs/channels/wechat.md); empty: none is sent",
        default="",
    )
    wechat_template_fields: str = setting(
        "WECHAT_TEMPLATE_FIELDS",
        "what each field of that template shows: topic, excerpt or time",
        default="thing1=topic,thing2=excerpt,time3=time",
    )
    wechat_qr_base: str = setting(
        "WECHAT_QR_BASE", "where WeChat shows pictures of QR codes", default="https://mp.weixin.qq.com"
    )
    wechat_oauth_base: str = setting(
        "WECHAT_OAUTH_BASE", "where a browser is sent for WeChat's OAuth", default="https://open.weixin.qq.com"
    )
    alipay_app_id: str = setting("ALIPAY_APP_ID", "the Alipay life account's app id; empty: no such door", default="")
    alipay_app_private_key: str = setting(
        "ALIPAY_APP_PRIVATE_KEY", "the app's RSA2 private key, PEM or base64 (PKCS#8)", default="", secret=True
    )
    alipay_public_key: str = setting("ALIPAY_PUBLIC_KEY", "Alipay's public key for this app, PEM or base64", default="")
    alipay_gateway: str = setting(
        "ALIPAY_GATEWAY",
        "where Alipay's API is: an address, `production` or `sandbox`",
        default="https://openapi.alipay.com/gateway.do",
    )
    alipay_aes_key: str = setting(
        "ALIPAY_AES_KEY",
        "the app's AES key, if its contents are encrypted (16 bytes in base64); empty: plain contents",
        default="",
        secret=True,
    )
    alipay_template_reply: str = setting(
        "ALIPAY_TEMPLATE_REPLY",
        "the template message that brings an answer when the window is over; empty: the line has failed then",
        default="",
    )
    alipay_template_url: str = setting(
        "ALIPAY_TEMPLATE_URL", "the page that this template message opens; needed with it", default=""
    )
    papers_secret: str = setting(
        SECRET_SETTING,
        "opens the links to the upload page, the same as the action server's (32 characters or more); empty: no page",
        default="",
        secret=True,
    )
    papers_most_mb: int = setting(
        "PAPERS_MOST_MB", "most megabytes of a file on the upload page; the utility may take less", default=10
    )
    utility_url: str = setting(
        "UTILITY_URL", "where the utility's API is, for the upload page", default="http://127.0.0.1:5056"
    )
    utility_token: str = setting(
        "UTILITY_TOKEN",
        "bearer token of the utility's API, for the upload page; the scope `applications` is enough",
        default="",
        secret=True,
    )
    alipay_oauth_base: str = setting(
        "ALIPAY_OAUTH_BASE", "where a browser is sent for Alipay's OAuth", default="https://openauth.alipay.com"
    )
    log_level: str = setting("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", default="INFO")
