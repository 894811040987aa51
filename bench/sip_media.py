"""One side's telephones of many calls on one UDP port: `python -m bench.sip_media PORT` speaks until killed.

Every source port that sends to it is a call's leg and gets one packet of PCMU each 20 ms, until it has been silent for
three seconds. Each second a line of JSON says what came and went.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass, field

__all__ = ["Leg", "Telephones"]

FRAME_S, SLOTS = 0.02, 20  # legs are spread over twenty slots of a millisecond
SILENT_S, LATE_S = 3.0, 0.06
RTP = struct.Struct("!BBHII")
SPEECH = bytes(0x80 | (number * 37 & 0x7F) for number in range(160))
BUFFER_BYTES = 8 << 20


@dataclass(slots=True)
class Leg:
    """What is known of one source: where it is, what came last, and where our own numbering is."""

    source: tuple[str, int]
    number: int
    heard_at: float
    last: int | None = None
    turn: int = 0

    def packet(self) -> bytes:
        """Return the next packet to this leg."""
        self.turn += 1
        return RTP.pack(0x80, 0, self.turn & 0xFFFF, self.turn * 160 & 0xFFFFFFFF, self.number) + SPEECH


@dataclass(slots=True)
class Telephones:
    """All legs of one side, and what was counted since the last line."""

    legs: dict[tuple[str, int], Leg] = field(default_factory=dict)
    slots: list[list[Leg]] = field(default_factory=lambda: [[] for _ in range(SLOTS)])
    sent: int = 0
    heard: int = 0
    gaps: int = 0
    late: int = 0

    def hear(self, packet: bytes, source: tuple[str, int], now: float) -> None:
        """Take what came: RTP begins or continues a leg, anything else is passed over."""
        if len(packet) < RTP.size or packet[0] >> 6 != 2 or 200 <= packet[1] <= 207:
            return
        self.heard += 1
        leg = self.legs.get(source)
        if leg is None:
            leg = self.legs[source] = Leg(source, len(self.legs) + 1, now)
            self.slots[source[1] // 2 % SLOTS].append(leg)
        sequence = packet[2] << 8 | packet[3]
        if leg.last is not None:
            missing = (sequence - leg.last & 0xFFFF) - 1
            self.gaps += missing if 0 < missing < 1_000 else 0
            self.late += now - leg.heard_at > LATE_S
        leg.last, leg.heard_at = sequence, now

    def due(self, slot: int, now: float) -> list[Leg]:
        """Return the legs to speak to in a slot; those that fell silent are dropped."""
        alive = [leg for leg in self.slots[slot] if now - leg.heard_at <= SILENT_S]
        if len(alive) < len(self.slots[slot]):
            for leg in self.slots[slot]:
                if now - leg.heard_at > SILENT_S:
                    del self.legs[leg.source]
            self.slots[slot] = alive
        return alive

    def line(self) -> str:
        """Return what happened since the last line, and begin to count anew."""
        told = {"legs": len(self.legs), "sent": self.sent, "heard": self.heard, "gaps": self.gaps, "late": self.late}
        self.sent = self.heard = self.gaps = self.late = 0
        return json.dumps(told)


def speak(phone: socket.socket, telephones: Telephones, slot: int) -> None:
    """Send what is due in a slot."""
    for leg in telephones.due(slot, time.monotonic()):
        try:
            phone.sendto(leg.packet(), leg.source)
            telephones.sent += 1
        except OSError:
            continue  # the kernel's buffer is full, or the leg has just closed


def listen(phone: socket.socket, telephones: Telephones) -> None:
    """Take all that has come."""
    now = time.monotonic()
    while True:
        try:
            packet, source = phone.recvfrom(2_048)
        except BlockingIOError:
            return
        except OSError:
            continue
        telephones.hear(packet, source, now)


def main(port: int) -> None:
    """Serve the telephones until killed."""
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    phone.bind(("127.0.0.1", port))
    telephones = Telephones()
    begun = time.monotonic()
    turn, next_line = 0, begun + 1
    while True:
        due_in = begun + turn * FRAME_S / SLOTS - time.monotonic()
        if select.select([phone], [], [], max(0.0, due_in))[0]:
            listen(phone, telephones)
        now = time.monotonic()
        while begun + turn * FRAME_S / SLOTS <= now:
            speak(phone, telephones, turn % SLOTS)
            turn += 1
        if now >= next_line:
            print(telephones.line(), flush=True)
            next_line += 1


if __name__ == "__main__":
    main(int(sys.argv[1]))
