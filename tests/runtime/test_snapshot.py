"""A centre that was written down and read back is the same one, in the middle of any storm, and decides the same."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from contactcenter.center import Center
from contactcenter.model import events
from contactcenter.model.entry import Entry, Position
from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel
from contactcenter.runtime.ports import Snapshot
from contactcenter.runtime.snapshot import NO_SHELF, SnapshotUnusable, difference, pack, recovered, unpack
from contactcenter.sim.habits import HOUR_MS, FaultRates
from contactcenter.sim.simulate import START_AT, Simulation
from contactcenter.sim.streams import Streams
from tests.sim.centres import hotline, odd_centre
from tests.stories.centre import ANNA, Centre

STORM = FaultRates(20, 4_000, 20, 20, 1_500, 3, 3, 3, 3, 2)


@dataclass
class Kept:
    """A journal and the snapshots taken of it, in memory."""

    entries: list[Entry]
    snapshots: list[Snapshot]

    def load(self, after: int = 0) -> Iterator[Entry]:
        """Yield what follows."""
        return iter(self.entries[after:])

    def read(self, after: int, limit: int) -> list[Entry]:
        """Return what follows."""
        return self.entries[after : after + limit]

    def newest_first(self) -> Iterator[Snapshot]:
        """Yield the snapshots."""
        return iter(self.snapshots)


def storm(seed: int) -> list[Entry]:
    """The journal of a stormy morning of a centre that has some of everything."""
    config = odd_centre(seed) if seed else hotline(12)
    day = Simulation(config, 3, seed, faults=STORM, start_at=START_AT + 9 * HOUR_MS, checked=False)
    day.run()
    return day.engine.entries


@pytest.mark.parametrize("seed", [0, 1, 4, 5, 8])
def test_at_any_moment_of_a_storm_nothing_is_forgotten(seed: int) -> None:
    entries, chance, center = storm(seed), Streams(seed).stream("moments"), Center()
    moments = set(chance.sample(range(len(entries)), 12))
    going_on: list[Center] = []
    for number, entry in enumerate(entries):
        for each in (center, *going_on):
            each.apply(entry)
        if number in moments:
            read = unpack(pack(center, entry.at, "r"), "r")
            assert not difference(center.state(), read.state())
            going_on = [read]
    assert going_on and not difference(center.state(), going_on[0].state())


def test_who_was_read_back_decides_what_the_other_one_would_have() -> None:
    entries = storm(0)
    half = len(entries) // 2
    one = Center()
    for entry in entries[:half]:
        one.apply(entry)
    other = unpack(pack(one, entries[half].at, "r"), "r")
    for entry in entries[half : half + 200]:
        steps = [center.handle(entry.event, entry.at) for center in (one, other)]
        assert steps[0] == steps[1]
        assert one.deadline() == other.deadline()


def test_recovery_applies_only_what_follows_the_snapshot() -> None:
    entries = storm(1)
    half, all_of_it = Center(), recovered(Kept(entries, []), NO_SHELF, "r")
    for entry in entries[: len(entries) // 2]:
        half.apply(entry)
    kept = Kept(entries, [pack(half, entries[len(entries) // 2 - 1].at, "r")])
    found = recovered(kept, kept, "r")
    assert found.entries == len(entries) - len(entries) // 2
    assert found.last_at == all_of_it.last_at == entries[-1].at
    assert not difference(found.center.state(), all_of_it.center.state())


@pytest.fixture
def kept() -> Kept:
    """A short story with a snapshot after its first, and one after its second half."""
    centre, center = Centre(), Center()
    centre.signs_in(ANNA)
    centre.calls()
    snapshots: list[Snapshot] = []
    for number, entry in enumerate(centre.journal, 1):
        center.apply(entry)
        if number in (len(centre.journal) // 2, len(centre.journal)):
            snapshots.insert(0, pack(center, entry.at, "r"))
    return Kept(centre.journal, snapshots)


def test_a_snapshot_of_another_release_is_passed_over(kept: Kept) -> None:
    kept.snapshots[0] = replace(kept.snapshots[0], release="older")
    found = recovered(kept, kept, "r")
    assert found.entries == len(kept.entries) - kept.snapshots[1].position.sequence
    assert "release older wrote it" in found.passed_over[0]


def test_a_snapshot_of_a_journal_that_was_put_back_is_passed_over(kept: Kept) -> None:
    kept.entries = kept.entries[:-1]
    found = recovered(kept, kept, "r")
    assert found.center.position.sequence == len(kept.entries) and "of another journal" in found.passed_over[0]
    kept.entries = [replace_epoch(entry) for entry in kept.entries]
    assert recovered(kept, kept, "r").entries == len(kept.entries)


def replace_epoch(entry: Entry) -> Entry:
    """The entry as another owner would have written it."""
    return Entry(Position(9, entry.position.sequence), entry.at, entry.version, entry.event, entry.facts)


@dataclass
class Asked:
    """Written as Python 3.11.0 to 3.11.3 write a member of an enumeration: its class is asked for a name."""

    thing: object
    name: str

    def __reduce__(self) -> tuple[object, ...]:
        """Say what to call when it is read."""
        return getattr, (self.thing, self.name)


def test_words_are_read_as_any_python_writes_them(kept: Kept) -> None:
    state = unpack(kept.snapshots[0], "r").state()
    state["parts"][3]["floor"].queues["asked"] = Asked(Channel, "CHAT")
    found = unpack(replace(kept.snapshots[0], body=pickle.dumps(state)), "r")
    assert found.routing.floor.queues[QueueId("asked")] is Channel.CHAT  # type: ignore[comparison-overlap]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        pickle.dumps(Path("/")),
        pickle.dumps({"parts": []}),
        pickle.dumps(print),
        pickle.dumps(Asked("", "join")),
        pickle.dumps(Asked(Center, "restored")),
    ],
)
def test_bytes_that_are_none_of_ours_make_nothing(kept: Kept, body: bytes) -> None:
    kept.snapshots = [replace(kept.snapshots[0], body=body)]
    assert recovered(kept, kept, "r").entries == len(kept.entries)
    with pytest.raises(SnapshotUnusable, match="cannot be read"):
        unpack(kept.snapshots[0], "r")


def test_what_was_forgotten_is_found_wherever_it_is(kept: Kept) -> None:
    def changed() -> Center:
        return unpack(kept.snapshots[0], "r")

    center = changed()
    assert not difference(center.state(), changed().state())
    other = changed()
    other.routing.floor.agents[ANNA].idle_since += 1
    assert "idle_since" in difference(center.state(), other.state())
    other = changed()
    other.timers.set(("acd", "x"), 5)
    assert "timers" in difference(center.state(), other.state())
    other = changed()
    other.routing.floor.registered.clear()
    assert difference(center.state(), other.state())
    other = changed()
    other.handle(events.ConsoleLost(ANNA), kept.entries[-1].at)
    assert difference(center.state(), other.state())
    assert difference([1], (1,)) and difference([1], [1, 2]) and difference({1}, {2}) and difference({1: 2}, {3: 2})
