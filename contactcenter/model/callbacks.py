"""How a queue calls customers back who would not wait on the line, as frozen values."""

from __future__ import annotations

import msgspec

__all__ = ["CallbackConfig"]


class CallbackConfig(msgspec.Struct, frozen=True):
    """A queue's rules for callbacks; `key` is what a caller who waits presses to ask for one, empty for none.

    A customer who cannot be reached is tried `tries` times in all, `retry_ms` apart. `web` lets websites ask for one.
    With `customer_first` the customer's phone rings before the agent's, who is kept for him meanwhile.
    """

    key: str = ""
    tries: int = 3
    retry_ms: int = 900_000
    web: bool = False
    customer_first: bool = False
