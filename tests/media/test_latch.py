"""A port listens to one address: the named one at once, a stranger after the learning window, an attacker never."""

from contactcenter.media.latch import LEARN_PACKETS, Address, Latch, Learning
from contactcenter.media.rtp import RtpPacket

PHONE: Address = ("192.0.2.10", 4000)
SAME_HOST: Address = ("192.0.2.10", 61_000)
STRANGER: Address = ("203.0.113.66", 4000)


def packet(sequence: int, ssrc: int = 1) -> RtpPacket:
    return RtpPacket(False, 0, sequence & 0xFFFF, sequence * 160, ssrc, b"\xff" * 160)


def admitted(latch: Latch, source: Address, sequences: range, ssrc: int = 1) -> int:
    return sum(latch.admits(source, packet(sequence, ssrc)) for sequence in sequences)


def test_the_named_address_is_heard_from_its_first_packet_and_locks() -> None:
    latch = Latch(PHONE, Learning.ANY_HOST)
    assert admitted(latch, PHONE, range(3)) == 3
    assert latch.locked == PHONE
    assert admitted(latch, STRANGER, range(100)) == 0
    assert latch.target == PHONE


def test_a_phone_behind_a_router_is_learnt_within_five_packets() -> None:
    latch = Latch(PHONE, Learning.SAME_HOST)
    assert admitted(latch, SAME_HOST, range(65_533, 65_533 + LEARN_PACKETS - 1)) == 0
    assert latch.target == PHONE
    assert latch.admits(SAME_HOST, packet(65_533 + LEARN_PACKETS - 1))
    assert latch.target == SAME_HOST


def test_after_the_lock_not_even_the_named_address_gets_in() -> None:
    latch = Latch(PHONE, Learning.ANY_HOST)
    admitted(latch, STRANGER, range(LEARN_PACKETS))
    assert latch.locked == STRANGER
    assert admitted(latch, PHONE, range(10)) == 0


def test_another_host_is_not_learnt_where_only_the_port_may_change() -> None:
    latch = Latch(PHONE, Learning.SAME_HOST)
    assert admitted(latch, STRANGER, range(50)) == 0
    assert latch.locked is None


def test_where_nothing_may_be_learnt_only_the_named_address_is_heard() -> None:
    latch = Latch(PHONE, Learning.OFF)
    assert admitted(latch, SAME_HOST, range(50)) == 0
    assert admitted(latch, PHONE, range(1)) == 1


def test_spray_from_many_addresses_never_fills_the_window() -> None:
    latch = Latch(PHONE, Learning.ANY_HOST)
    for number in range(1_000):
        assert not latch.admits((f"203.0.113.{number % 250}", number), packet(number))
    assert latch.locked is None


def test_random_numbers_and_changing_streams_are_not_learnt() -> None:
    latch = Latch(PHONE, Learning.ANY_HOST)
    assert admitted(latch, STRANGER, range(0, 50_000, 997)) == 0
    assert sum(latch.admits(STRANGER, packet(number, ssrc=number)) for number in range(50)) == 0
    assert sum(latch.admits(STRANGER, packet(7)) for _ in range(50)) == 0
    assert latch.locked is None


def test_the_genuine_phone_takes_the_lock_from_a_stranger_in_the_window() -> None:
    latch = Latch(PHONE, Learning.ANY_HOST)
    admitted(latch, STRANGER, range(LEARN_PACKETS - 1))
    assert latch.admits(PHONE, packet(1, ssrc=9))
    assert admitted(latch, STRANGER, range(LEARN_PACKETS - 1, 50)) == 0
