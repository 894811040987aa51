"""Session descriptions for one audio stream (RFC 4566), offered and answered (RFC 3264).

Reads any description, chooses the one stream that we can carry (G.711 with RFC 4733 digits), and writes offers and
answers. It resolves no names and reaches no network; addresses that media must never be sent to are told by `routable`.
"""

import functools
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "PCMA",
    "PCMU",
    "SDP_TYPE",
    "AudioStream",
    "Codec",
    "Direction",
    "LocalAudio",
    "Media",
    "SdpError",
    "Session",
    "build_answer",
    "build_offer",
    "choose_audio",
    "parse_sdp",
    "routable",
]

SDP_TYPE = "application/sdp"
# A description with video, ICE candidates and keys is below 8 KiB.
SDP_BYTES_MAX = 16_384
LINES_MAX = 512
# Browsers with screen sharing offer 3 to 6.
MEDIA_MAX = 16
# Hosts that are remembered as routable or not.
HOSTS_REMEMBERED = 1_024
FORMATS_MAX = 64
# The range of packet times that G.711 devices are known to ask for (RFC 3551 default: 20).
PTIME_MS_DEFAULT = 20
PTIME_MS_MAX = 60

# What we offer ourselves; the usual choice, so that devices with fixed numbers agree.
TELEPHONE_EVENT_OFFERED = 101
_EVENT_NAME = "TELEPHONE-EVENT"
_STATIC_NAMES = {0: "PCMU", 8: "PCMA"}
_PROFILES = frozenset({"RTP/AVP"})


class SdpError(ValueError):
    """The description cannot be read; the message says which line, never its text."""


class Codec(NamedTuple):
    """A codec by its static payload type and its name."""

    payload_type: int
    name: str


PCMU = Codec(0, "PCMU")
PCMA = Codec(8, "PCMA")


