"""One test call's sound: what it says (a tone, a file, keys) every 20 ms, and what it hears.

All lines of a process share one ticker. It numbers its own packets, so that it stands as an independent counterpart to
the media worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections import deque
from pathlib import Path

import numpy as np

from contactcenter.media import wav
from contactcenter.media.g711 import Law, Samples, decode, encode, silence
from contactcenter.media.rtp import FRAME_MS, FRAME_SAMPLES, build, parse
from contactcenter.media.telephone_event import EventPacket, press
from contactcenter.media.tone import RATE_HZ, dominant_frequency_hz, loud_frequencies_hz, tone

__all__ = ["RtpLine", "Ticker", "tone_samples", "wav_samples"]

# One second: long enough to tell tones 5 Hz apart, short enough to hear a change at once.
HEARD_FRAMES = 50
TONE_MS = 1_000
PRESS_MS = 160
PAUSE_FRAMES = 5
RECEIVE_BYTES = 2_048


def tone_samples(frequency_hz: int) -> Samples:
    """Return a second of a tone, which repeats without a click where the frequency is whole; silence for 0."""
    return tone(frequency_hz, TONE_MS) if frequency_hz else np.zeros(RATE_HZ, dtype=np.int16)


def wav_samples(path: Path) -> Samples:
    """Return the first channel of a WAV file at 8 kHz. Raises ValueError if it is none."""
    sound = wav.read(path.read_bytes())
    if sound is None or sound.rate_hz != RATE_HZ:
        raise ValueError("not an 8 kHz WAV file")
    first: Samples = np.ascontiguousarray(sound.samples[:, 0])
    return first


class Ticker:
    """Calls every line once each 20 ms, without drift, while there are lines."""

    def __init__(self) -> None:
        self.lines: dict[RtpLine, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0

    def add(self, line: RtpLine) -> None:
        """Begin to call a line."""
        self.lines[line] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._due_s = loop.time()
            self._timer = loop.call_at(self._due_s, self._tick)

    def remove(self, line: RtpLine) -> None:
        """Call a line no more."""
        self.lines.pop(line, None)

    def _tick(self) -> None:
        for line in list(self.lines):
            line.tick()
        loop = asyncio.get_running_loop()
        # After a long stall the missed frames are not made up for: a burst is no telephone.
        self._due_s = max(self._due_s + FRAME_MS / 1_000, loop.time() - 2 * FRAME_MS / 1_000)
        self._timer = loop.call_at(self._due_s, self._tick) if self.lines else None


class RtpLine:
    """One UDP port with one voice and one ear."""

    def __init__(self, ticker: Ticker, host: str, sound: Samples) -> None:
        self._ticker = ticker
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self.packets_heard = 0
        self.packets_said = 0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._receive)
        self._sound = sound
        self._law = Law.ULAW
        self._codewords = b""
        self._at = 0
        self._target: tuple[str, int] | None = None
        self._key_type: int | None = None
        self._keys: deque[EventPacket | None] = deque()
        self._key_started = 0
        self._sequence, self._timestamp = secrets.randbelow(1 << 16), secrets.randbelow(1 << 32)
        self._ssrc = secrets.randbelow(1 << 32)
        self._heard: deque[bytes] = deque(maxlen=HEARD_FRAMES)
        self._silent = False

    def connect(self, host: str, port: int, law: Law, key_type: int | None) -> None:
        """Name the far end and begin to speak."""
        self._target, self._law, self._key_type = (host, port), law, key_type
        self._codewords = encode(self._sound, law)
        self._ticker.add(self)

    def mute(self, silent: bool) -> None:
        """Send nothing, as a phone that holds the call, or send again."""
        self._silent = silent

    def say(self, sound: Samples) -> None:
        """Say something else from now on."""
        self._sound = sound
        self._codewords = encode(sound, self._law)
        self._at = 0

    def press(self, keys: str) -> None:
        """Press keys one after another (RFC 4733). Raises ValueError for what is no key."""
        for key in keys:
            self._keys.extend(press(key, PRESS_MS))
            self._keys.extend([None] * PAUSE_FRAMES)

    def forget(self) -> None:
        """Hear anew from here on."""
        self._heard.clear()

    def heard_hz(self) -> int:
        """Return the dominant frequency of the last second heard, 0 for silence or less than half of it."""
        if len(self._heard) < HEARD_FRAMES // 2:
            return 0
        return dominant_frequency_hz(decode(b"".join(self._heard), self._law))

    def heard_mixed_hz(self) -> list[int]:
        """Return all tones of the last second heard, lowest first."""
        return loud_frequencies_hz(decode(b"".join(self._heard), self._law))

    def close(self) -> None:
        """Fall silent and give back the port."""
        self._ticker.remove(self)
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
            self._socket.close()

    def tick(self) -> None:
        """Say one frame."""
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFF_FFFF
        packet = self._keys.popleft() if self._keys else None
        if packet is not None and self._key_type is not None:
            if packet.marker:
                self._key_started = self._timestamp
            self._send(packet.marker, self._key_type, self._key_started, packet.payload)
        elif not self._silent:
            self._send(False, self._law.value, self._timestamp, self._next_frame())

    def _next_frame(self) -> bytes:
        frame = self._codewords[self._at : self._at + FRAME_SAMPLES]
        self._at = self._at + FRAME_SAMPLES if self._at + FRAME_SAMPLES < len(self._codewords) else 0
        return frame.ljust(FRAME_SAMPLES, silence(self._law))

    def _send(self, marker: bool, payload_type: int, timestamp: int, payload: bytes) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        datagram = build(marker, payload_type, self._sequence, timestamp, self._ssrc, payload)
        if self._target is not None:
            # The far end may have closed its port already; that is no concern of a phone.
            with contextlib.suppress(OSError):
                self._socket.sendto(datagram, self._target)
                self.packets_said += 1

    def _receive(self) -> None:
        while True:
            try:
                datagram = self._socket.recv(RECEIVE_BYTES)
            except OSError:
                return
            packet = parse(datagram)
            if packet is not None and packet.payload_type == self._law.value:
                self.packets_heard += 1
                self._heard.append(packet.payload)
