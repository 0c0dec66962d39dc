"""The settings of log-in, rights and single sign-on of the desk's process."""

from __future__ import annotations

from dataclasses import dataclass

from console.server.rights import DeskRole
from runtime.errors import SettingsError
from runtime.settings import Settings, setting


@dataclass(frozen=True, repr=False)
class LoginSettings(Settings):
    """What the desk reads from the environment about passwords, sessions and unmasking."""

    idle_minutes: int = setting("CONSOLE_IDLE_MINUTES", "minutes without a hand on the desk until log-in", default=60)
    confirm_minutes: int = setting(
        "CONSOLE_CONFIRM_MINUTES", "minutes for which a given password also confirms dangerous acts", default=10
    )
    password_length: int = setting("CONSOLE_PASSWORD_LENGTH", "characters a password of the desk has", default=10)
    old_passwords: int = setting("CONSOLE_OLD_PASSWORDS", "last passwords that may not come again", default=5)
    code_hours: int = setting(
        "CONSOLE_RESET_HOURS", "hours for which an administrator's one-time code counts", default=24
    )
    totp_roles: str = setting(
        "CONSOLE_TOTP_ROLES", "comma-separated roles that must have a second factor, say administrator", default=""
    )
    address_guesses: int = setting(
        "CONSOLE_ADDRESS_GUESSES", "wrong log-ins of one address in an hour until it must wait", default=50
    )
    trusted_proxies: int = setting(
        "CONSOLE_TRUSTED_PROXIES", "proxies of ours before the desk, whose X-Forwarded-For is believed", default=0
    )
    unmask_minutes: int = setting("CONSOLE_UNMASK_MINUTES", "minutes for which an unmasked number is shown", default=5)
    unmask_alarm: int = setting(
        "CONSOLE_UNMASK_ALARM", "unmaskings of one person in an hour that alarm the supervisors", default=20
    )

    @property
    def roles_with_totp(self) -> frozenset[DeskRole]:
        """The roles that must have a second factor. Raises SettingsError."""
        try:
            return frozenset(DeskRole(name.strip()) for name in self.totp_roles.split(",") if name.strip())
        except ValueError as error:
            raise SettingsError(f"CONSOLE_TOTP_ROLES: {error}", setting="CONSOLE_TOTP_ROLES") from error


@dataclass(frozen=True, repr=False)
class SsoSettings(Settings):
    """What the desk reads from the environment about single sign-on by OpenID Connect; no issuer: there is none."""

    issuer: str = setting("OIDC_ISSUER", "address of the OpenID provider (empty: passwords only)", default="")
    client_id: str = setting("OIDC_CLIENT_ID", "the desk's name at the provider", default="")
    client_secret: str = setting("OIDC_CLIENT_SECRET", "the desk's secret there", default="", secret=True)
    name: str = setting("OIDC_NAME", "what the log-in page calls it", default="SSO")
    public_url: str = setting("CONSOLE_PUBLIC_URL", "address of the desk, to which the provider sends back", default="")
    agent_claim: str = setting("OIDC_AGENT_CLAIM", "claim that holds the agent's number", default="preferred_username")
    role_claim: str = setting(
        "OIDC_ROLE_CLAIM", "claim that holds the roles (empty: roles stay the desk's)", default=""
    )
    role_map: str = setting("OIDC_ROLES", "their role=ours, comma-separated; the first that fits counts", default="")

    @property
    def on(self) -> bool:
        """Whether people may come by single sign-on."""
        return bool(self.issuer)

    @property
    def callback(self) -> str:
        """The address the provider sends the browser back to."""
        return f"{self.public_url.rstrip('/')}/api/sso/callback"

    @property
    def roles(self) -> tuple[tuple[str, DeskRole], ...]:
        """Their roles and ours, in order. Raises SettingsError."""
        try:
            pairs = [pair.partition("=") for pair in self.role_map.split(",") if pair.strip()]
            return tuple((theirs.strip(), DeskRole(ours.strip())) for theirs, _, ours in pairs)
        except ValueError as error:
            raise SettingsError(f"OIDC_ROLES: {error}", setting="OIDC_ROLES") from error

    def check(self) -> None:
        """Refuses to start half set up. Raises SettingsError."""
        if self.on and not (self.client_id and self.public_url):
            raise SettingsError("OIDC_ISSUER needs OIDC_CLIENT_ID and CONSOLE_PUBLIC_URL", setting="OIDC_CLIENT_ID")
        if self.on and self.role_claim and not self.roles:
            raise SettingsError("OIDC_ROLE_CLAIM needs OIDC_ROLES", setting="OIDC_ROLES")
