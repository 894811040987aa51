"""One press is one key, however its packets were lost, doubled, reordered or spread over segments."""

import random

import pytest

from contactcenter.media.telephone_event import (
    END_PACKETS,
    KEYS,
    LOST_END_MS,
    EventPacket,
    Key,
    KeyReceiver,
    press,
)


def receive(packets: list[tuple[EventPacket, int]]) -> list[Key]:
    """Feed packets with their timestamps, 20 ms apart, and let the last deadline pass."""
    receiver, told, now = KeyReceiver(), list[Key](), 0
    for packet, timestamp in packets:
        now += 20
        told += receiver.receive(packet.payload, timestamp, now)
        told += receiver.expire(now)
    told += receiver.expire(now + LOST_END_MS)
    return told


def stream(digits: str, duration_ms: int = 100, first: int = 0xFFFF_FF00) -> list[tuple[EventPacket, int]]:
    """Press the digits one after another, the timestamps going across the wrap."""
    return [
        (packet, (first + 4_000 * place) & 0xFFFF_FFFF)
        for place, digit in enumerate(digits)
        for packet in press(digit, duration_ms)
    ]


@pytest.mark.parametrize("digit", KEYS)
def test_every_key_is_told_once_in_spite_of_three_end_packets(digit: str) -> None:
    assert receive(stream(digit)) == [Key(digit, 100)]


def test_a_press_is_marked_at_its_first_packet_and_ends_three_times() -> None:
    packets = press("5", 100)
    assert [packet.marker for packet in packets] == [True, False, False, False, False, False, False]
    assert [bool(packet.payload[1] & 0x80) for packet in packets] == [False] * 4 + [True] * END_PACKETS


def test_the_same_key_twice_is_two_keys() -> None:
    assert [key.digit for key in receive(stream("115"))] == ["1", "1", "5"]


def test_one_packet_of_a_press_is_enough() -> None:
    for kept in stream("7"):
        assert [key.digit for key in receive([kept])] == ["7"]


def test_a_press_whose_end_packets_were_all_lost_is_told_by_the_next() -> None:
    packets = [entry for entry in stream("12") if not entry[0].payload[1] & 0x80]
    assert [key.digit for key in receive(packets)] == ["1", "2"]


def test_loss_doubles_and_disorder_never_make_or_lose_a_key() -> None:
    chance = random.Random(4733)
    for _ in range(300):
        told: list[str] = []
        receiver, now = KeyReceiver(), 0
        for place, digit in enumerate("90#1"):
            packets = [packet for packet in press(digit, 200) if chance.random() > 0.4] or press(digit, 200)[-1:]
            packets += chance.choices(packets, k=3)
            chance.shuffle(packets)
            for packet in packets:
                now += 20
                told += [key.digit for key in receiver.receive(packet.payload, place * 8_000, now)]
            now += LOST_END_MS
            told += [key.digit for key in receiver.expire(now)]
        assert "".join(told) == "90#1"


def test_late_packets_of_the_press_before_change_nothing() -> None:
    one, two = stream("12")[:7], stream("12")[7:]
    assert [key.digit for key in receive([*one, two[0], one[1], one[6], *two[1:]])] == ["1", "2"]
    assert [key.digit for key in receive([one[0], two[0], one[1], *two])] == ["1", "2"]


def test_the_duration_is_the_longest_heard() -> None:
    packets = stream("3", 160)
    assert receive([packets[4], packets[1]]) == [Key("3", 100)]


def test_a_press_longer_than_eight_seconds_is_one_key_in_segments() -> None:
    first = b"\x04\x0a\xff\xff"
    second = b"\x04\x8a\x3e\x80"
    told = receive([(EventPacket(False, first), 1_000), (EventPacket(False, second), 1_000 + 0xFFFF)])
    assert told == [Key("4", (0xFFFF + 16_000) // 8)]


def test_another_key_at_the_distance_of_a_segment_is_another_key() -> None:
    told = receive([(EventPacket(False, b"\x04\x0a\xff\xff"), 0), (EventPacket(False, b"\x05\x8a\x03\x20"), 0xFFFF)])
    assert [key.digit for key in told] == ["4", "5"]


@pytest.mark.parametrize("payload", [b"", b"\x01\x80", b"\x10\x8a\x03\x20", b"\xff\xff\xff\xff"])
def test_broken_packets_and_flash_are_no_keys(payload: bytes) -> None:
    receiver = KeyReceiver()
    assert receiver.receive(payload, 0, 0) == ()
    assert receiver.deadline() is None and receiver.expire(10_000) == ()


def test_an_open_press_has_a_deadline_and_keeps_it() -> None:
    receiver = KeyReceiver()
    receiver.receive(press("8", 100)[0].payload, 0, 1_000)
    assert receiver.deadline() == 1_000 + LOST_END_MS
    assert receiver.expire(1_000 + LOST_END_MS - 1) == ()
    assert receiver.expire(1_000 + LOST_END_MS) == (Key("8", 20),)


def test_we_press_only_keys_and_not_longer_than_one_segment() -> None:
    with pytest.raises(ValueError, match="substring"):
        press("x", 100)
    assert int.from_bytes(press("1", 60_000)[-1].payload[2:]) <= 0xFFFF
    assert len(press("1", 1)) == 1 + END_PACKETS
