"""One run from the start of a site to the checker's word, as the gate and the command line have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.chaos.checker import Broken
from tests.chaos.run import QUICK, Felt, Pace, Strike, Strikes, felt, write_history
from tests.chaos.site import Servers, open_site
from tests.real.children import Children

__all__ = ["Outcome", "kill_and_check", "run_once"]


@dataclass(frozen=True)
class Outcome:
    """What came of a run: violations, how the deaths were felt, and how much was promised and decided."""

    broken: Broken
    felt: dict[str, Felt]
    promises: int
    entries: int
    acts: Counter[str]


async def run_once(
    folder: Path,
    children: Children,
    servers: Servers,
    victims: Sequence[str],
    kills: int,
    seed: int,
    pace: Pace,
    told: Callable[[Strike], None] = lambda strike: None,
) -> Outcome:
    """Start a site, strike, let everything settle, and check; of a violation the history stays in `folder`."""
    async with open_site(folder, children, servers, seed) as site:
        strikes = Strikes(site, Random(f"strikes {seed}"), pace, told)
        await strikes.run(victims, kills)
        crowd = site.crowd
        deaths = felt(strikes.done, crowd.promised_at)
        await site.settle()
        broken, kept = await site.verdict()
        if broken:
            write_history(folder / "history.json", seed, strikes, broken, kept)
        acts = Counter(act.kind for act in crowd.promises.acts)
        return Outcome(broken, deaths, crowd.promises.count(), len(kept.entries), acts)


async def kill_and_check(
    folder: Path,
    children: Children,
    servers: Servers,
    victims: Sequence[str],
    kills: int,
    seed: int,
    pace: Pace = QUICK,
) -> Outcome:
    """Run once, and fail with what was found."""
    outcome = await run_once(folder, children, servers, victims, kills, seed, pace)
    assert not outcome.broken, f"seed {seed}\n{outcome.broken.told()}"
    assert sum(death.kills for death in outcome.felt.values()) == kills
    assert outcome.promises > kills, "people outside were served all the time"
    return outcome
