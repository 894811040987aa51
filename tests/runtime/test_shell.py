"""The live shell on a real journal: what it promises is on the disk, and what it cannot keep it does not promise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.center import Center
from contactcenter.model.commands import AnswerLeg, Command, HangUpLeg, RejectLeg, ReleaseDialog
from contactcenter.model.entry import Entry
from contactcenter.model.events import CallArrived, ConfigPublished, Event, LegAnswered, LegHungUp, LegLost, TimePassed
from contactcenter.model.ids import LegId
from contactcenter.model.step import Step
from contactcenter.runtime.ports import JournalFull, Receipt
from contactcenter.runtime.sequencer import Sequencer
from contactcenter.runtime.shell import Engine
from tests.stories.centre import sealed, small_config

WITHIN_S = 30.0
CONFIG = ConfigPublished("first", small_config())


class SlowJournal(SqliteJournal):
    """A real journal whose disk can be held up, or lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.goes = asyncio.Event()
        self.goes.set()
        self.lost = False
        self.asked = 0

    async def append(self, entries: Sequence[Entry]) -> None:
        """Wait for the disk first."""
        self.asked += 1
        await self.goes.wait()
        if self.lost:
            raise JournalFull("the disk is gone")
        await super().append(entries)


class Outside:
    """Everything the engine did, in order."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.published: list[int] = []
        self.faults: list[Exception] = []
        self.reasons: list[str] = []
        self.breaks_at: list[Command] = []

    def carry_out(self, command: Command) -> None:
        self.commands.append(command)
        if command in self.breaks_at:
            raise ZeroDivisionError

    def publish(self, entries: Sequence[Entry]) -> None:
        self.published += [entry.position.sequence for entry in entries]

    def fault(self, cause: Event | Command, error: Exception) -> None:
        self.faults.append(error)

    def ended(self, reason: str) -> None:
        self.reasons.append(reason)


class House:
    """An engine, its journal and its outside, which can die and come back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def open(self) -> None:
        self.journal = SlowJournal(self.path)
        self.outside = Outside()
        self.engine = Engine(self.journal, self.outside)
        await self.engine.start(CONFIG)

    async def close(self) -> None:
        self.journal.goes.set()
        await self.engine.stop()
        self.journal.close()

    def arrive(self, leg: str, dialled: str = "200") -> asyncio.Future[Receipt]:
        """A call comes in; the receipt is for later."""
        box = sealed(leg)
        event = CallArrived(LegId(leg), "trunk", dialled, box, f"key {leg}", box.person, box)
        return asyncio.ensure_future(self.engine.submit(event))

    def has(self, command: Command) -> bool:
        """Whether a command was carried out."""
        return command in self.outside.commands


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path / "var" / "journal.db")
    await house.open()
    yield house
    await house.close()


