"""Real telephones' worth of RTP for the tests of the media worker: UDP sockets that speak and hear tones."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np

from contactcenter.media import wav
from contactcenter.media.g711 import Law, Samples, decode, encode
from contactcenter.media.rtp import RtpPacket, build, parse
from contactcenter.media.telephone_event import press
from contactcenter.media.tone import dominant_frequency_hz, tone

GENEROUS_SECONDS = 20.0


async def until(condition: Callable[[], bool], what: str = "the condition") -> None:
    """Wait for a condition, generously; fails with what did not come about."""
    deadline = asyncio.get_running_loop().time() + GENEROUS_SECONDS
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, f"{what} did not come about"
        await asyncio.sleep(0.01)


class Phone(asyncio.DatagramProtocol):
    """One telephone: says tones frame by frame, keeps what it hears."""

    def __init__(self, law: Law = Law.ULAW, key_type: int = 101, ssrc: int = 1) -> None:
        self.law = law
        self.key_type = key_type
        self.heard: list[RtpPacket] = []
        self.target = ("127.0.0.1", 9)
        self._transport: asyncio.DatagramTransport | None = None
        self._ssrc = ssrc
        self._sequence = 65_500
        self._timestamp = 0xFFFF_F000
        self.spoken_ms = 0

    async def plug_in(self) -> Phone:
        """Bind to a free loopback port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    @property
    def port(self) -> int:
        """The port that SDP would name."""
        assert self._transport is not None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def unplug(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, datagram: bytes, addr: tuple[str, int]) -> None:
        packet = parse(datagram)
        assert packet is not None
        self.heard.append(packet)

    def send(self, datagram: bytes) -> None:
        """Send anything."""
        assert self._transport is not None
        self._transport.sendto(datagram, self.target)

    def say_frame(self, frequency_hz: int) -> None:
        """Say 20 ms of a tone, going on where the last frame ended."""
        sound = encode(tone(frequency_hz, 20, from_ms=self.spoken_ms), self.law)
        self.send(build(False, self.law.value, self._sequence, self._timestamp, self._ssrc, sound))
        self._step()

    async def say(self, frequency_hz: int, duration_ms: int) -> None:
        """Say a tone in real time."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for frame in range(duration_ms // 20):
            await asyncio.sleep(begun + frame * 0.02 - loop.time())
            self.say_frame(frequency_hz)

    async def press(self, digit: str, duration_ms: int = 80) -> None:
        """Press a key in real time."""
        timestamp = self._timestamp
        for packet in press(digit, duration_ms):
            self.send(build(packet.marker, self.key_type, self._sequence, timestamp, self._ssrc, packet.payload))
            self._step()
            await asyncio.sleep(0.02)

    def sound(self) -> Samples:
        """All sound that was heard, one packet after another."""
        payloads = [packet.payload for packet in self.heard if packet.payload_type == self.law.value]
        return decode(b"".join(payloads), self.law)

    def frequency(self) -> int:
        """The frequency of the last half second heard."""
        return dominant_frequency_hz(self.sound()[-4_000:])

    def _step(self) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + 160) & 0xFFFF_FFFF
        self.spoken_ms += 20


def near(heard_hz: int, said_hz: int) -> bool:
    """Whether a frequency is the one that was said: within 1 % and a line of the spectrum."""
    return abs(heard_hz - said_hz) <= said_hz // 100 + 5


def write_tone(path: Path, frequency_hz: int, duration_ms: int, form: wav.WavFormat = wav.WavFormat.ULAW) -> None:
    """Write a prompt that is a tone."""
    sound = tone(frequency_hz, duration_ms)
    body = sound.astype("<i2").tobytes() if form is wav.WavFormat.PCM16 else encode(sound, Law.ULAW)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav.header(form, 1, sound.size) + body)


def channel(path: Path, number: int) -> Samples:
    """One channel of a recording: 0 left, 1 right."""
    sound = wav.read(path.read_bytes())
    assert sound is not None and sound.samples.shape[1] == 2
    return np.ascontiguousarray(sound.samples[:, number])


def stranger_socket() -> socket.socket:
    """A socket that nobody named."""
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind(("127.0.0.1", 0))
    return stranger
