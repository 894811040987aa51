"""Token buckets: so many at once, refilled with time, each key for itself, and no more keys than fit."""

from __future__ import annotations

from contactcenter.adapters.shared_state import limits
from contactcenter.adapters.shared_state.limits import Limit


class HandClock:
    """A clock that a test moves by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_followed_by_a_steady_rate() -> None:
    clock = HandClock()
    limit = Limit(3, 30.0, clock)
    assert [limit.take("a") for _ in range(4)] == [True, True, True, False]
    assert limit.wait_s("a") == 10.0
    assert limit.take("b")
    clock.now += 10.0
    assert [limit.take("a"), limit.take("a")] == [True, False]
    clock.now += 1_000.0
    assert [limit.take("a") for _ in range(4)] == [True, True, True, False]


def test_a_turn_can_be_given_back() -> None:
    limit = Limit(1, 10.0, HandClock())
    assert limit.take("a") and not limit.take("a")
    limit.give_back("a")
    limit.give_back("a")
    assert limit.take("a") and not limit.take("a")


def test_keys_are_limited_too() -> None:
    limit = Limit(1, 10.0, HandClock())
    for number in range(limits.KEYS_MAX + 5):
        limit.take(str(number))
    assert limit.take("0")
    assert not limit.take(str(limits.KEYS_MAX))
