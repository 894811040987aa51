"""What the engine and a media worker say to each other over their Unix socket, and how it is framed.

Requests go down and are answered by number; notices come up with the number 0. Each message is a 4-byte big-endian
length and one msgpack structure. Nothing here opens the socket.
"""

from __future__ import annotations

import struct
from typing import Final, Literal, TypeAlias

import msgspec

FRAME_BYTES_MAX: Final = 256 * 1024
"""The longest message is a list of prompts or a gap map, far below; a longer one is a broken peer."""
NOTICE: Final = 0
"""The number of a message that answers nothing."""
_LENGTH: Final = struct.Struct("!I")

Codec: TypeAlias = Literal[0, 8]
"""PCMU or PCMA by static payload type (RFC 3551 table 4)."""
Direction: TypeAlias = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
"""As seen from the worker (RFC 3264 section 5.1)."""
Learn: TypeAlias = Literal["off", "same_host", "any_host"]
Channel: TypeAlias = Literal["left", "right"]
Outcome: TypeAlias = Literal["completed", "stopped"]
FileForm: TypeAlias = Literal["pcm16", "ulaw", "alaw"]


class _Message(msgspec.Struct, frozen=True, tag=True):
    pass


class Open(_Message, frozen=True):
    """Open a session: a local RTP port, even, in the range if given, else in the worker's own. → Opened"""

    session: str
    codec: Codec = 0
    port_low: int = 0
    port_high: int = 0


class Remote(_Message, frozen=True):
    """Name the other end as SDP did; `key_type` is the payload type of telephone-event, None if there is none."""

    session: str
    ip: str
    port: int
    codec: Codec
    key_type: int | None = None
    direction: Direction = "sendrecv"
    learn: Learn = "same_host"


class Play(_Message, frozen=True):
    """Play files one after another in place of whatever plays; `loop` repeats the last one for ever.

    A file is a name below the prompts folder (`en/welcome`, `.wav` may be left out) or an absolute path below an
    allowed root. Files below `music/` go on where the shared music is. While it plays to a bridged session, that
    session does not hear its peer.
    """

    session: str
    play: str
    files: tuple[str, ...]
    loop: bool = False
    gap_ms: int = 0


class Stop(_Message, frozen=True):
    """Stop a play by its id, or whatever plays; Played(stopped) follows if there was one."""

    session: str
    play: str = ""


class Bridge(_Message, frozen=True):
    """Let two sessions hear each other; what plays to them is stopped."""

    first: str
    second: str


class Confer(_Message, frozen=True):
    """Let sessions hear each other mixed, each without itself; what plays to them, and who hears them now, is over."""

    sessions: tuple[str, ...]


class Unbridge(_Message, frozen=True):
    """Part two sessions, out of a conference the first one; done as well if they were not together."""

    first: str
    second: str


class Record(_Message, frozen=True):
    """Record what two sessions say into a stereo file; `path` is absolute and below an allowed root.

    A `third` one is mixed into the right channel.
    """

    recording: str
    path: str
    left: str
    right: str = ""
    form: FileForm = "pcm16"
    paused: bool = False
    third: str = ""


class Attach(_Message, frozen=True):
    """Let a channel of a running recording follow another session from now on, or none."""

    recording: str
    channel: Channel
    session: str = ""


class Pause(_Message, frozen=True):
    """Keep silence in place of sound until Resume; holds from the answer on."""

    recording: str


class Resume(_Message, frozen=True):
    """Keep sound again."""

    recording: str


class RecordStop(_Message, frozen=True):
    """Complete a recording. → Recorded, once the file stands on the disk under its name"""

    recording: str


class Close(_Message, frozen=True):
    """End a session: port, bridge and play; its recordings go on with silence until their last session closes."""

    session: str


class AskFigures(_Message, frozen=True):
    """Ask for the worker's counters. → Figures"""


class Done(_Message, frozen=True):
    """The request was carried out."""


class Opened(_Message, frozen=True):
    """A session stands ready on this local port."""

    port: int


class Refused(_Message, frozen=True):
    """The request was not carried out, and nothing has changed."""

    reason: str


