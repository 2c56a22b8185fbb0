"""Settings: typed, frozen, read once from `PULSE_…` variables or a `.env` file.

A wrong or missing value stops the start with one clear line; production has no default secret.
"""

import base64
import hmac
import re
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from zoneinfo import available_timezones

from flask import current_app
from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from pulse.domain import outside_address
from pulse.domain.errors import BadSetting, Invalid
from pulse.domain.outside_address import Allowed
from pulse.policy import DisclosurePolicy

SECRET_LENGTH = 32
_LEAST_SIGNING_BYTES = 24
EXTENSION = "pulse"
_DATABASES = re.compile(r"sqlite:///.|postgres(ql)?(\+psycopg)?://.")
HOW_TO_MAKE_ONE = "python -c 'import secrets; print(secrets.token_hex(32))'"


class Mode(StrEnum):
    """What this installation is for."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Settings(BaseSettings):
    """All settings of an installation."""

    model_config = SettingsConfigDict(
        env_prefix="PULSE_",
        env_nested_delimiter="__",
        env_file=".env",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    mode: Mode = Field(default=Mode.PRODUCTION, description="production, demo or test.")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="At least 32 characters; signs sessions, keys the short codes and wraps the "
        "keys of waves.",
    )
    instance: Path = Field(
        default=Path("instance"), description="Folder for databases, uploads and keys."
    )
    database_url: str = Field(
        default="", description="Main database; empty means SQLite in the instance folder."
    )
    box_database_url: str = Field(
        default="", description="Ballot box database; empty means SQLite in the instance folder."
    )
    opening_keys: Path | None = Field(
        default=None,
        description="Folder of the keys that open ballots; the web must not be able to read it.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of this site in mails and slips."
    )
    company: str = Field(default="Our company", description="Name of the whole organisation.")
    mail_from: str = Field(default="Pulse <pulse@localhost>", description="Sender of every mail.")
    smtp_host: str = Field(
        default="", description="Mail server; empty means mails go to a Maildir in the instance."
    )
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field(default="", description="Account on the mail server, if it asks.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    smtp_starttls: bool = Field(default=False, description="Encrypt the mail connection.")
    mail_per_minute: int = Field(
        default=0,
        ge=0,
        description="Most messages a minute to any one recipient domain, by all workers together; "
        "0 means as fast as the mail server takes them.",
    )
    bounce_address: str = Field(
        default="",
        description="Where bounces are sent to (the envelope sender of every mail); empty means "
        "the address of PULSE_MAIL_FROM.",
    )
    bounce_imap_host: str = Field(
        default="", description="Mail server on which the mailbox of bounces is read over IMAP."
    )
    bounce_imap_port: int = Field(default=993, ge=1, le=65535, description="Its port.")
    bounce_imap_user: str = Field(default="", description="Account of the mailbox of bounces.")
    bounce_imap_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    bounce_imap_tls: bool = Field(
        default=True, description="Whether that connection is encrypted from its beginning."
    )
    bounce_maildir: Path | None = Field(
        default=None, description="Maildir into which a mail server on this host lays bounces."
    )
    bounce_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Secret (whsec_… in base64) of bounces posted to /hooks/bounces as Standard "
        "Webhooks; empty means that there is no such page.",
    )
    time_zone: str = Field(
        default="Europe/London", description="Zone of people whose own is not known."
    )
    locale: str = Field(
        default="en", description="Language of people whose own is not known: en, de, es, fr or ar."
    )
    hook_hosts: str = Field(
        default="",
        description="Hosts inside the house to which channels may send, as host or host:port with "
        "commas between, over http as well; without it they reach the public network alone.",
    )
    phone_regions: str = Field(
        default="GB,DE,US",
        pattern=r"^[A-Z]{2}(,[A-Z]{2}){0,9}$",
        description="Countries, as two letters each, whose phone numbers are masked in comments "
        "also when they are written without a plus sign.",
    )
    tick_seconds: float = Field(
        default=10, ge=0.5, le=60, description="How often the worker looks which steps are due."
    )
    lease_seconds: float = Field(
        default=30,
        ge=1,
        le=600,
        description="How long one worker leads without a sign of life before another takes over.",
    )
    clock_still_seconds: float = Field(
        default=600,
        ge=1,
        description="How long a clock that has jumped must run evenly before anything is done "
        "by it that cannot be taken back.",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="Whoever brings it as a bearer token may read /metrics; without it there is no "
        "such page.",
    )
    policy: DisclosurePolicy = Field(
        default=DisclosurePolicy(), description="Thresholds of disclosure control."
    )

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, values: Any) -> Any:  # noqa: ANN401  (pydantic passes raw input)
        instance = Path(values.get("instance") or "instance").resolve()
        filled = dict(values) | {"instance": instance}
        filled["database_url"] = values.get("database_url") or f"sqlite:///{instance}/main.db"
        filled["box_database_url"] = (
            values.get("box_database_url") or f"sqlite:///{instance}/box.db"
        )
        return filled

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value} is not a time zone")
        return value

    @field_validator("hook_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        try:
            outside_address.allowed(value)
        except Invalid as error:
            raise ValueError(error.message) from error
        return value

    @field_validator("bounce_secret")
    @classmethod
    def _bounce_secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value().removeprefix("whsec_")
        try:
            length = len(base64.b64decode(secret, validate=True))
        except ValueError:
            length = 0
        if secret and length < _LEAST_SIGNING_BYTES:
            raise ValueError(
                f"must be base64 of at least {_LEAST_SIGNING_BYTES} random bytes, after whsec_"
            )
        return value

    @model_validator(mode="after")
    def _check(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if self.mode is Mode.PRODUCTION and len(secret) < SECRET_LENGTH:
            raise ValueError(
                f"secret_key: production needs PULSE_SECRET_KEY with at least {SECRET_LENGTH} "
                f"characters; make one with: {HOW_TO_MAKE_ONE}"
            )
        if self.database_url == self.box_database_url:
            raise ValueError("box_database_url: the ballot box needs a database of its own")
        for name in ("database_url", "box_database_url"):
            if not _DATABASES.match(getattr(self, name)):
                raise ValueError(f"{name}: must begin with sqlite:/// or postgresql://")
        if not self.public_url.startswith(("http://", "https://")):
            raise ValueError("public_url: must begin with http:// or https://")
        return self

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return self.public_url.rstrip("/")

    @property
    def code_key(self) -> bytes:
        """The key under which short codes are stored; it is never in a database."""
        return self._derived(b"pulse/short-code/v1")

    @property
    def wrapping_key(self) -> bytes:
        """The key under which the signing key of each wave is stored."""
        return self._derived(b"pulse/issuer-key/v1")

    @property
    def assist_key(self) -> bytes:
        """The key from which tokens are derived that the server makes on somebody's behalf."""
        return self._derived(b"pulse/assisted/v1")

    @property
    def opt_out_key(self) -> bytes:
        """The key of the addresses at which people end the mails to them."""
        return self._derived(b"pulse/opt-out/v1")

    @property
    def hook_key(self) -> bytes:
        """The key under which addresses and secrets of channels are stored."""
        return self._derived(b"pulse/hook/v1")

    @property
    def allowed_hosts(self) -> tuple[Allowed, ...]:
        """Hosts inside the house that the operator lets channels call."""
        return outside_address.allowed(self.hook_hosts)

    @property
    def regions(self) -> tuple[str, ...]:
        """Countries whose phone numbers are masked."""
        return tuple(self.phone_regions.split(","))

    @property
    def uploads(self) -> Path:
        """Folder of staff files that are being imported."""
        return self.instance / "uploads"

    @property
    def key_folder(self) -> Path:
        """Folder of the keys that open ballots: for the process that counts, and nobody else."""
        return self.opening_keys or self.instance / "opening-keys"

    @property
    def maildir(self) -> Path:
        """Where mails go as long as no mail server is named."""
        return self.instance / "mail"

    @property
    def https(self) -> bool:
        """Whether people reach this site over HTTPS."""
        return self.public_url.startswith("https://")

    def _derived(self, purpose: bytes) -> bytes:
        return hmac.digest(self.secret_key.get_secret_value().encode(), purpose, "sha256")


def load(**values: Any) -> Settings:  # noqa: ANN401  (any field of Settings)
    """Read the settings once. Raises BadSetting with one line that names the variable."""
    try:
        found = Settings(**values)
    except ValidationError as error:
        raise BadSetting(_line(error)) from error
    return found if found.secret_key.get_secret_value() else _with_own_secret(found)


def settings() -> Settings:
    """Give the settings of the running application."""
    found: Settings = current_app.extensions[EXTENSION]
    return found


def _with_own_secret(found: Settings) -> Settings:
    """Keep a secret in the instance folder, so that a demo's sessions survive a restart."""
    found.instance.mkdir(parents=True, exist_ok=True)
    path = found.instance / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(SECRET_LENGTH))
    return found.model_copy(update={"secret_key": SecretStr(path.read_text())})


def _line(error: ValidationError) -> str:
    first = error.errors()[0]
    name = "__".join(str(part) for part in first["loc"]).upper()
    text = str(first["msg"]).removeprefix("Value error, ")
    if not name:
        name, _, text = text.partition(": ")
    return f"Setting PULSE_{name.upper()} is wrong: {text}"
