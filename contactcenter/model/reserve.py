"""When a queue calls its reserve, and when it lets it go again."""

from __future__ import annotations

import msgspec

__all__ = ["ReserveConfig"]


class ReserveConfig(msgspec.Struct, frozen=True):
    """Agents who meet `requires` serve the queue too while it is in need.

    They are called when so many callers and chats are `waiting`, or one of them for `wait_ms`, and let go when fewer
    than `until_waiting` wait and nobody for `until_wait_ms`. A threshold of 0 is none, nor is its lower one then.
    """

    requires: str
    waiting: int = 0
    wait_ms: int = 0
    until_waiting: int = 0
    until_wait_ms: int = 0
