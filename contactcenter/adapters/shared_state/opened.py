"""Which shared state a process has: its own, or the one in Redis that its options name."""

from __future__ import annotations

from contactcenter.adapters.shared_state.local import LocalState
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.ports import SharedState

__all__ = ["shared_state"]


def shared_state(options: RedisOptions | None, domain: str, master: bytes) -> SharedState:
    """Return the state of a domain with this master secret; nothing is opened yet."""
    if options is None:
        return LocalState()
    from contactcenter.adapters.shared_state.redis_state import RedisState  # an extra: only a site has the library

    return RedisState(options, domain, master)
