"""What the centre wants done outside: imperatives for the telephony adapter.

A command is a promise unless it says `release`: promises wait until their journal entry is committed, releases go at
once and may therefore overtake an older promise for the same leg; the adapter ignores what names a leg it no longer
holds. Text channels, records and feeds follow the facts instead and need no commands.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from contactcenter.model.ids import LegId, PersonId, PlayId, RecordingId, StationId
from contactcenter.model.sealed import Sealed

__all__ = [
    "AnswerLeg",
    "Bridge",
    "Collect",
    "Command",
    "Confer",
    "DestroyKey",
    "DialOut",
    "DialStation",
    "HangUpLeg",
    "Play",
    "RejectLeg",
    "ReleaseDialog",
    "StartRecording",
    "StopPlay",
    "StopRecording",
    "Unbridge",
]


class _Command(msgspec.Struct, frozen=True, tag=True, gc=False):
    release: ClassVar[bool] = False


class AnswerLeg(_Command, frozen=True):
    """Answer an incoming leg (200) once media stand ready; reported back as LegAnswered after the ACK."""

    leg: LegId


class RejectLeg(_Command, frozen=True):
    """Refuse an incoming leg with a final SIP status."""

    release: ClassVar[bool] = True
    leg: LegId
    status: int


class DialStation(_Command, frozen=True):
    """Ring an agent's station, `beside` a caller's leg with that leg's codec and media worker if there is one yet.

    `target` is the bound contact address (None: the station's static address), `caller` what to display.
    """

    leg: LegId
    station: StationId
    target: Sealed | None
    beside: LegId | None
    caller: Sealed | None
    auto_answer: bool = False


class DialOut(_Command, frozen=True):
    """Call a customer through a trunk, for the leg `beside` where one waits; `shown` is the number of ours to show."""

    leg: LegId
    trunk: str
    number: Sealed
    shown: str
    beside: LegId | None


class HangUpLeg(_Command, frozen=True):
    """End a leg in whatever state it is: CANCEL, BYE, or a refusal."""

    release: ClassVar[bool] = True
    leg: LegId


class ReleaseDialog(_Command, frozen=True):
    """Send BYE (or CANCEL) for a leg of an engine that died, from its journaled dialog, or by whom it rang.

    That is a station with its bound `target`, or the `number` of a customer behind a `trunk`.
    """

    release: ClassVar[bool] = True
    leg: LegId
    dialog: Sealed | None
    station: StationId | None = None
    target: Sealed | None = None
    trunk: str = ""
    number: Sealed | None = None
    shown: str = ""


class Play(_Command, frozen=True):
    """Play prompts to a leg one after another, replacing what plays; `loop` repeats the last one for ever.

    A prompt is a name that the adapter resolves by language; `music/NAME` is music, `spoken_number` is `number`.
    """

    leg: LegId
    play: PlayId
    prompts: tuple[str, ...]
    language: str
    loop: bool = False
    number: Sealed | None = None


class StopPlay(_Command, frozen=True):
    """Stop whatever plays to the leg; no PlaybackEnded follows."""

    release: ClassVar[bool] = True
    leg: LegId


class Collect(_Command, frozen=True):
    """Play prompts, then gather keys in the adapter until `finish_key`, `max_keys` or a time-out.

    Times in ms. A secret collection leaves no trace but reference and length. The first key stops the prompts.
    With `check_pin` the adapter compares the keys with the PIN, and tells done or invalid alone.
    What is keyed in as a telephone `number` must be one that we may call.
    """

    leg: LegId
    play: PlayId
    person: PersonId
    prompts: tuple[str, ...]
    language: str
    min_keys: int
    max_keys: int
    finish_key: str
    first_key_ms: int
    next_key_ms: int
    secret: bool = False
    number: bool = False
    check_pin: bool = False


class Bridge(_Command, frozen=True):
    """Let two legs hear each other."""

    first: LegId
    second: LegId


class Confer(_Command, frozen=True):
    """Let these legs hear each other, each the sum of all others; what they heard before is over."""

    legs: tuple[LegId, ...]


class Unbridge(_Command, frozen=True):
    """Part two legs; out of a conference the first one goes, and the others hear each other on."""

    release: ClassVar[bool] = True
    first: LegId
    second: LegId


class StartRecording(_Command, frozen=True):
    """Record two legs into one stereo file, `left` and `right` channel; `name` is relative to the store.

    A third leg is mixed into the right channel. Of a message there is no `right` leg: its name is empty.
    """

    recording: RecordingId
    left: LegId
    right: LegId
    name: str
    third: LegId | None = None


class StopRecording(_Command, frozen=True):
    """Complete a recording; RecordingStored or RecordingFailed follows."""

    release: ClassVar[bool] = True
    recording: RecordingId


class DestroyKey(_Command, frozen=True):
    """Destroy a person's key so that all boxes sealed with it are unreadable for ever."""

    person: PersonId


Command = (
    AnswerLeg
    | RejectLeg
    | DialStation
    | DialOut
    | HangUpLeg
    | ReleaseDialog
    | Play
    | StopPlay
    | Collect
    | Bridge
    | Confer
    | Unbridge
    | StartRecording
    | StopRecording
    | DestroyKey
)
