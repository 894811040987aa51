"""Frames keep their sizes, and what is no frame of ours ends a connection with a reason, never with an exception."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from contactcenter.adapters.link import frames, server
from contactcenter.adapters.link.frames import (
    PROTOCOL,
    REQUEST_BYTES_MAX,
    Hello,
    TurnedAway,
    Welcome,
    entry_frames,
    framed,
    read_reply,
)
from tests.adapters.journal.entries import entries
from tests.adapters.link.engine import RELEASE, Engine, key

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest_asyncio.fixture
async def engine(private_dir: Path) -> AsyncIterator[Engine]:
    engine = Engine(private_dir / "var")
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def stranger(engine: Engine) -> AsyncIterator[Streams]:
    reader, writer = await asyncio.open_unix_connection(engine.path)
    yield reader, writer
    writer.close()


HELLO = framed(Hello(PROTOCOL, RELEASE))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (framed(Hello(99, "9.9")), "protocol 99 (release 9.9): this engine speaks 1"),
        (framed(frames.HeadAsked(1)), "a greeting comes first"),
        (b"\x00\x00\x00\x03abc", "not a request"),
        (b"\x7f\xff\xff\xff", f"at most {REQUEST_BYTES_MAX} are read"),
        (b"GET / HTTP/1.1\r\n\r\n", "at most"),
        (b"\x00\x00\x00\x00", "not a request"),
    ],
)
async def test_a_stranger_is_turned_away_with_the_reason(
    engine: Engine, stranger: Streams, sent: bytes, said: str
) -> None:
    reader, writer = stranger
    writer.write(sent)
    reply = await read_reply(reader)
    assert isinstance(reply, TurnedAway) and said in reply.reason
    assert await read_reply(reader) is None
    assert engine.server.figures().counters["link_bad_frames_total"] == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (HELLO, "a second greeting"),
        (framed(Welcome(1, "1.0", 0)), "not a request"),
        (b"\x00\x00\x00\x02\x91\xa1", "not a request"),
    ],
)
async def test_a_greeted_desk_that_talks_nonsense_is_turned_away(stranger: Streams, sent: bytes, said: str) -> None:
    reader, writer = stranger
    writer.write(HELLO)
    assert await read_reply(reader) == Welcome(PROTOCOL, RELEASE, 0)
    writer.write(sent)
    reply = await read_reply(reader)
    assert isinstance(reply, TurnedAway) and said in reply.reason


async def test_a_frame_cut_off_is_a_desk_that_left(engine: Engine, stranger: Streams) -> None:
    reader, writer = stranger
    writer.write(HELLO + framed(frames.HeadAsked(1))[:-1])
    writer.write_eof()
    assert isinstance(await read_reply(reader), Welcome)
    assert await read_reply(reader) is None
    assert engine.server.figures().counters["link_bad_frames_total"] == 0


async def test_who_says_nothing_is_not_waited_for(private_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HELLO_S", 0.01)
    engine = Engine(private_dir / "var")
    await engine.start()
    reader, writer = await asyncio.open_unix_connection(engine.path)
    assert await read_reply(reader) is None
    writer.close()
    await engine.stop()


async def test_there_is_an_end_to_connections(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "DESKS_MAX", 2)
    said, writers = [], []
    for _ in range(3):
        reader, writer = await asyncio.open_unix_connection(engine.path)
        writer.write(HELLO)
        said.append(await read_reply(reader))
        writers.append(writer)
    assert said[0] == said[1] == Welcome(PROTOCOL, RELEASE, 0)
    assert isinstance(said[2], TurnedAway) and "2 connections are open" in said[2].reason
    for writer in writers:
        writer.close()


async def test_a_desk_that_leaves_before_its_answer_costs_nothing(engine: Engine, stranger: Streams) -> None:
    reader, writer = stranger
    engine.stalled = asyncio.Event()
    writer.write(HELLO + framed(frames.SubmitAsked(1, key("1"))))
    assert isinstance(await read_reply(reader), Welcome)
    writer.close()
    await writer.wait_closed()
    engine.stalled.set()
    async with engine.desk() as desk, asyncio.timeout(30):
        entry = await anext(desk.subscribe(0))
    assert entry.event == key("1"), "it was handed over"


def test_many_entries_are_cut_into_bearable_frames() -> None:
    cut = entry_frames(entries(1, 20_000))
    assert len(cut) > 1
    assert [first for first, _, _ in cut] == [1, *(last + 1 for _, last, _ in cut[:-1])]
    assert max(len(frame) for _, _, frame in cut) <= frames.ENTRIES_BYTES_AIM + 64


def test_every_message_is_of_one_of_the_two_directions() -> None:
    tags = [kind.__struct_config__.tag for kind in (*frames.Request.__args__, *frames.Reply.__args__)]
    assert len(set(tags)) == len(tags)
    assert all(issubclass(kind, msgspec.Struct) for kind in frames.Asked.__args__)