class Direction(StrEnum):
    """Who sends, as the describing side sees it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether the describing side means to send."""
        return self in (Direction.SENDRECV, Direction.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether the describing side means to listen."""
        return self in (Direction.SENDRECV, Direction.RECVONLY)


_DIRECTIONS = {direction.value: direction for direction in Direction}
_MIRROR = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}


@dataclass(frozen=True, slots=True)
class Media:
    """One m-line with the attributes that we use. `names` maps payload types to upper-case encoding names."""

    kind: str
    port: int
    profile: str
    formats: tuple[str, ...]
    host: str = ""
    direction: Direction = Direction.SENDRECV
    names: Mapping[int, str] | None = None
    ptime_ms: int = PTIME_MS_DEFAULT


@dataclass(frozen=True, slots=True)
class Session:
    """A whole description: when it is (the t-line, echoed in answers) and what it carries."""

    timing: str
    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class AudioStream:
    """The far side's audio that we agreed to: where to send, in which form, and what they mean to do."""

    index: int
    host: str
    port: int
    codec: Codec
    payload_type: int
    telephone_event: int | None
    ptime_ms: int
    direction: Direction


@dataclass(frozen=True, slots=True)
class LocalAudio:
    """Our end of the stream: where we listen, and the numbers of the o-line."""

    host: str
    port: int
    session_id: int
    version: int = 1
    direction: Direction = Direction.SENDRECV


class _Reading:
    """What is known while the lines are read: the session's defaults and the media so far."""

    def __init__(self) -> None:
        self.timing = "0 0"
        self.host = ""
        self.direction = Direction.SENDRECV
        self.media: list[Media] = []

    def line(self, kind: str, value: str) -> None:
        if kind == "m":
            if len(self.media) >= MEDIA_MAX:
                raise SdpError("too many m-lines")
            self.media.append(_read_media(value, self.host, self.direction))
        elif kind == "c":
            self._connection(value)
        elif kind == "t":
            self.timing = value
        elif kind == "a":
            self._attribute(value)

    def _connection(self, value: str) -> None:
        parts = value.split()
        if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
            raise SdpError("malformed c-line")
        host = parts[2].partition("/")[0]
        if self.media:
            self.media[-1] = replace(self.media[-1], host=host)
        else:
            self.host = host

    def _attribute(self, value: str) -> None:
        name, _, rest = value.partition(":")
        if name in _DIRECTIONS:
            self._turn(_DIRECTIONS[name])
        elif self.media and name == "rtpmap":
            number, _, encoding = rest.partition(" ")
            names = self.media[-1].names
            if number.isascii() and number.isdigit() and names is not None and len(names) < FORMATS_MAX:
                names = {**names, int(number): "/".join(encoding.strip().upper().split("/")[:2])}
                self.media[-1] = replace(self.media[-1], names=names)
        elif self.media and name == "ptime" and rest.isascii() and rest.isdigit():
            self.media[-1] = replace(self.media[-1], ptime_ms=int(rest) if int(rest) else PTIME_MS_DEFAULT)

    def _turn(self, direction: Direction) -> None:
        if self.media:
            self.media[-1] = replace(self.media[-1], direction=direction)
        else:
            self.direction = direction


def parse_sdp(body: bytes) -> Session:
    """Read a description. Raises SdpError if it cannot be read."""
    if len(body) > SDP_BYTES_MAX:
        raise SdpError("too large")
    lines = body.decode("utf-8", "replace").replace("\r\n", "\n").strip("\n").split("\n")
    if len(lines) > LINES_MAX or lines[0].strip() != "v=0":
        raise SdpError("no v-line, or too many lines")
    reading = _Reading()
    for line in lines[1:]:
        kind, equals, value = line.partition("=")
        if not equals or len(kind) != 1:
            # RFC 4475 sends "m =video": what is no line of the grammar is skipped, not obeyed.
            continue
        reading.line(kind, value.strip())
    return Session(reading.timing, tuple(reading.media))


def _read_media(value: str, host: str, direction: Direction) -> Media:
    parts = value.split()
    if len(parts) < 4:
        raise SdpError("malformed m-line")
    kind, port, profile, *formats = parts
    port = port.partition("/")[0]
    if not (port.isascii() and port.isdigit()) or len(port) > 5 or int(port) > 65_535:
        raise SdpError("malformed m-line port")
    return Media(kind, int(port), profile, tuple(formats[:FORMATS_MAX]), host, direction, {})


@functools.lru_cache(HOSTS_REMEMBERED)
def routable(host: str, *, loopback: bool = False) -> bool:
    """Whether media may be sent there: an IP address that is no broadcast, multicast, link-local or reserved one."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if address.is_loopback:
        return loopback
    broadcast = str(address) == "255.255.255.255"
    return not (address.is_multicast or address.is_unspecified or address.is_link_local or broadcast)


def choose_audio(session: Session, codecs: Sequence[Codec] = (PCMU, PCMA)) -> AudioStream | None:
    """Choose the first audio stream with a codec of ours, in the far side's order of preference; None if there is none.

    A stream on hold by `c=0.0.0.0` (RFC 3264 §8.4) counts as `sendonly` where it says nothing else.
    """
    for index, media in enumerate(session.media):
        if media.kind != "audio" or media.port == 0 or media.profile not in _PROFILES:
            continue
        chosen = _first_codec(media, codecs)
        if chosen is not None:
            codec, payload_type = chosen
            return AudioStream(
                index=index,
                host=media.host,
                port=media.port,
                codec=codec,
                payload_type=payload_type,
                telephone_event=_event_number(media),
                ptime_ms=min(media.ptime_ms, PTIME_MS_MAX),
                direction=_held(media),
            )
    return None


def _held(media: Media) -> Direction:
    if media.host not in ("0.0.0.0", "::"):
        return media.direction
    return Direction.SENDONLY if media.direction is Direction.SENDRECV else media.direction


def _numbers(media: Media) -> list[tuple[int, str]]:
    """The m-line's formats in order, each with its encoding name and rate."""
    names = media.names or {}
    numbers = [int(text) for text in media.formats if text.isascii() and text.isdigit() and len(text) <= 3]
    return [(number, names.get(number, f"{_STATIC_NAMES.get(number, '')}/8000")) for number in numbers]


def _first_codec(media: Media, codecs: Sequence[Codec]) -> tuple[Codec, int] | None:
    for number, name in _numbers(media):
        for codec in codecs:
            if name == f"{codec.name}/8000":
                return codec, number
    return None


def _event_number(media: Media) -> int | None:
    return next((number for number, name in _numbers(media) if name == f"{_EVENT_NAME}/8000"), None)


def build_offer(local: LocalAudio, codecs: Sequence[Codec] = (PCMU, PCMA)) -> bytes:
    """Write an offer of one audio stream."""
    formats = [(codec.payload_type, codec.name) for codec in codecs]
    return _encode(
        local, "0 0", _audio_lines(local, formats, TELEPHONE_EVENT_OFFERED, PTIME_MS_DEFAULT, local.direction)
    )


def build_answer(offer: Session, chosen: AudioStream, local: LocalAudio) -> bytes:
    """Write the answer: the chosen stream with one codec, every other m-line refused with port 0 (RFC 3264 §6)."""
    lines = []
    for index, media in enumerate(offer.media):
        if index == chosen.index:
            direction = _agreed(chosen.direction, local.direction)
            formats = [(chosen.payload_type, chosen.codec.name)]
            lines += _audio_lines(local, formats, chosen.telephone_event, chosen.ptime_ms, direction)
        else:
            lines.append(f"m={_word(media.kind)} 0 {_word(media.profile)} {_word(media.formats[0])}")
    return _encode(local, offer.timing, lines)


def _agreed(theirs: Direction, ours: Direction) -> Direction:
    """What we do at most: the mirror of what they do, less what we do not want."""
    mirror = _MIRROR[theirs]
    sends, receives = mirror.sends and ours.sends, mirror.receives and ours.receives
    if sends:
        return Direction.SENDRECV if receives else Direction.SENDONLY
    return Direction.RECVONLY if receives else Direction.INACTIVE


def _word(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def _audio_lines(
    local: LocalAudio, formats: list[tuple[int, str]], event: int | None, ptime_ms: int, direction: Direction
) -> list[str]:
    numbers = [str(number) for number, _ in formats] + ([] if event is None else [str(event)])
    lines = [f"m=audio {local.port} RTP/AVP {' '.join(numbers)}"]
    lines += [f"a=rtpmap:{number} {name}/8000" for number, name in formats]
    if event is not None:
        lines += [f"a=rtpmap:{event} telephone-event/8000", f"a=fmtp:{event} 0-15"]
    return [*lines, f"a=ptime:{ptime_ms}", f"a={direction}"]


def _encode(local: LocalAudio, timing: str, media: list[str]) -> bytes:
    family = "IP6" if ":" in local.host else "IP4"
    head = [
        "v=0",
        f"o=- {local.session_id} {local.version} IN {family} {local.host}",
        "s=-",
        f"c=IN {family} {local.host}",
        f"t={timing}",
    ]
    return "\r\n".join([*head, *media, ""]).encode()
