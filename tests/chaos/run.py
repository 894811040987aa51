"""Strike after strike at seeded moments, with how long each was felt; the verdict is the checker's."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from tests.chaos.checker import Broken
from tests.chaos.history import Kept
from tests.chaos.site import Site
from tests.chaos.victims import Victim

__all__ = ["QUICK", "Felt", "Pace", "Strike", "Strikes", "felt", "write_history"]

RECOVER_S = 120.0  # generous: who is not back by then never will be


@dataclass(frozen=True)
class Pace:
    """How long (s) a server stays away, and how long at most everybody is left in peace after a strike.

    `overlap_share` says how often the next one is struck while the last is still on its way back.
    """

    away_s: tuple[float, float] = (0.2, 8.0)
    peace_s: float = 3.0
    overlap_share: float = 0.25


QUICK = Pace(away_s=(0.02, 0.4), peace_s=0.3, overlap_share=0.4)


@dataclass
class Strike:
    """One kill: when, when the victim was there again, and when what had waited for it was through (monotonic s)."""

    victim: str
    killed_at: float
    back_at: float = 0.0
    through_at: float = 0.0


@dataclass
class Felt:
    """How one victim's deaths were felt."""

    kills: int = 0
    longest_gap_s: float = 0.0
    longest_drain_s: float = 0.0


@dataclass
class Strikes:
    """A run over one site."""

    site: Site
    chance: Random
    pace: Pace
    told: Callable[[Strike], None] = lambda strike: None
    done: list[Strike] = field(default_factory=list)
    _away: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self, victims: Sequence[str], kills: int) -> None:
        """Strike so many times, any of these, and wait until all are there again."""
        try:
            for _ in range(kills):
                await self._strike(self.site.victims[self.chance.choice(victims)])
            await asyncio.gather(*self._away.values())
        finally:
            for task in self._away.values():
                task.cancel()

    async def _strike(self, victim: Victim) -> None:
        # A server that has not come back cannot be killed; one of ours may die while it starts.
        away = self._away.get(victim.name)
        if away is not None and (not victim.comes_back_by_itself or away.done()):
            await away
        elif away is not None:
            away.cancel()
        strike = Strike(victim.name, time.monotonic())
        await victim.kill()
        self.done.append(strike)
        self.told(strike)
        away_s = 0.0 if victim.comes_back_by_itself else self.chance.uniform(*self.pace.away_s)
        coming = self._away[victim.name] = asyncio.ensure_future(self._come_back(victim, strike, away_s))
        if self.chance.random() >= self.pace.overlap_share:
            await coming
        await asyncio.sleep(self.chance.uniform(0, self.pace.peace_s))

    async def _come_back(self, victim: Victim, strike: Strike, away_s: float) -> None:
        await asyncio.sleep(away_s)
        try:
            async with asyncio.timeout(RECOVER_S):
                await victim.restore()
                strike.back_at = time.monotonic()
                await self.site.crowd.text()  # it waits behind all that waited
                if victim.name == "broker":
                    await self.site.caught_up()
                strike.through_at = time.monotonic()
        except TimeoutError:
            raise AssertionError(f"after the death of {victim.name} nothing was taken for {RECOVER_S:.0f} s") from None


def felt(strikes: Sequence[Strike], promised_at: Sequence[float]) -> dict[str, Felt]:
    """Return for each victim how often it was killed, and the longest time without any promise, and of catching up."""
    found: dict[str, Felt] = {}
    following = [strike.killed_at for strike in strikes[1:]] + [float("inf")]
    for strike, next_at in zip(strikes, following, strict=True):
        until = max(next_at, strike.through_at)
        one = found.setdefault(strike.victim, Felt())
        one.kills += 1
        times = [strike.killed_at, *(at for at in promised_at if strike.killed_at < at <= until)]
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        one.longest_gap_s = max([one.longest_gap_s, *gaps])
        if strike.through_at:
            one.longest_drain_s = max(one.longest_drain_s, strike.through_at - strike.back_at)
    return found


def write_history(path: Path, seed: int, strikes: Strikes, broken: Broken, kept: Kept) -> None:
    """Write both histories down, with the seed and what was found in them."""
    content = {
        "seed": seed,
        "violations": dict(broken),
        "strikes": strikes.done,
        "statuses": {"engine": strikes.site.engine.statuses, "desk": strikes.site.desk.statuses},
        "promises": strikes.site.crowd.promises,
        "kept": kept,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content)))
