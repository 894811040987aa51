"""kill -9 of engine, desk and media workers at random moments on the profile of files: no word that was acknowledged is
lost, nobody is stuck. tests/chaos does the same to a site and its servers, and says how to kill more.
"""

from __future__ import annotations

from pathlib import Path

from tests.chaos.gate import kill_and_check
from tests.chaos.run import Pace
from tests.chaos.site import Servers
from tests.real.children import Children

OURS = ("engine", "desk", "media worker", "frozen engine")
PACE = Pace(away_s=(0.5, 6.0), peace_s=0.5)
ROUNDS, SEED = 8, 1


async def test_nothing_that_was_promised_is_lost_however_often_we_are_killed(
    private_dir: Path, children: Children
) -> None:
    await kill_and_check(private_dir, children, Servers(), OURS, ROUNDS, SEED, PACE)
