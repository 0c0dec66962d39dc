"""The settings of the notices' process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class NoticesSettings(Settings):
    """What `python -m notices` reads from the environment."""

    database_url: str = setting("DATABASE_URL", "libpq URL of the GridTalk database", secret=True)
    redis_url: str = setting("REDIS_URL", "URL of the Redis that carries live events and quotas", secret=True)
    utility_url: str = setting("UTILITY_URL", "base URL of the utility's REST service")
    utility_token: str = setting(
        "UTILITY_NOTICES_TOKEN", "bearer token of the client that may know whom a notice concerns", secret=True
    )
    host: str = setting("NOTICES_HOST", "address the notices' process listens on", default="127.0.0.1")
    port: int = setting("NOTICES_PORT", "port the notices' process listens on", default=5070)
    public_url: str = setting(
        "NOTICES_PUBLIC_URL",
        "where the utility reaches this process or what stands before its workers; POST /events is registered there by"
        " itself; empty: nothing is registered",
        default="",
    )
    webhook_secret: str = setting(
        "NOTICES_WEBHOOK_SECRET",
        "what the utility signs its webhooks with, where a person has registered POST /events there; set: nothing is"
        " registered by itself",
        default="",
        secret=True,
    )
    round_s: float = setting("NOTICES_ROUND_S", "seconds between two rounds when nothing was due", default=1.0)
    duty_managers: str = setting(
        "NOTICES_DUTY_MANAGERS",
        "numbers of the agents who are told when something ran out (commas); empty: every supervisor",
        default="",
    )
    managers_file: str = setting(
        "NOTICES_MANAGERS_FILE",
        "YAML: where grid managers are told of contact data, as notices/data/managers.yml; empty: that file",
        default="",
    )
    wechat_rate: float = setting("NOTICES_WECHAT_RATE", "notices a second by WeChat, of all workers", default=50.0)
    alipay_rate: float = setting("NOTICES_ALIPAY_RATE", "notices a second by Alipay, of all workers", default=50.0)
    sms_rate: float = setting("NOTICES_SMS_RATE", "short messages a second, of all workers", default=100.0)
    wechat_template: bool = setting(
        "NOTICES_WECHAT_TEMPLATE", "1: the bot has a WeChat template (WECHAT_TEMPLATE_REPLY)", default=False
    )
    alipay_template: bool = setting(
        "NOTICES_ALIPAY_TEMPLATE", "1: the bot has an Alipay template (ALIPAY_TEMPLATE_REPLY)", default=False
    )
    sms: str = setting("NOTICES_SMS", "who sends short messages: sandbox or aliyun", default="sandbox")
    sms_folder: Path = setting(
        "NOTICES_SMS_FOLDER", "where the sandbox's messages lie; shown on /sandbox/sms", default=Path(".data/sms")
    )
    aliyun_key_id: str = setting("NOTICES_ALIYUN_KEY_ID", "access key id of Aliyun's SMS service", default="")
    aliyun_key_secret: str = setting(
        "NOTICES_ALIYUN_KEY_SECRET", "access key secret of Aliyun's SMS service", default="", secret=True
    )
    aliyun_sign: str = setting("NOTICES_ALIYUN_SIGN", "the approved signature of short messages", default="")
    aliyun_templates: Path = setting(
        "NOTICES_ALIYUN_TEMPLATES",
        "YAML: kind of notice -> approved template code",
        default=Path("aliyun_sms.yml"),
    )
    aliyun_url: str = setting(
        "NOTICES_ALIYUN_URL", "address of Aliyun's SMS service", default="https://dysmsapi.aliyuncs.com/"
    )
    mail: str = setting("NOTICES_MAIL", "who sends e-mail: sandbox or smtp", default="sandbox")
    mail_folder: Path = setting("NOTICES_MAIL_FOLDER", "where the sandbox's letters lie", default=Path(".data/mail"))
    mail_rate: float = setting("NOTICES_MAIL_RATE", "letters a second, of all workers", default=10.0)
    smtp_host: str = setting("NOTICES_SMTP_HOST", "the house's mail server", default="")
    smtp_port: int = setting("NOTICES_SMTP_PORT", "its port (587 starttls, 465 tls)", default=587)
    smtp_tls: str = setting("NOTICES_SMTP_TLS", "starttls, tls, or none inside the house", default="starttls")
    smtp_user: str = setting("NOTICES_SMTP_USER", "account at the mail server; empty: no login", default="")
    smtp_password: str = setting("NOTICES_SMTP_PASSWORD", "its password", default="", secret=True)
    smtp_from: str = setting("NOTICES_SMTP_FROM", "the address letters come from", default="")
    smtp_from_name: str = setting("NOTICES_SMTP_FROM_NAME", "the name beside that address", default="")
    smtp_timeout_s: float = setting("NOTICES_SMTP_TIMEOUT_S", "how long one letter may take", default=20.0)
    smtp_ca_file: str = setting(
        "NOTICES_SMTP_CA_FILE", "certificates the mail server is checked with; empty: the machine's own", default=""
    )
    report_token: str = setting(
        "NOTICES_REPORT_TOKEN",
        "secret part of the address that the SMS service reports arrivals to (/sms/reports/<token>); empty: none",
        default="",
        secret=True,
    )

    @property
    def rates(self) -> dict[str, float]:
        """How many notices a second each way takes."""
        return {"wechat": self.wechat_rate, "alipay": self.alipay_rate, "sms": self.sms_rate, "mail": self.mail_rate}

    @property
    def managers_on_duty(self) -> tuple[str, ...]:
        """The numbers of the managers on duty."""
        return tuple(number.strip() for number in self.duty_managers.split(",") if number.strip())
