"""The frozen settings: the centre's configuration and what only the shells around it need.

Nothing listens outside loopback unless a `bind` says so, and no secret stands here: only where it is kept.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from contactcenter.model.config import CenterConfig
from contactcenter.settings.problems import Problem

__all__ = [
    "BusSettings",
    "HttpSettings",
    "MediaSettings",
    "PathSettings",
    "RedisSettings",
    "RetentionSettings",
    "SecretPlace",
    "SessionSettings",
    "Settings",
    "SipSettings",
    "SmsProvider",
    "StoreSettings",
    "TrunkSettings",
]


class SecretPlace(msgspec.Struct, frozen=True):
    """Where a secret is kept: `kind` env (a variable), file (a path) or var (made at the first start, under var)."""

    kind: str
    name: str


class HttpSettings(msgspec.Struct, frozen=True):
    """The desk's web server. `public_url` is how the outside reaches it, without a slash at the end.

    `chat_origins` are websites whose pages may show our chat, written the same way.
    """

    bind: str
    port: int
    public_url: str
    chat_origins: tuple[str, ...] = ()


class TrunkSettings(msgspec.Struct, frozen=True):
    """A carrier or exchange that may send us calls, known by its source addresses (CIDR); `dial` takes ours.

    `dial` is a URI without a user, such as `sip:192.0.2.7:5060`; empty where we may not call.
    """

    name: str
    sources: tuple[str, ...]
    calls_per_s: int
    calls_max: int
    dial: str = ""


class SipSettings(msgspec.Struct, frozen=True):
    """The SIP endpoint; `advertised` is the host we name in our messages, empty for the bound one.

    `phone_sources` (CIDR) are the networks from which phones may register.
    """

    bind: str
    port: int
    advertised: str
    realm: str
    calls_per_s: int
    calls_max: int
    phone_sources: tuple[str, ...]
    trunks: tuple[TrunkSettings, ...]


class MediaSettings(msgspec.Struct, frozen=True):
    """The media workers: how many (0: one per core), where they receive sound, UDP ports from first to last."""

    bind: str
    advertised: str
    workers: int
    port_first: int
    port_last: int


class SmsProvider(msgspec.Struct, frozen=True):
    """A carrier for texts. Inbound texts are posted to /channels/sms/NAME/inbound, signed with the secret.

    `kind` twilio or generic; `account` is the carrier's name for us; `reports` asks for delivery reports.
    """

    name: str
    kind: str
    number: str
    send_url: str
    account: str
    secret: SecretPlace
    reports: bool


class BusSettings(msgspec.Struct, frozen=True):
    """The MQTT broker through which the outside world hears of us; an empty host is none.

    `authority` is the file with the certificate that the broker's is signed with, empty for the machine's own store.
    """

    host: str
    port: int
    secure: bool
    authority: str
    username: str
    password: SecretPlace | None
    prefix: str
    snapshots_per_s: int


class RedisSettings(msgspec.Struct, frozen=True):
    """The Redis in which several desks keep what they share; an empty host is none.

    `key` is where the secret is kept under which names and addresses are hashed there, the same for all desks;
    `authority` is the file with the certificate that the server's is signed with, empty for the machine's own store.
    """

    host: str
    port: int
    secure: bool
    authority: str
    username: str
    password: SecretPlace | None
    key: SecretPlace
    prefix: str


class PathSettings(msgspec.Struct, frozen=True):
    """Where things are kept; `var` holds all that the centre writes, `recordings` may be on another disk."""

    config: Path
    prompts: Path
    var: Path
    recordings: Path


class StoreSettings(msgspec.Struct, frozen=True):
    """Where journal and records are kept: files under `var` for an empty `url`, else a database in PostgreSQL."""

    url: str = ""
    password: SecretPlace | None = None


class RetentionSettings(msgspec.Struct, frozen=True):
    """How long things are kept, in days."""

    recordings_days: int
    history_days: int
    journal_days: int


class SessionSettings(msgspec.Struct, frozen=True):
    """How long a sign-in lasts: since the last act, and in all. A session never expires inside a contact."""

    idle_min: int
    longest_h: int


class Settings(msgspec.Struct, frozen=True):
    """All settings of one installation. `texts` is each prompt's text by language, `skills` what each skill means.

    Agents may call numbers that begin with one of `dial_prefixes`. `warnings` keep nobody from starting.
    Without `mode_pin` no mode is switched by telephone.
    """

    center: CenterConfig
    default_region: str
    time_zone: str
    texts: dict[str, dict[str, str]]
    skills: dict[str, str]
    http: HttpSettings
    sip: SipSettings
    media: MediaSettings
    sms: tuple[SmsProvider, ...]
    bus: BusSettings
    redis: RedisSettings
    paths: PathSettings
    retention: RetentionSettings
    sessions: SessionSettings
    store: StoreSettings = StoreSettings()
    dial_prefixes: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    mode_pin: SecretPlace | None = None
