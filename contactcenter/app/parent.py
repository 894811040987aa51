"""Lets a process end with the one that started it, even when that was killed and could not say goodbye."""

from __future__ import annotations

import asyncio
import os
import signal

__all__ = ["until_told_to_end"]

LOOK_SECONDS = 1.0


async def until_told_to_end(also: asyncio.Event) -> None:
    """Wait for SIGTERM or SIGINT, for `also`, or for the end of the process that started us."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, also.set)
    parent = os.getppid()
    while not also.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(also.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue
