"""Whatever bytes come from outside, nothing raises and nothing grows: generated cases for every parser."""

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.media.jitter import AlignmentRing
from contactcenter.media.latch import Latch, Learning
from contactcenter.media.rtp import OutgoingStream, RtpPacket, build, is_rtcp, parse
from contactcenter.media.telephone_event import KEYS, Key, KeyReceiver
from contactcenter.media.wav import HEADER_BYTES, WavFormat, header, read, repaired_header

TIMESTAMPS = st.integers(0, 2**32 - 1)
PACKETS = st.builds(
    RtpPacket,
    marker=st.booleans(),
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 65_535),
    timestamp=TIMESTAMPS,
    ssrc=st.integers(0, 3),
    payload=st.binary(max_size=400),
)


@given(st.binary(max_size=80))
def test_any_datagram_is_read_or_refused(datagram: bytes) -> None:
    is_rtcp(datagram)
    packet = parse(datagram)
    assert packet is None or len(packet.payload) <= len(datagram) - 12


@given(PACKETS)
def test_any_packet_that_is_built_is_read_back(packet: RtpPacket) -> None:
    assert parse(build(*packet)) == packet


@given(st.lists(st.tuples(st.one_of(PACKETS, st.none()), st.integers(0, 500)), max_size=30))
def test_any_mix_of_sources_gives_packets_that_are_valid(steps: list[tuple[RtpPacket | None, int]]) -> None:
    stream, now_ms = OutgoingStream(5, 65_535, 2**32 - 1), 0
    for packet, pause_ms in steps:
        now_ms += pause_ms
        sent = stream.frame(0, b"\xff", now_ms) if packet is None else stream.forward(packet, 8, packet.payload, now_ms)
        read_back = parse(sent)
        assert read_back is not None and read_back.ssrc == 5


@given(st.lists(st.tuples(st.binary(max_size=8), TIMESTAMPS, st.integers(0, 300)), max_size=40))
def test_any_event_packets_give_at_most_one_key_each(arrivals: list[tuple[bytes, int, int]]) -> None:
    receiver, now_ms = KeyReceiver(), 0
    told: list[Key] = []
    for payload, timestamp, pause_ms in arrivals:
        now_ms += pause_ms
        told += receiver.expire(now_ms)
        told += receiver.receive(payload, timestamp, now_ms)
    assert len(told) <= len(arrivals)
    assert all(key.digit in KEYS and key.duration_ms >= 0 for key in told)


@given(st.lists(st.tuples(PACKETS, st.integers(0, 2_000), st.sampled_from("pwrh")), max_size=40))
def test_any_stream_is_aligned_within_the_ring(steps: list[tuple[RtpPacket, int, str]]) -> None:
    ring, position = AlignmentRing(b"\xff", slots=8), 0
    for packet, advance, act in steps:
        position += advance
        if act == "p":
            ring.pause(position)
        elif act == "r":
            ring.resume(position)
        elif act == "h":
            codewords, marks = ring.hand_out(position)
            assert len(codewords) == 160 * len(marks) <= 8 * 160
        else:
            ring.place(packet.ssrc, packet.timestamp, packet.payload, position)


@given(st.lists(st.tuples(st.sampled_from("abc"), PACKETS), max_size=40))
def test_any_spray_locks_at_most_once(arrivals: list[tuple[str, RtpPacket]]) -> None:
    latch = Latch(("a", 1), Learning.ANY_HOST)
    locked = None
    for host, packet in arrivals:
        admitted = latch.admits((host, 1), packet)
        assert not admitted or latch.locked == (host, 1)
        assert locked is None or latch.locked == locked
        locked = latch.locked


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    read(content)
    read(b"RIFF\x00\x00\x00\x00WAVEfmt " + content)
    repaired_header(content, len(content))


@given(st.integers(0, HEADER_BYTES - 1), st.integers(0, 255), st.sampled_from(list(WavFormat)))
def test_any_damage_to_our_header_is_survived(place: int, byte: int, form: WavFormat) -> None:
    damaged = bytearray(header(form, 2, 160) + bytes(640))
    damaged[place] = byte
    read(bytes(damaged))
    repaired_header(bytes(damaged[:HEADER_BYTES]), len(damaged))
