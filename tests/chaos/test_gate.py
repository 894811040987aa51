"""Twenty kills of each that a site consists of, under traffic on all channels: acknowledged and lost must be nothing.

One test for each victim, so that they run beside each other; `make chaos` kills more, longer and all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.gate import kill_and_check
from tests.chaos.site import all_servers
from tests.real.children import Children

KILLS, SEED = 20, 7


@pytest.mark.parametrize("victim", ["engine", "postgresql", "broker", "redis"])
async def test_twenty_kills_lose_and_double_nothing(victim: str, private_dir: Path, children: Children) -> None:
    folder = private_dir / "var"
    folder.mkdir(mode=0o700)
    with all_servers(private_dir, children) as servers:
        outcome = await kill_and_check(folder, children, servers, (victim,), KILLS, SEED)
    assert outcome.felt[victim].kills == KILLS
