"""Bytes of any release become today's entries, and what cannot be read is said so."""

from __future__ import annotations

import msgspec
import pytest

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import KeyPressed
from contactcenter.model.facts import KeyHeard
from contactcenter.model.ids import ContactId, LegId
from contactcenter.model.upcast import CODEC, LIFTS, UnknownCodec, Unreadable, lift, pack

ENTRY = Entry(Position(2, 7), 1000, "1.0", KeyPressed(LegId("l1"), "5"), (KeyHeard(ContactId("c1.1"), "5"),))


def test_packed_entries_come_back_equal() -> None:
    assert lift(pack([ENTRY, ENTRY]), CODEC) == [ENTRY, ENTRY]


def test_every_older_codec_has_its_lift() -> None:
    assert sorted(LIFTS) == list(range(1, CODEC))


def rename_key(plain: object) -> object:
    """A lift as a release would bring it: the field `digit` of KeyPressed became `key`."""
    assert isinstance(plain, list)
    for _position, _at, _version, event, _facts in plain:
        event["key"] = event.pop("digit")
    return plain


def test_an_older_batch_is_lifted_step_by_step() -> None:
    plain = msgspec.msgpack.decode(pack([ENTRY]))
    plain[0][3]["digit"] = plain[0][3].pop("key")
    old = msgspec.msgpack.encode(plain)
    assert lift(old, 1, {1: lambda same: same, 2: rename_key}, today=3) == [ENTRY]


@pytest.mark.parametrize(("codec", "today"), [(2, 1), (1, 3)])
def test_a_codec_without_its_lifts_is_unknown(codec: int, today: int) -> None:
    with pytest.raises(UnknownCodec, match=f"codec {codec} cannot be read"):
        lift(pack([ENTRY]), codec, {2: rename_key}, today)


@pytest.mark.parametrize("blob", [b"", b"\x93", b"\x91\x01", msgspec.msgpack.encode([[[1, 2], 3, "1.0", {}, []]])])
def test_bytes_that_are_no_batch_are_unreadable(blob: bytes) -> None:
    with pytest.raises(Unreadable):
        lift(blob)


def test_a_lift_that_does_not_fit_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        lift(pack([ENTRY]), 1, {1: lambda plain: "nothing of it"}, today=2)
