"""Port numbers that nobody on this machine uses, for servers that a test starts.

They lie below the range that the kernel hands out by itself, so no outgoing connection takes one in between.
"""

from __future__ import annotations

import os
import random
import socket

__all__ = ["free_ports"]

FIRST, LAST = 20_000, 32_000  # below Linux' default ip_local_port_range, which begins at 32768
TRIES_MAX = 2_000

# Test runs that go on beside each other begin at different places.
_cursor = random.Random(os.getpid()).randrange(FIRST, LAST)


def free_ports(count: int = 1) -> int:
    """The first of `count` ports in a row (even, as RTP wants) that are free on loopback for UDP and TCP.

    No number is given twice within one test process. Raises `OSError` when the range is exhausted.
    """
    global _cursor
    for _ in range(TRIES_MAX):
        first = _cursor + _cursor % 2
        if first + count > LAST:
            _cursor = FIRST
            continue
        _cursor = first + count
        if all(is_free(port) for port in range(first, first + count)):
            return first
    raise OSError(f"no {count} free ports in a row between {FIRST} and {LAST}")


def is_free(port: int) -> bool:
    """Whether both a UDP and a TCP server could bind this port on loopback now."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