async def turn() -> None:
    """Let everything that can run, run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_call_is_answered_only_when_it_is_on_the_disk(house: House) -> None:
    house.journal.goes.clear()
    receipt = house.arrive("one")
    await turn()
    assert not house.has(AnswerLeg(LegId("one"))) and not receipt.done()
    assert house.outside.published[-1] == house.engine.head()
    house.journal.goes.set()
    position = (await asyncio.wait_for(receipt, WITHIN_S)).position
    assert house.has(AnswerLeg(LegId("one")))
    assert position and position.sequence == house.engine.head() == house.journal.head() == house.outside.published[-1]


async def test_a_hang_up_goes_at_once_even_when_the_disk_stands_still(house: House) -> None:
    await house.arrive("one")
    house.journal.goes.clear()
    house.engine.post(LegLost(LegId("one"), "no media"))
    refused = await house.arrive("two", dialled="nobody's number")
    assert refused.rejected
    assert house.has(RejectLeg(LegId("two"), 404))


async def test_what_comes_while_the_disk_writes_is_committed_together(house: House) -> None:
    house.journal.goes.clear()
    before = house.journal.asked
    receipts = [house.arrive(f"leg {number}") for number in range(50)]
    await turn()
    house.journal.goes.set()
    places = [receipt.position for receipt in await asyncio.gather(*receipts)]
    assert places == sorted(place for place in places if place) and len(set(places)) == 50
    assert house.journal.asked - before == 2, "the first, and all others"
    answered = [command.leg for command in house.outside.commands if isinstance(command, AnswerLeg)]
    assert answered == [f"leg {number}" for number in range(50)]


async def test_a_disk_that_is_gone_ends_the_engine_with_no_promise_kept(house: House) -> None:
    house.journal.lost = True
    with pytest.raises(JournalFull, match="the disk is gone"):
        await house.arrive("one")
    assert house.outside.reasons == ["the disk is gone"]
    assert not house.has(AnswerLeg(LegId("one")))


async def test_a_successor_finds_the_call_and_ends_its_dialog(house: House) -> None:
    await house.arrive("one")
    await house.engine.submit(LegAnswered(LegId("one"), sealed("dialog")))
    head = house.engine.head()
    await house.close()  # every commit was durable before its receipt, so this is no kinder than a kill
    await house.open()
    assert house.engine.head() > head
    assert [command.leg for command in house.outside.commands if isinstance(command, ReleaseDialog)] == ["one"]
    assert not any(isinstance(command, AnswerLeg) for command in house.outside.commands), "never issued again"


async def test_the_same_configuration_is_journaled_once(house: House) -> None:
    await house.close()
    await house.open()
    published = [entry for entry in house.journal.load() if isinstance(entry.event, ConfigPublished)]
    assert len(published) == 1


async def test_a_fault_of_our_own_costs_one_event_and_no_state(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.arrive("one")

    def fail(center: Center, event: Event, now: int) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Center, "handle", fail)
        assert "reported" in (await house.arrive("two")).rejected
    assert [type(error) for error in house.outside.faults] == [ZeroDivisionError]
    assert (await house.engine.submit(LegHungUp(LegId("one")))).position, "the call from before is known"
    assert (await house.arrive("three")).position


async def test_an_alarm_that_fails_takes_no_innocent_event_with_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.arrive("one")
    await house.engine.submit(LegAnswered(LegId("one"), sealed("dialog")))
    handle, now = Center.handle, house.engine.clock.now

    def fail_at_alarms(center: Center, event: Event, at: int) -> Step:
        if isinstance(event, TimePassed):
            raise ZeroDivisionError
        return handle(center, event, at)

    with monkeypatch.context() as patch:
        patch.setattr(Center, "handle", fail_at_alarms)
        patch.setattr(house.engine.clock, "now", lambda: now() + 60_000)
        assert (await house.engine.submit(LegHungUp(LegId("one")))).position
    assert [type(error) for error in house.outside.faults] == [ZeroDivisionError]


async def test_a_command_that_fails_keeps_no_other_from_being_carried_out(house: House) -> None:
    house.outside.breaks_at = [AnswerLeg(LegId("one"))]
    receipts = [house.arrive("one"), house.arrive("two")]
    done = await asyncio.wait_for(asyncio.gather(*receipts), WITHIN_S)
    assert all(receipt.position for receipt in done)
    assert house.has(AnswerLeg(LegId("two")))
    assert house.outside.published[-1] == house.engine.head()
    assert [type(error) for error in house.outside.faults] == [ZeroDivisionError]
    assert house.engine.figures().counters["engine_faults_total"] == 1


async def test_what_was_released_before_a_fault_is_released(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.arrive("one")

    def fail(center: Center, event: Event, now: int) -> None:
        raise ZeroDivisionError

    def time_passes(sequencer: Sequencer, now: int) -> None:
        sequencer._releases.append(HangUpLeg(LegId("one")))

    with monkeypatch.context() as patch:
        patch.setattr(Center, "handle", fail)
        patch.setattr(Sequencer, "_pass_time", time_passes)
        house.engine.post(LegHungUp(LegId("two")))
    assert house.has(HangUpLeg(LegId("one")))


async def test_a_late_event_is_refused_counted_and_not_written(house: House) -> None:
    head = house.engine.head()
    assert (await house.engine.submit(LegHungUp(LegId("gone")))).rejected
    assert house.engine.figures().counters["engine_rejected_total_LegHungUp"] == 1
    assert house.journal.head() == head and not house.has(HangUpLeg(LegId("gone")))