class Recorded(_Message, frozen=True):
    """A recording stands complete on the disk; also a notice when its last session was closed.

    `gaps` are (channel, start_ms, end_ms, reason), reason lost or paused; the totals stay true where the list is cut.
    """

    recording: str
    path: str
    frames: int
    ms: int
    bytes: int
    sha256: str
    lost_ms: tuple[int, int] = (0, 0)
    paused_ms: int = 0
    gaps: tuple[tuple[Channel, int, int, Literal["lost", "paused"]], ...] = ()


class Figures(_Message, frozen=True):
    """Counters since the start of the worker, and what it holds now."""

    sessions: int
    bridges: int
    recordings: int
    plays: int
    cpu_ms: int
    ticks: int
    late_ticks: int
    """Ticks that began more than one interval late; their frames were sent all the same."""
    late_ms_max: int
    faults: int
    packets: dict[str, int]
    """received, sent, and what was dropped, by reason."""


class Ready(_Message, frozen=True):
    """The worker's first word: it runs, empty, and has read so many sounds."""

    process: int
    sounds: int


class KeyPressed(_Message, frozen=True):
    """A key was pressed on the telephone of a session."""

    session: str
    digit: str
    duration_ms: int


class Played(_Message, frozen=True):
    """A play ended by itself or was stopped."""

    session: str
    play: str
    outcome: Outcome


class FirstRtp(_Message, frozen=True):
    """The first packet from the other end was heard."""

    session: str


class RtpTimeout(_Message, frozen=True):
    """Nothing was heard for the configured time; told once, until packets come again."""

    session: str
    silent_ms: int


class RecordFailed(_Message, frozen=True):
    """A recording could not go on; the call does. `kept` is what stands on the disk up to then, if anything."""

    recording: str
    reason: str
    kept: Recorded | None = None


Request: TypeAlias = (
    Open
    | Remote
    | Play
    | Stop
    | Bridge
    | Confer
    | Unbridge
    | Record
    | Attach
    | Pause
    | Resume
    | RecordStop
    | Close
    | AskFigures
)
Answer: TypeAlias = Done | Opened | Refused | Recorded | RecordFailed | Figures
Notice: TypeAlias = Ready | KeyPressed | Played | FirstRtp | RtpTimeout | Recorded | RecordFailed
Upward: TypeAlias = (
    Done | Opened | Refused | Recorded | RecordFailed | Figures | Ready | KeyPressed | Played | FirstRtp | RtpTimeout
)


class Down(msgspec.Struct, frozen=True, array_like=True):
    """One request with its number, 1 or more."""

    number: int
    request: Request


class Up(msgspec.Struct, frozen=True, array_like=True):
    """One answer with the number of its request, or a notice with 0."""

    number: int
    body: Upward


_encoder: Final = msgspec.msgpack.Encoder()
_down_decoder: Final = msgspec.msgpack.Decoder(Down)
_up_decoder: Final = msgspec.msgpack.Decoder(Up)


class WireBroken(Exception):
    """The other side does not speak this language; the connection cannot be used any more."""


def frame(message: Down | Up) -> bytes:
    """Encode one message with its length."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def decode_down(body: bytes) -> Down:
    """Read one request. Raises WireBroken."""
    try:
        return _down_decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise WireBroken(str(error)) from error


def decode_up(body: bytes) -> Up:
    """Read one answer or notice. Raises WireBroken."""
    try:
        return _up_decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise WireBroken(str(error)) from error


class FrameReader:
    """Cuts a stream of bytes into messages, however they arrive."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, received: bytes) -> list[bytes]:
        """Take what came; gives the messages that are whole now. Raises WireBroken for an oversized one."""
        self._waiting += received
        whole: list[bytes] = []
        while len(self._waiting) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._waiting)
            if length > FRAME_BYTES_MAX:
                raise WireBroken(f"a message of {length} bytes")
            end = _LENGTH.size + length
            if len(self._waiting) < end:
                break
            whole.append(bytes(self._waiting[_LENGTH.size : end]))
            del self._waiting[:end]
        return whole
