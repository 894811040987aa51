"""Where one installation keeps what it writes, and how its settings are read for a command."""

from __future__ import annotations

import ipaddress
import os
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from contactcenter.settings import Settings, load, load_scenarios
from contactcenter.settings.scenarios import Scenario

__all__ = ["Places", "on_the_network", "read_scenarios", "read_settings"]


@dataclass(frozen=True, slots=True)
class Places:
    """The files under `var`; all private to the user who runs the centre."""

    var: Path

    @property
    def journal(self) -> Path:
        """The journal and the persons' keys."""
        return self.var / "journal.db"

    @property
    def records(self) -> Path:
        """What the desk writes from facts, customers, accounts."""
        return self.var / "records.db"

    @property
    def secret(self) -> Path:
        """The domain's master secret."""
        return self.var / "domain.secret"

    @property
    def snapshots(self) -> Path:
        """What the centre had come to, for a fast start; made again from the journal when lost."""
        return self.var / "snapshots"

    @property
    def socket(self) -> Path:
        """Where engine and desk meet."""
        return self.var / "run" / "engine.sock"


def read_settings(folder: Path, lan: str = "", at: int | None = None) -> Settings:
    """Read a configuration folder with the environment's overrides, as of `at` (ms, now); raises SettingsError.

    `lan` is this machine's address on the local network: then phones and browsers there may reach us.
    """
    settings = load(folder, os.environ, time.time_ns() // 1_000_000 if at is None else at)
    return on_the_network(settings, lan) if lan else settings


def read_scenarios(folder: Path, at: int | None = None) -> tuple[Settings, tuple[Scenario, ...]]:
    """Read a configuration folder with its scenarios, as of `at` (ms, now); raises SettingsError."""
    return load_scenarios(folder, os.environ, at)


def on_the_network(settings: Settings, address: str) -> Settings:
    """Return the settings with every server listening on the local network, reachable under `address`."""
    replace = msgspec.structs.replace
    beside = str(ipaddress.ip_network(f"{address}/24", strict=False))
    private = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", beside)
    return replace(
        settings,
        http=replace(settings.http, bind="0.0.0.0", public_url=f"http://{address}:{settings.http.port}"),
        sip=replace(settings.sip, bind="0.0.0.0", advertised=address, phone_sources=private),
        media=replace(settings.media, bind="0.0.0.0", advertised=address),
    )
