"""Which gateways the settings name: who sends short messages, who sends e-mail."""

from __future__ import annotations

import yaml

from notices.aliyun import AliyunAccount, AliyunSms
from notices.mail import MailGateway, SandboxMail, SmtpAccount, SmtpMail, Tls
from notices.mail_address import is_mail
from notices.settings import NoticesSettings
from notices.sms import SandboxSms, SmsGateway
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.yaml_files import read_yaml


def sms_gateway(settings: NoticesSettings, clock: Clock) -> SmsGateway:
    """Opens the SMS service. Raises SettingsError."""
    if settings.sms == "sandbox":
        return SandboxSms(settings.sms_folder, clock)
    if settings.sms != "aliyun":
        raise SettingsError("NOTICES_SMS must be sandbox or aliyun", setting="NOTICES_SMS")
    if not (settings.aliyun_key_id and settings.aliyun_key_secret and settings.aliyun_sign):
        raise SettingsError("Aliyun's SMS needs its key id, key secret and signature", setting="NOTICES_ALIYUN_KEY_ID")
    try:
        templates = read_yaml(settings.aliyun_templates)
    except (OSError, yaml.YAMLError) as error:
        raise SettingsError(f"its templates cannot be read: {error}", setting="NOTICES_ALIYUN_TEMPLATES") from error
    if not isinstance(templates, dict):
        raise SettingsError("its templates must be a mapping", setting="NOTICES_ALIYUN_TEMPLATES")
    account = AliyunAccount(
        settings.aliyun_url, settings.aliyun_key_id, settings.aliyun_key_secret, settings.aliyun_sign, templates
    )
    return AliyunSms(account, clock)


def mail_gateway(settings: NoticesSettings, clock: Clock) -> MailGateway:
    """Opens the mail service. Raises SettingsError."""
    if settings.mail == "sandbox":
        return SandboxMail(settings.mail_folder, clock)
    if settings.mail != "smtp":
        raise SettingsError("NOTICES_MAIL must be sandbox or smtp", setting="NOTICES_MAIL")
    if not settings.smtp_host or not is_mail(settings.smtp_from):
        raise SettingsError("SMTP needs a server and the address letters come from", setting="NOTICES_SMTP_HOST")
    try:
        tls = Tls(settings.smtp_tls)
    except ValueError as error:
        raise SettingsError("it is starttls, tls or none", setting="NOTICES_SMTP_TLS") from error
    account = SmtpAccount(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_from,
        sender_name=settings.smtp_from_name,
        user=settings.smtp_user,
        password=settings.smtp_password,
        tls=tls,
        timeout_s=settings.smtp_timeout_s,
        ca_file=settings.smtp_ca_file,
    )
    return SmtpMail(account, clock)
