"""Events on lines: calls, keys, playbacks, phones, recordings."""

from __future__ import annotations

from contactcenter.model.events.base import EventBase
from contactcenter.model.ids import LegId, PersonId, PlayId, RecordingId, StationId
from contactcenter.model.sealed import Sealed

__all__ = [
    "CallArrived",
    "CollectEnded",
    "KeyPressed",
    "LegAnswered",
    "LegFailed",
    "LegHeld",
    "LegHungUp",
    "LegLost",
    "LegResumed",
    "LegRinging",
    "PhoneBound",
    "PhoneUnbound",
    "PlaybackEnded",
    "RecordingFailed",
    "RecordingStored",
    "StationDialled",
]


class CallArrived(EventBase, frozen=True):
    """An admitted INVITE. `caller_key` is a keyed hash of the number, empty when it is withheld.

    `may_call_back` says that the edge would call the number back.
    """

    leg: LegId
    trunk: str
    dialled: str
    caller: Sealed | None
    caller_key: str
    person: PersonId | None
    dialog: Sealed | None = None
    may_call_back: bool = False


class StationDialled(EventBase, frozen=True):
    """An INVITE of a phone of ours, proven by its account, to a number that is no entry.

    `extension` is the station with that number, if there is one; else `number` is whom our rules let us call there.
    """

    leg: LegId
    station: StationId
    extension: StationId | None = None
    number: Sealed | None = None
    number_key: str = ""
    person: PersonId | None = None
    dialog: Sealed | None = None


class LegRinging(EventBase, frozen=True):
    """The far phone rings (18x)."""

    leg: LegId


class LegAnswered(EventBase, frozen=True):
    """The leg is up both ways: their 2xx to us, or their ACK to ours; `dialog` lets a successor send BYE."""

    leg: LegId
    dialog: Sealed | None = None


class LegFailed(EventBase, frozen=True):
    """Our INVITE got a final refusal; `status` is the SIP code, 408 for silence."""

    leg: LegId
    status: int


class LegHungUp(EventBase, frozen=True):
    """The far side ended the leg (BYE, or CANCEL before the answer)."""

    leg: LegId


class LegLost(EventBase, frozen=True):
    """The adapter no longer holds the leg: worker death, no media, or a restart."""

    leg: LegId
    reason: str


class LegHeld(EventBase, frozen=True):
    """The far phone put us on hold."""

    leg: LegId


class LegResumed(EventBase, frozen=True):
    """The far phone took us off hold."""

    leg: LegId


class KeyPressed(EventBase, frozen=True):
    """One telephone key outside of a collection: a menu choice, never data."""

    leg: LegId
    key: str


class PlaybackEnded(EventBase, frozen=True):
    """A playback ran to its end (not when it was stopped on our command)."""

    leg: LegId
    play: PlayId


class CollectEnded(EventBase, frozen=True):
    """The keyed-in value of a collection, sealed; `outcome` is done, timeout or invalid.

    Of a telephone number, `key` is the keyed hash.
    """

    leg: LegId
    play: PlayId
    outcome: str
    length: int
    value: Sealed | None
    key: str = ""


class PhoneBound(EventBase, frozen=True):
    """A phone registered at a new address (refreshes are not events)."""

    station: StationId
    target: Sealed


class PhoneUnbound(EventBase, frozen=True):
    """A phone's registration ended or ran out."""

    station: StationId
    reason: str


class RecordingStored(EventBase, frozen=True):
    """A recording file is complete and on disk."""

    recording: RecordingId
    duration_ms: int
    size_bytes: int
    sha256: str


class RecordingFailed(EventBase, frozen=True):
    """A recording could not be made or completed; the call goes on."""

    recording: RecordingId
    reason: str
