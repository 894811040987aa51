"""The legs that this engine holds: which SIP call and media session each is, and how far it has come.

A leg's phase moves only along `LEG_PHASES`. Legs and recordings that were ended before the command to begin them came
are remembered, for releases may overtake promises.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from contactcenter.adapters.telephony.collector import Collector
from contactcenter.adapters.telephony.worker_client import LocalAddress
from contactcenter.model.ids import LegId, PersonId
from contactcenter.sip.sdp import PCMU, AudioStream, Codec, Session

__all__ = ["LEG_PHASES", "Leg", "LegPhase", "Legs", "Tombstones"]

# More than the commands that can wait for one commit of the journal.
TOMBSTONES_MAX = 10_000


class LegPhase(StrEnum):
    """How far a leg is."""

    OFFERED = "offered"
    """A caller's INVITE waits for the centre's answer."""
    OPENING = "opening"
    """A media session is being opened, to answer or to dial."""
    ANSWERED = "answered"
    """Our 200 is out and waits for its ACK."""
    DIALLING = "dialling"
    UP = "up"
    GONE = "gone"


_P = LegPhase

LEG_PHASES: Mapping[LegPhase, frozenset[LegPhase]] = {
    _P.OFFERED: frozenset({_P.OPENING, _P.GONE}),
    _P.OPENING: frozenset({_P.ANSWERED, _P.DIALLING, _P.GONE}),
    _P.ANSWERED: frozenset({_P.UP, _P.GONE}),
    _P.DIALLING: frozenset({_P.UP, _P.GONE}),
    _P.UP: frozenset({_P.GONE}),
    _P.GONE: frozenset(),
}


@dataclass(slots=True)
class Leg:
    """One party's line. `call` is the endpoint's number, 0 while there is none."""

    id: LegId
    phase: LegPhase
    person: PersonId
    far_host: str = ""
    """Where the signalling of the far side comes from."""
    call: int = 0
    incoming: bool = False
    trunk: str = ""
    offer: Session | None = None
    audio: AudioStream | None = None
    codec: Codec = PCMU
    local: LocalAddress | None = None
    held: bool = False
    heard: bool = False
    rang: bool = False
    keys: bool = False
    """Whether keys are listened for at a telephone that we called."""
    sdp_version: int = 1
    collector: Collector | None = None

    @property
    def gone(self) -> bool:
        """Whether the leg has ended, perhaps while something was awaited."""
        return self.phase is LegPhase.GONE

    def move(self, phase: LegPhase) -> bool:
        """Let the leg reach a phase; False, and nothing changes, if it cannot from where it is."""
        if phase not in LEG_PHASES[self.phase]:
            return False
        self.phase = phase
        return True


class Legs:
    """All legs by id and by SIP call."""

    def __init__(self) -> None:
        self._by_id: dict[LegId, Leg] = {}
        self._by_call: dict[int, Leg] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, leg: Leg) -> None:
        """Hold a leg."""
        self._by_id[leg.id] = leg
        if leg.call:
            self._by_call[leg.call] = leg

    def connect(self, leg: Leg, call: int) -> None:
        """Name the SIP call of a leg."""
        leg.call = call
        self._by_call[call] = leg

    def find(self, leg: LegId) -> Leg | None:
        """Return a leg that is held."""
        return self._by_id.get(leg)

    def of_call(self, call: int) -> Leg | None:
        """Return the leg of a SIP call."""
        return self._by_call.get(call)

    def drop(self, leg: Leg) -> None:
        """Hold a leg no longer."""
        leg.phase = LegPhase.GONE
        self._by_id.pop(leg.id, None)
        self._by_call.pop(leg.call, None)

    def ids(self) -> tuple[LegId, ...]:
        """Return the ids of all legs, oldest first."""
        return tuple(self._by_id)


class Tombstones:
    """Ids that were ended before they began, the oldest forgotten first."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, ended: str) -> None:
        """Remember an id."""
        self._ids[ended] = None
        if len(self._ids) > TOMBSTONES_MAX:
            self._ids.popitem(last=False)

    def take(self, begun: str) -> bool:
        """Whether an id was ended already; asks only once."""
        if begun not in self._ids:
            return False
        del self._ids[begun]
        return True
