"""Who may place a call, to which number, and how many: the edge's read-only view, asked before anything is journaled.

A refusal costs one SIP message and no disk write. Trunks are known by their source addresses, phones by their digest.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contactcenter.sip.events import InviteReceived
from contactcenter.sip.grammar import Address

__all__ = ["PHONE_TRUNK", "Admission", "AdmissionRules", "TrunkRule"]

NOT_FOUND, UNAVAILABLE = 404, 503
RETRY_AFTER_S = 5
WINDOW_MS = 1_000
# Sources whose trunk is remembered; a carrier has a few, a flood from everywhere costs no more than without.
SOURCES_REMEMBERED = 1_024
# How calls from registered phones are counted and named.
PHONE_TRUNK = "phones"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class TrunkRule:
    """A carrier: the networks it sends from, and how much it may send."""

    name: str
    sources: tuple[str, ...]
    calls_per_s: int = 50
    calls_max: int = 500


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """The limits of the whole edge, its trunks, and where phones may be."""

    trunks: tuple[TrunkRule, ...] = ()
    phone_sources: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    calls_per_s: int = 50
    calls_max: int = 500


@dataclass(slots=True)
class _Meter:
    """Calls of one trunk: how many there are, and how many began in this second."""

    live: int = 0
    window_at: int = 0
    begun: int = 0

    def admits(self, per_s: int, live_max: int, now: int) -> bool:
        if now >= self.window_at + WINDOW_MS:
            self.window_at, self.begun = now, 0
        return self.live < live_max and self.begun < per_s

    def count(self) -> None:
        self.live += 1
        self.begun += 1


@dataclass(slots=True)
class Admission:
    """Judges new calls. `entry_of` names our entry for a dialled number; while `stalled`, nothing can be promised."""

    rules: AdmissionRules
    entry_of: Callable[[str], str | None]
    stalled: Callable[[], bool]
    _networks: list[tuple[Network, TrunkRule]] = field(default_factory=list)
    _phones: list[Network] = field(default_factory=list)
    _all: _Meter = field(default_factory=_Meter)
    _meters: dict[str, _Meter] = field(default_factory=dict)
    _trunk_at: Callable[[str], TrunkRule | None] = field(init=False)

    def __post_init__(self) -> None:
        for trunk in self.rules.trunks:
            self._networks += [(network, trunk) for network in _networks(trunk.sources)]
        self._phones = _networks(self.rules.phone_sources)
        self._trunk_at = functools.lru_cache(SOURCES_REMEMBERED)(self._find_trunk)

    def trunk_of(self, source: Address) -> TrunkRule | None:
        """Return the trunk that a source address belongs to."""
        return self._trunk_at(source.host)

    def _find_trunk(self, host: str) -> TrunkRule | None:
        address = ipaddress.ip_address(host)
        return next((trunk for network, trunk in self._networks if address in network), None)

    def trusts(self, source: Address) -> bool:
        """Whether a source is a trunk's."""
        return self.trunk_of(source) is not None

    def may_register(self, source: Address) -> bool:
        """Whether phones may be where a source is."""
        address = ipaddress.ip_address(source.host)
        return any(address in network for network in self._phones)

    def refusal(self, invite: InviteReceived, now: int) -> int:
        """Return the status that refuses a call, 0 if it is admitted; an admitted call counts until `left`."""
        rule = TrunkRule(PHONE_TRUNK, ()) if invite.account else self.trunk_of(invite.source)
        if rule is None or (not invite.account and self.entry_of(invite.called) is None):
            return NOT_FOUND  # what our phones dial may be an extension, or behind a trunk: the centre knows
        meter = self._meters.setdefault(rule.name, _Meter())
        whole = self._all.admits(self.rules.calls_per_s, self.rules.calls_max, now)
        if not whole or not meter.admits(rule.calls_per_s, rule.calls_max, now) or self.stalled():
            return UNAVAILABLE
        self._all.count()
        meter.count()
        return 0

    def wait_s(self, status: int) -> int:
        """Return how long (s) a refused caller should wait, 0 for no word about it: then another centre may take it."""
        return RETRY_AFTER_S if status == UNAVAILABLE and not self.stalled() else 0

    def trunk_name(self, invite: InviteReceived) -> str:
        """Return what a call's trunk is called."""
        trunk = None if invite.account else self.trunk_of(invite.source)
        return trunk.name if trunk is not None else PHONE_TRUNK

    def left(self, trunk: str) -> None:
        """Count an admitted call off."""
        self._all.live -= 1
        self._meters[trunk].live -= 1


def _networks(sources: Sequence[str]) -> list[Network]:
    return [ipaddress.ip_network(source) for source in sources]
