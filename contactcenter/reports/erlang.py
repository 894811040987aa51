"""Erlang's B, C and A: what a queue of Poisson arrivals and exponential talk times must do, exactly.

Used to check the simulator and, later, to staff. `load` is in erlangs (arrival rate times mean talk time); times are in
any one unit, for these are formulas and not state. Sources: A. K. Erlang 1917 (B, C); C. Palm 1957, and Garnett,
Mandelbaum and Reiman, "Designing a Call Center with Impatient Customers", M&SOM 4(3), 2002 (A: M/M/n+M).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["ErlangA", "erlang_a", "erlang_b", "erlang_c", "mean_wait", "service_level"]

NEGLIGIBLE = 1e-15  # a probability below the resolution of a double beside 1


def erlang_b(load: float, agents: int) -> float:
    """Return the probability that an arrival finds all agents busy where nobody waits (M/M/n/n).

    Source: the recursion B(0) = 1, B(n) = aB(n-1) / (n + aB(n-1)), which neither overflows nor cancels.
    """
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """Return the probability that an arrival waits where everybody waits (M/M/n): nB / (n - a(1 - B)), 1 if a >= n."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(load, agents)
    return agents * blocked / (agents - load * (1 - blocked))


def mean_wait(load: float, agents: int, talk: float) -> float:
    """Return the mean wait of all arrivals in M/M/n: C·s / (n - a); infinite when the load is not less than n."""
    if load >= agents:
        return math.inf
    return erlang_c(load, agents) * talk / (agents - load)


def service_level(load: float, agents: int, talk: float, target: float) -> float:
    """Return the share that waits no longer than `target` in M/M/n: 1 - C·exp(-(n - a)·t / s)."""
    if load >= agents:
        return 0.0
    return 1 - erlang_c(load, agents) * math.exp(-(agents - load) * target / talk)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """What M/M/n+M does: shares of arrivals, and times in the unit of `talk`."""

    wait_probability: float
    abandon_probability: float
    mean_wait: float
    mean_queue: float


def erlang_a(arrivals: float, talk: float, patience: float, agents: int) -> ErlangA:
    """Return the steady state with exponential patience of mean `patience`; `arrivals` per unit of `talk`.

    The birth-death chain is summed outwards from state n, so that nothing overflows: downwards by k·mu / lambda,
    upwards by lambda / (n·mu + i·theta) until what is left is negligible.
    """
    below, weight = 0.0, 1.0
    for k in range(agents, 0, -1):
        weight *= k / (arrivals * talk)
        below += weight
    above, queue, weight, i = 1.0, 0.0, 1.0, 0
    while weight > NEGLIGIBLE * above:
        i += 1
        weight *= arrivals / (agents / talk + i / patience)
        above += weight
        queue += i * weight
    total = below + above
    mean_queue = queue / total
    return ErlangA(above / total, mean_queue / patience / arrivals, mean_queue / arrivals, mean_queue)
