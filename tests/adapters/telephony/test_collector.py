"""Keys are gathered as the flow asked, and nothing of them is left behind."""

from __future__ import annotations

import asyncio

from contactcenter.adapters.telephony.collector import Collector
from contactcenter.model.commands import Collect
from contactcenter.model.ids import LegId, PersonId, PlayId
from tests.adapters.telephony.phones import until

LONG, SHORT = 60_000, 30


class Desk:
    """One collection and how it ended."""

    def __init__(self, min_keys: int = 2, first_ms: int = LONG, next_ms: int = LONG) -> None:
        command = Collect(LegId("l"), PlayId("p"), PersonId("x"), ("enter",), "en", min_keys, 4, "#", first_ms, next_ms)
        self.ended: list[tuple[str, str]] = []
        self.collector = Collector(command, lambda _, outcome, keys: self.ended.append((outcome, keys)))

    def type(self, keys: str) -> list[tuple[str, str]]:
        for key in keys:
            self.collector.key(key)
        return self.ended


async def test_the_closing_key_ends_it() -> None:
    assert Desk().type("12#") == [("done", "12")]
    assert Desk().type("1#") == [("invalid", "1")]
    assert Desk().type("#") == [("invalid", "")]


async def test_the_last_key_needs_no_closing_one() -> None:
    assert Desk().type("123456") == [("done", "1234")]


async def test_silence_after_the_prompts_ends_it() -> None:
    desk = Desk(first_ms=SHORT)
    desk.collector.prompts_ended()
    await until(lambda: desk.ended == [("timeout", "")])


async def test_silence_between_keys_ends_it() -> None:
    enough, few = Desk(next_ms=SHORT), Desk(next_ms=SHORT)
    enough.type("12")
    few.type("1")
    await until(lambda: enough.ended == [("done", "12")] and few.ended == [("invalid", "1")])


async def test_a_key_before_the_prompts_end_counts() -> None:
    desk = Desk(first_ms=SHORT)
    desk.type("1")
    assert desk.collector.begun
    desk.collector.prompts_ended()
    await asyncio.sleep(0)
    assert desk.type("2#") == [("done", "12")]


async def test_what_was_stopped_tells_nobody() -> None:
    desk = Desk(first_ms=SHORT)
    desk.collector.prompts_ended()
    desk.collector.stop()
    assert desk.type("12#") == []
