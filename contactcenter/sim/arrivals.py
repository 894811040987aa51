"""When customers come: Poisson arrivals whose rate follows the half-hours of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from contactcenter.model.words import Channel
from contactcenter.sim.callers import Caller
from contactcenter.sim.habits import DAY_MS, HALF_HOUR_MS, HOUR_MS
from contactcenter.sim.scene import Scene
from contactcenter.sim.texters import Texter

__all__ = ["arrival_times", "plan_arrivals"]


def arrival_times(
    random: Random, per_hour: int, profile: tuple[int, ...], from_at: int, until_at: int
) -> Iterator[int]:
    """Yield arrival times (ms) of a Poisson process of `per_hour` at the busiest, thinned by the profile's permille.

    Source: thinning, P. A. W. Lewis and G. S. Shedler, Naval Research Logistics Quarterly 26(3), 1979.
    """
    at = float(from_at)
    while per_hour > 0:
        at += random.expovariate(per_hour / HOUR_MS)
        if at >= until_at:
            return
        permille = profile[int(at) % DAY_MS // HALF_HOUR_MS]
        if random.randrange(1000) < permille:
            yield int(at)


def plan_arrivals(scene: Scene) -> None:
    """Let customers of all channels come to the entries of their channel until the scene closes."""
    habits = scene.habits
    for channel, per_hour in (
        (Channel.VOICE, habits.calls_per_hour),
        (Channel.CHAT, habits.chats_per_hour),
        (Channel.SMS, habits.texts_per_hour),
    ):
        addresses = [
            entry.address for entry in scene.config.entries if entry.channel is channel and entry.agent is None
        ]
        if addresses and per_hour:
            _plan_channel(scene, channel, per_hour, addresses, _beginner(scene, channel))
    numbers = [entry.address for entry in scene.config.entries if entry.agent is not None]
    if numbers and habits.direct_per_hour:
        _plan_channel(scene, "direct", habits.direct_per_hour, numbers, _beginner(scene, Channel.VOICE, direct=True))


def _plan_channel(
    scene: Scene, name: str, per_hour: int, addresses: list[str], begin_one: Callable[[int, str], None]
) -> None:
    """Plan one arrival at a time, so that a long day needs no long list."""
    random = scene.streams.stream(f"arrivals/{name}")
    times = arrival_times(random, per_hour, scene.habits.profile, scene.world.now, scene.open_until_at)
    count = 0

    def come() -> None:
        nonlocal count
        count += 1
        begin_one(count, random.choice(addresses))
        plan_next()

    def plan_next() -> None:
        at = next(times, None)
        if at is not None:
            scene.world.at(at, come)

    plan_next()


def _beginner(scene: Scene, channel: Channel, direct: bool = False) -> Callable[[int, str], None]:
    """Return what a new customer of a channel does first, who may call one agent directly."""

    def call(number: int, address: str) -> None:
        Caller(scene, number, address, direct).dial()

    def write(number: int, address: str) -> None:
        Texter(scene, number, channel, address).begin()

    return call if channel is Channel.VOICE else write
