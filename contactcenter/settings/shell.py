"""The sections of center.toml: who the centre is, where it is reached, and what the shells around it need."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from contactcenter.model.config import EntryConfig
from contactcenter.model.words import Channel
from contactcenter.settings.shapes import (
    BusSettings,
    HttpSettings,
    MediaSettings,
    PathSettings,
    RedisSettings,
    RetentionSettings,
    SecretPlace,
    SessionSettings,
    SipSettings,
    SmsProvider,
    StoreSettings,
    TrunkSettings,
)
from contactcenter.settings.tables import NAME, Table

__all__ = [
    "RESERVED_REASONS",
    "read_bus",
    "read_entries",
    "read_http",
    "read_media",
    "read_paths",
    "read_reasons",
    "read_redis",
    "read_retention",
    "read_sessions",
    "read_sip",
    "read_sms",
    "read_store",
]

E164: Final = r"\+[1-9]\d{6,14}"
ADDRESSES: Final = {
    "voice": (r"\+?[0-9A-Za-z*#._-]{1,40}", 'a number as the carrier sends it, such as "95598"'),
    "sms": (E164, 'a number such as "+861095598000"'),
    "chat": (NAME, "1 to 40 letters, digits, - and _"),
}
SECRET: Final = r"(env:\S+|file:.+|var:[A-Za-z0-9_-]{1,40})"
SECRET_WHAT: Final = '"env:VARIABLE", "file:PATH" or "var:NAME" (made at the first start): never the secret itself'
DIAL: Final = r"(sip:([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?)?"
DIAL_WHAT: Final = 'where calls go, such as "sip:192.0.2.7:5060"'
STORE_SECRET: Final = r"env:\S+|file:.+"
BROKER: Final = re.compile(r"mqtts?://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:(?P<port>[0-9]{1,5}))?")
REDIS: Final = re.compile(r"rediss?://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:(?P<port>[0-9]{1,5}))?")
REDIS_WHAT: Final = '"rediss://HOST:PORT", or "redis://HOST:PORT" on a wire that nobody else hears'
BROKER_WHAT: Final = '"mqtts://HOST:PORT", or "mqtt://HOST:PORT" on a wire that nobody else hears'
SEND_URLS: Final = {"twilio": "https://api.twilio.com", "generic": None}

RESERVED_REASONS: Final = ("signed_in", "no_answer", "busy", "device_lost")
"""Reasons that the centre itself gives for not_ready; a person may not choose them."""


ORIGIN: Final = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?"  # what a browser sends as Origin: no path, no slash


def read_reasons(table: Table) -> tuple[str, ...]:
    """Take the reasons that agents may choose for being not ready."""
    usual = ("break", "lunch", "meeting", "training", "work")
    reasons = table.texts("not_ready_reasons", usual, like=NAME, what="words of letters, digits, - and _")
    for reason in reasons:
        if reason in RESERVED_REASONS:
            table.complain("not_ready_reasons", f"{reason!r} is given by the centre itself", "choose another word")
    return reasons


def read_entries(table: Table) -> tuple[EntryConfig, ...]:
    """Take the addresses under which customers reach us."""
    entries = []
    for row in table.rows("entries"):
        channel = row.choice("channel", tuple(ADDRESSES))
        like, what = ADDRESSES[channel]
        address = row.text("address", like=like, what=what)
        entries.append(EntryConfig(address, Channel(channel), row.text("flow"), row.text("language")))
    return tuple(entries)


def read_http(table: Table) -> HttpSettings:
    """Take `[http]`."""
    bind, port = _read_bind(table), table.number("port", 8080, 1, 65_535)
    public_url = table.text("public_url", f"http://127.0.0.1:{port}")
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or public_url.endswith("/"):
        table.complain(
            "public_url", f"is {public_url!r}", 'give a URL such as "https://centre.example", without a / at the end'
        )
    origins = table.texts("chat_origins", (), like=ORIGIN, what='origins such as "https://www.example.org"')
    return HttpSettings(bind, port, public_url, origins)


def read_sip(table: Table) -> SipSettings:
    """Take `[sip]` and its trunks."""
    return SipSettings(
        bind=_read_bind(table),
        port=table.number("port", 5060, 1, 65_535),
        advertised=table.text("advertised", "", like="[A-Za-z0-9.:-]*", what="a host name or address"),
        realm=table.text("realm", "contactcenter", like=r"[^\s\"\\]{1,64}", what="a word without spaces"),
        calls_per_s=table.number("calls_per_s", 50, 1, 10_000),
        calls_max=table.number("calls_max", 500, 1, 100_000),
        phone_sources=_read_sources(table, "phone_sources", ("127.0.0.0/8", "::1/128")),
        trunks=tuple(
            TrunkSettings(
                name=row.text("name", like=NAME, what="1 to 40 letters, digits, - and _"),
                sources=_read_sources(row, "sources"),
                calls_per_s=row.number("calls_per_s", 50, 1, 10_000),
                calls_max=row.number("calls_max", 500, 1, 100_000),
                dial=row.text("dial", "", like=DIAL, what=DIAL_WHAT),
            )
            for row in table.rows("trunks")
        ),
    )


def read_media(table: Table) -> MediaSettings:
    """Take `[media]`."""
    media = MediaSettings(
        bind=_read_bind(table),
        advertised=table.text("advertised", "", like="[A-Za-z0-9.:-]*", what="an address"),
        workers=table.number("workers", 0, 0, 256),
        port_first=table.number("port_first", 40_000, 1_024, 65_534),
        port_last=table.number("port_last", 49_999, 1_025, 65_535),
    )
    if media.port_last <= media.port_first:
        table.complain("port_last", f"is {media.port_last}", f"give a port above port_first ({media.port_first})")
    return media


def read_sms(table: Table, entries: tuple[EntryConfig, ...]) -> tuple[SmsProvider, ...]:
    """Take the carriers for texts; each number of theirs must be an entry of ours."""
    ours = [entry.address for entry in entries if entry.channel is Channel.SMS]
    providers = []
    for name, row in table.named("provider"):
        provider = _read_provider(name, row)
        if provider.number and provider.number not in ours:
            row.complain("number", f"no entry of channel sms has {provider.number}", "add one to [[entries]]")
        providers.append(provider)
    return tuple(providers)


def _read_provider(name: str, row: Table) -> SmsProvider:
    kind = row.choice("kind", tuple(SEND_URLS))
    place = row.text("secret", like=SECRET, what=SECRET_WHAT)
    return SmsProvider(
        name=name,
        kind=kind,
        number=row.text("number", like=E164, what='a number such as "+861095598000"'),
        send_url=row.text("send_url", SEND_URLS[kind], like="https?://.+", what="a URL"),
        account=row.text("account", None if kind == "twilio" else ""),
        secret=SecretPlace(*(place or "var:none").split(":", 1)),
        reports=row.flag("reports", True),
    )


def read_bus(table: Table) -> BusSettings:
    """Take `[bus]`."""
    url = table.text("url", "", like=".*", what=BROKER_WHAT)
    found = BROKER.fullmatch(url)
    port = int((found and found["port"]) or (8_883 if url.startswith("mqtts:") else 1_883))
    if url and (found is None or not 0 < port < 65_536):
        table.complain("url", "is no address of a broker", f"give {BROKER_WHAT}")
    username = table.text("username", "", like=f"({NAME})?", what="1 to 40 letters, digits, - and _")
    password = table.text("password", "", like=f"({SECRET})?", what=SECRET_WHAT)
    if bool(username) != bool(password):
        table.complain("username", "stands without its password, or the other way round", "give both, or neither")
    return BusSettings(
        host=found["host"].strip("[]") if found else "",
        port=port,
        secure=url.startswith("mqtts:"),
        authority=table.text("authority", "", like=".*", what="the path of a file"),
        username=username,
        password=SecretPlace(*password.split(":", 1)) if password else None,
        prefix=table.text("prefix", "cc", like=NAME, what="1 to 40 letters, digits, - and _"),
        snapshots_per_s=table.number("snapshots_per_s", 2, 1, 4),
    )


def read_mode_pin(table: Table) -> SecretPlace | None:
    """Take `[modes_by_telephone]`: where the PIN is kept; None where no mode is switched by telephone."""
    place = table.text("pin", "", like=f"({STORE_SECRET})?", what='"env:VARIABLE" or "file:PATH": never the PIN itself')
    return SecretPlace(*place.split(":", 1)) if place else None


def read_redis(table: Table) -> RedisSettings:
    """Take `[redis]`."""
    url = table.text("url", "", like=".*", what=REDIS_WHAT)
    found = REDIS.fullmatch(url)
    port = int((found and found["port"]) or 6_379)
    if url and (found is None or not 0 < port < 65_536):
        table.complain("url", "is no address of a Redis", f"give {REDIS_WHAT}")
    username = table.text("username", "", like=f"({NAME})?", what="1 to 40 letters, digits, - and _")
    password = table.text("password", "", like=f"({SECRET})?", what=SECRET_WHAT)
    if username and not password:
        table.complain("username", "stands without a password", "give both, or neither")
    key = table.text("key", "var:redis", like=SECRET, what=SECRET_WHAT)
    return RedisSettings(
        host=found["host"].strip("[]") if found else "",
        port=port,
        secure=url.startswith("rediss:"),
        authority=table.text("authority", "", like=".*", what="the path of a file"),
        username=username,
        password=SecretPlace(*password.split(":", 1)) if password else None,
        key=SecretPlace(*(key or "var:redis").split(":", 1)),
        prefix=table.text("prefix", "cc", like=NAME, what="1 to 40 letters, digits, - and _"),
    )


def read_paths(table: Table, folder: Path) -> PathSettings:
    """Take `[paths]`; relative ones begin at the folder that holds the configuration folder."""
    home = folder.resolve().parent
    var = home / table.text("var", "var")
    recordings = table.text("recordings", "")
    return PathSettings(
        config=folder.resolve(),
        prompts=home / table.text("prompts", str(folder.resolve() / "prompts")),
        var=var,
        recordings=home / recordings if recordings else var / "recordings",
    )


def read_store(table: Table) -> StoreSettings:
    """Take `[store]`."""
    url = table.text("url", "", like=r"(postgresql://[^\s?]+)?", what='"" or "postgresql://USER@HOST:PORT/DATABASE"')
    parts = urlsplit(url)
    if parts.password is not None:
        table.complain("url", "holds a password", 'name its place in password, such as "env:VARIABLE"')
    if url and not (parts.username and parts.hostname and parts.path.strip("/")):
        table.complain("url", "does not name all", 'give "postgresql://USER@HOST:PORT/DATABASE"')
    place = table.text("password", "", like=f"({STORE_SECRET})?", what='"env:VARIABLE" or "file:PATH"')
    return StoreSettings(url, SecretPlace(*place.split(":", 1)) if place else None)


def read_retention(table: Table) -> RetentionSettings:
    """Take `[retention]`."""
    return RetentionSettings(
        recordings_days=table.number("recordings_days", 180, 1, 36_500),
        history_days=table.number("history_days", 730, 1, 36_500),
        journal_days=table.number("journal_days", 30, 2, 3_650),
    )


def read_sessions(table: Table) -> SessionSettings:
    """Take `[sessions]`."""
    return SessionSettings(table.number("idle_min", 60, 5, 1_440), table.number("longest_h", 14, 1, 168))


def _read_bind(table: Table) -> str:
    bind = table.text("bind", "127.0.0.1")
    try:
        ipaddress.ip_address(bind)
    except ValueError:
        table.complain(
            "bind", f"is {bind!r}", 'give an address of this machine, "127.0.0.1" for itself, "0.0.0.0" for all'
        )
    return bind


def _read_sources(table: Table, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
    sources = table.texts(key, default)
    for source in sources:
        try:
            ipaddress.ip_network(source)
        except ValueError:
            table.complain(key, f"has {source!r}", 'give networks such as "192.0.2.0/24" or "192.0.2.7/32"')
    return sources
