"""How long somebody at a place in a queue will wait, from how fast the queue has moved lately.

    expected = places * gap        gap: mean time between two starts of service after a wait, of the last 32
    shape    = places * samples / (places + samples)
    low, high = expected * (1 - 1 / (9 shape) -+ 1.282 / (3 √shape))³          (80 % of waits lie between)

`places` counts whoever is to be served before, and oneself. A gap begins when somebody who waited was served last, or
when the first one began to wait, whichever is later; so idle hours make no gap, and agents shared with other queues are
measured, not guessed. Where agents come free by chance the wait is a sum of exponential gaps, a gamma variable, and the
wider the fewer samples the gap is known from; its quantiles are those of Wilson and Hilferty (1931). Nothing in it
depends on how long one has waited already, so that waiting alone never makes the estimate grow. Ground: the estimators
by queue length of Ibrahim and Whitt, "Real-Time Delay Estimation Based on Delay History" (2009), with a measured rate
in place of servers times service rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt

import msgspec

__all__ = ["LONG_WAIT_MS", "Pace", "WaitEstimate"]

SAMPLES_MIN = 5  # fewer say nothing
SAMPLES_MAX = 32  # the newest: some minutes of a busy queue, half an hour of a slow one
GAP_MS_MAX = 600_000  # one gap cannot weigh more: an agent at lunch is no forecast for the afternoon
STALE_MS = 1_800_000  # nobody was served for so long: then it is not known whether anybody ever will be
MILLION, THOUSAND_CUBED = 10**6, 10**9
LONG_WAIT_MS = 1_800_000  # above half an hour a figure is no comfort: "long", and another way on is offered
DEVIATIONS = 1_282  # thousandths of the normal distribution's: four of five waits lie within


class WaitEstimate(msgspec.Struct, frozen=True):
    """A wait to come in ms, with the interval in which four of five such waits lie."""

    expected_ms: int
    low_ms: int
    high_ms: int


@dataclass(slots=True)
class Pace:
    """How fast one queue moves on one channel; `queued` are those who found nobody free and have not been served."""

    queued: int = 0
    since_at: int = 0
    served_at: int = 0
    gaps: list[int] = field(default_factory=list)

    def join(self, now: int) -> None:
        """Note that somebody begins to wait, for nobody is free."""
        if not self.queued:
            self.since_at = now
        self.queued += 1

    def leave(self, now: int, served: bool) -> None:
        """Note that somebody who waited is served, or has left otherwise."""
        self.queued -= 1
        if served:
            self.gaps.append(min(now - self.since_at, GAP_MS_MAX))
            del self.gaps[:-SAMPLES_MAX]
            self.since_at = self.served_at = now

    def estimate(self, places: int, now: int) -> WaitEstimate | None:
        """Return the wait until `places` people have been served, oneself the last; None where it is not known."""
        samples = len(self.gaps)
        if samples < SAMPLES_MIN or now - self.served_at > STALE_MS:
            return None
        expected = places * sum(self.gaps) // samples
        narrow = MILLION * (places + samples) // (places * samples)  # 1 / shape, in millionths
        middle, spread = 1_000 - narrow // 9_000, DEVIATIONS * isqrt(narrow) // 3_000
        low, high = (expected * max(0, root) ** 3 // THOUSAND_CUBED for root in (middle - spread, middle + spread))
        return WaitEstimate(expected, low, high)
