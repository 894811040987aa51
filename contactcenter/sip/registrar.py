"""The registrar's table: at which contacts an address of record can be reached, and until when (RFC 3261 §10.3).

The caller has authenticated the request and decided which address of record it may change. Times are monotonic
milliseconds. A binding keeps the address its REGISTER came from, since that is where a phone behind NAT can be reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.sip.grammar import Address, GrammarError, NameAddr, Uri, parse_number, parse_uri, uris_equal
from contactcenter.sip.timers import TimerHeap

__all__ = ["Binding", "BindingChange", "Change", "Registrar", "RegistrarLimits", "RegistrationRefused", "Wish"]


@dataclass(frozen=True, slots=True)
class RegistrarLimits:
    """What is granted. Below a minute a hundred phones are a load; above an hour a lost one is rung in vain."""

    expires_s_min: int = 60
    expires_s_max: int = 3_600
    expires_s_default: int = 600
    # A desk phone, a softphone and a browser, with room for one that moved without saying goodbye.
    contacts_max: int = 5


@dataclass(frozen=True, slots=True)
class Binding:
    """One contact of one address of record. `contact` is a URI as text, `source` the address the request came from."""

    aor: str
    contact: str
    params: tuple[tuple[str, str | None], ...]
    call_id: str
    cseq: int
    source: Address
    expires_at: int


class Change(StrEnum):
    """What became of a binding. A mere refresh is no change."""

    ADDED = "added"
    MOVED = "moved"
    REMOVED = "removed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class BindingChange:
    """A binding that came, moved to another source or contact parameter, or went."""

    change: Change
    binding: Binding


@dataclass(frozen=True, slots=True)
class Wish:
    """What one REGISTER asks for: contacts with their parameters, or the removal of all (`Contact: *`)."""

    contacts: Sequence[NameAddr]
    call_id: str
    cseq: int
    source: Address
    expires: str | None = None
    remove_all: bool = False


class RegistrationRefused(Exception):
    """The whole request is refused and nothing is changed; `status` and `reason` are the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Registrar:
    """All bindings of one element."""

    def __init__(self, limits: RegistrarLimits | None = None) -> None:
        self.limits = limits or RegistrarLimits()
        self._bindings: dict[str, list[Binding]] = {}
        self._timers: TimerHeap[str] = TimerHeap()

    def deadline(self) -> int | None:
        """Return when `expire` must be called next."""
        return self._timers.deadline()

    def bindings(self, aor: str, now: int) -> list[Binding]:
        """Return the live bindings, the one refreshed last first."""
        return [binding for binding in self._bindings.get(aor, []) if binding.expires_at > now]

    def restore(self, binding: Binding) -> None:
        """Put back a binding that was journaled before a restart; one that is there already wins."""
        kept = self._bindings.setdefault(binding.aor, [])
        if not any(_same_contact(other.contact, binding.contact) for other in kept):
            kept.append(binding)
            self._timers.schedule(binding.expires_at, binding.aor)

    def register(self, aor: str, wish: Wish, now: int) -> list[BindingChange]:
        """Carry out one REGISTER, whole or not at all. Raises RegistrationRefused."""
        kept = self.bindings(aor, now)
        if wish.remove_all:
            if wish.contacts or self._seconds(wish.expires) != 0:
                raise RegistrationRefused(400, "Contact * Needs Expires 0 And Stands Alone")
            wanted = [(parse_uri(binding.contact), binding.params, 0) for binding in kept]
        else:
            wanted = [(entry.uri, entry.params, self._lifetime(entry, wish.expires)) for entry in wish.contacts]
        changes: list[BindingChange] = []
        for uri, params, seconds in wanted:
            kept, change = self._place(kept, aor, uri, params, seconds, wish, now)
            changes.extend(change)
        for dropped in kept[self.limits.contacts_max :]:
            changes.append(BindingChange(Change.REMOVED, dropped))
        self._store(aor, kept[: self.limits.contacts_max])
        return changes

    def _place(
        self,
        kept: list[Binding],
        aor: str,
        uri: Uri,
        params: tuple[tuple[str, str | None], ...],
        seconds: int,
        wish: Wish,
        now: int,
    ) -> tuple[list[Binding], list[BindingChange]]:
        """Put one contact in front of those kept, or take it away."""
        old = next((binding for binding in kept if uris_equal(parse_uri(binding.contact), uri)), None)
        if old is not None and old.call_id == wish.call_id and wish.cseq <= old.cseq:
            raise RegistrationRefused(500, "CSeq Out Of Order")
        others = [binding for binding in kept if binding is not old]
        if seconds == 0:
            return others, [] if old is None else [BindingChange(Change.REMOVED, old)]
        own = tuple((name, value) for name, value in params if name not in ("expires", "q"))
        made = Binding(aor, str(uri), own, wish.call_id, wish.cseq, wish.source, now + seconds * 1_000)
        self._timers.schedule(made.expires_at, aor)
        if old is None:
            return [made, *others], [BindingChange(Change.ADDED, made)]
        moved = (old.source, old.contact, old.params) != (made.source, made.contact, made.params)
        return [made, *others], [BindingChange(Change.MOVED, made)] if moved else []

    def expire(self, now: int) -> list[BindingChange]:
        """Take away what has run out."""
        changes: list[BindingChange] = []
        while (due := self._timers.pop_due(now)) is not None:
            _, aor = due
            kept = self._bindings.get(aor, [])
            changes += [BindingChange(Change.EXPIRED, binding) for binding in kept if binding.expires_at <= now]
            self._store(aor, [binding for binding in kept if binding.expires_at > now])
        return changes

    def remove(self, aor: str) -> list[BindingChange]:
        """Take away all bindings of an address of record, as when its account is closed."""
        return [BindingChange(Change.REMOVED, binding) for binding in self._bindings.pop(aor, [])]

    def _store(self, aor: str, kept: list[Binding]) -> None:
        if kept:
            self._bindings[aor] = kept
        else:
            self._bindings.pop(aor, None)

    def _seconds(self, text: str | None) -> int:
        """Read an expiry; one that cannot be read counts as the default (RFC 3261 §10.2.1.1, §20.10)."""
        if text is None:
            return self.limits.expires_s_default
        try:
            return parse_number(text)
        except GrammarError:
            return self.limits.expires_s_default

    def _lifetime(self, entry: NameAddr, expires: str | None) -> int:
        own = entry.param("expires")
        seconds = self._seconds(expires if own is None else own)
        if not entry.uri.is_sip:
            raise RegistrationRefused(400, "Contact Is No SIP URI")
        if 0 < seconds < self.limits.expires_s_min:
            raise RegistrationRefused(423, "Interval Too Brief")
        return min(seconds, self.limits.expires_s_max)


def _same_contact(left: str, right: str) -> bool:
    return uris_equal(parse_uri(left), parse_uri(right))
