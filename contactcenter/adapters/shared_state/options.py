"""What the shared state needs to know; holds no library, so that a desk without Redis needs none."""

from __future__ import annotations

import msgspec

__all__ = ["RedisOptions"]


class RedisOptions(msgspec.Struct, frozen=True, kw_only=True):
    """One Redis and how we are known there; `key` is the secret under which names and addresses are hashed.

    `authority` names a file with the certificate that the server's own is signed with, empty for the machine's store;
    `patience_s` is how long a question waits: a look-up in the records is quicker than that.
    """

    host: str
    port: int
    key: str
    secure: bool = False
    authority: str = ""
    username: str = ""
    password: str = ""
    prefix: str = "cc"
    patience_s: float = 0.25
