"""RTP headers are read whole or not at all, and one party hears one unbroken stream whoever speaks to it."""

import struct

import pytest

from contactcenter.media.rtp import (
    OutgoingStream,
    RtpPacket,
    build,
    is_rtcp,
    parse,
    sequence_distance,
    timestamp_distance,
)

SOUND = b"\x55" * 160


def read(datagram: bytes) -> RtpPacket:
    packet = parse(datagram)
    assert packet is not None
    return packet


def test_what_is_built_is_read_back() -> None:
    packet = read(build(True, 101, 65_535, 0xFFFF_FFFF, 7, SOUND))
    assert packet == RtpPacket(True, 101, 65_535, 0xFFFF_FFFF, 7, SOUND)


def test_contributing_sources_an_extension_and_padding_are_cut_away() -> None:
    header = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 2, 0, 1, 2, 3)
    sources, extension = bytes(8), struct.pack("!HHI", 0xBEDE, 1, 0)
    packet = read(header + sources + extension + SOUND + b"\x00\x00\x03")
    assert packet.payload == SOUND
    assert not packet.marker


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x80\x00",
        b"\x00" * 172,  # version 0
        b"\x81" + b"\x00" * 172,  # wrong but readable: one contributing source
        b"\x40" + b"\x00" * 20,  # version 1
        b"\x8f" + b"\x00" * 20,  # fifteen contributing sources that are not there
        b"\x90" + b"\x00" * 12,  # an extension cut off in its head
        b"\x90" + b"\x00" * 11 + b"\x00\x00\xff\xff",  # an extension of 65,535 words
        b"\xa0" + b"\x00" * 20,  # padding of no length
        b"\xa0" + b"\x00" * 20 + b"\xff",  # more padding than packet
        b"\x80" + b"\x00" * 1500,  # larger than a frame
        b"INVITE sip:x SIP/2.0\r\n\r\n",
    ],
)
def test_garbage_is_answered_with_nothing_and_never_raises(garbage: bytes) -> None:
    packet = parse(garbage)
    assert packet is None or len(packet.payload) < len(garbage)


def test_rtcp_on_the_same_port_is_told_from_sound() -> None:
    assert is_rtcp(bytes([0x80, 200, 0, 6]))
    assert not is_rtcp(build(True, 0, 1, 1, 1, SOUND))
    assert not is_rtcp(b"\x80")


def test_distances_go_across_the_wrap() -> None:
    assert sequence_distance(65_535, 2) == 3
    assert sequence_distance(2, 65_535) == -3
    assert timestamp_distance(0xFFFF_FFFF, 159) == 160
    assert timestamp_distance(159, 0xFFFF_FFFF) == -160


def test_music_then_an_agent_then_music_is_one_stream_to_the_caller() -> None:
    stream = OutgoingStream(ssrc=9, sequence=65_534, timestamp=0xFFFF_FF00)
    music = [read(stream.frame(0, SOUND, now)) for now in (0, 20)]
    agent = [
        read(stream.forward(RtpPacket(False, 0, number, 5_000 + 160 * step, 77, SOUND), 0, SOUND, 40 + 20 * step))
        for step, number in enumerate((900, 901, 903))
    ]
    again = read(stream.frame(0, SOUND, 1_080))
    assert [packet.sequence for packet in (*music, *agent, again)] == [65_535, 0, 1, 2, 4, 5]
    assert [packet.marker for packet in (*music, *agent, again)] == [True, False, True, False, False, True]
    assert {packet.ssrc for packet in (*music, *agent, again)} == {9}
    assert timestamp_distance(music[0].timestamp, music[1].timestamp) == 160
    assert timestamp_distance(music[1].timestamp, agent[0].timestamp) == 160
    assert timestamp_distance(agent[2].timestamp, again.timestamp) == (1_080 - 80) * 8


def test_a_pause_in_our_own_frames_is_in_the_timestamp_and_marked() -> None:
    stream = OutgoingStream(1, 0, 0)
    before, after = read(stream.frame(0, SOUND, 0)), read(stream.frame(0, SOUND, 500))
    assert after.marker and after.sequence == before.sequence + 1
    assert after.timestamp - before.timestamp == 4_000


def test_a_frame_sent_a_little_late_goes_on_evenly() -> None:
    stream = OutgoingStream(1, 0, 0)
    before, late = read(stream.frame(0, SOUND, 0)), read(stream.frame(0, SOUND, 55))
    assert not late.marker and late.timestamp - before.timestamp == 160


def test_reordered_packets_stay_reordered_and_the_newest_counts() -> None:
    stream = OutgoingStream(1, 10, 0)
    sent = [
        read(stream.forward(RtpPacket(False, 0, number, number * 160, 5, SOUND), 0, SOUND, 20 * number))
        for number in (1, 3, 2)
    ]
    after = read(stream.frame(0, SOUND, 80))
    assert [packet.sequence for packet in sent] == [11, 13, 12]
    assert after.sequence == 14


def test_a_packet_left_out_is_no_loss_to_the_listener() -> None:
    stream = OutgoingStream(1, 0, 0)
    first = read(stream.forward(RtpPacket(False, 0, 50, 0, 5, SOUND), 0, SOUND, 0))
    stream.leave_out()
    second = read(stream.forward(RtpPacket(False, 0, 52, 320, 5, SOUND), 0, SOUND, 40))
    assert second.sequence == first.sequence + 1
