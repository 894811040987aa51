"""Messages between engine and worker arrive whole, in any pieces, or the connection is given up."""

from __future__ import annotations

import pytest

from contactcenter.adapters.telephony.worker_wire import (
    FRAME_BYTES_MAX,
    NOTICE,
    Close,
    Down,
    FrameReader,
    Opened,
    Play,
    Recorded,
    Up,
    WireBroken,
    decode_down,
    decode_up,
    frame,
)

MESSAGES = [Down(1, Play("s", "p", ("en/welcome",), loop=True)), Down(2, Close("s"))]


def test_messages_arrive_whole_in_any_pieces() -> None:
    stream = b"".join(frame(message) for message in MESSAGES)
    for size in (1, 3, len(stream)):
        reader = FrameReader()
        bodies = [body for start in range(0, len(stream), size) for body in reader.feed(stream[start : start + size])]
        assert [decode_down(body) for body in bodies] == MESSAGES


def test_answers_and_notices_come_back_as_they_were() -> None:
    recorded = Recorded("r", "/x.wav", 8, 1, 90, "ab", (1, 2), 3, (("left", 0, 20, "paused"),))
    for up in (Up(7, Opened(16_384)), Up(NOTICE, recorded)):
        assert [decode_up(body) for body in FrameReader().feed(frame(up))] == [up]


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x92\x01\x80", b"\x92\x01\x81\xa4type\xa4Evil"])
def test_another_language_breaks_the_wire(body: bytes) -> None:
    with pytest.raises(WireBroken):
        decode_down(body)
    with pytest.raises(WireBroken):
        decode_up(body)


def test_an_endless_message_is_not_waited_for() -> None:
    with pytest.raises(WireBroken, match="bytes"):
        FrameReader().feed((FRAME_BYTES_MAX + 1).to_bytes(4))
