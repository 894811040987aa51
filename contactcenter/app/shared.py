"""Where an installation keeps what several desks share: in Redis as `[redis]` says, or each for itself.

The library is an extra, imported only where a site asks for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
from collections.abc import AsyncIterator

from contactcenter.adapters.shared_state.opened import shared_state
from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.ports import Cache
from contactcenter.adapters.vault.secret import domain_secret
from contactcenter.app.places import Places
from contactcenter.app.stores import DOMAIN
from contactcenter.runtime.ports import StoreUnusable
from contactcenter.settings import SecretMissing, Settings, read_secret

__all__ = ["ExtraMissing", "redis_options", "shared_cache"]


class ExtraMissing(Exception):
    """The settings ask for something whose library is not installed; the message says how to install it."""


def redis_options(settings: Settings) -> RedisOptions | None:
    """Return where the Redis is, None for none. Raises ExtraMissing, SecretMissing."""
    redis, home, var = settings.redis, settings.paths.config.parent, settings.paths.var
    if not redis.host:
        return None
    if importlib.util.find_spec("redis") is None:
        raise ExtraMissing("[redis] needs a library that is not installed: pip install 'contactcenter[site]'")
    return RedisOptions(
        host=redis.host,
        port=redis.port,
        key=read_secret(redis.key, home, var, os.environ),
        secure=redis.secure,
        authority=str(home / redis.authority) if redis.authority else "",
        username=redis.username,
        password=read_secret(redis.password, home, var, os.environ) if redis.password is not None else "",
        prefix=redis.prefix,
    )


@contextlib.asynccontextmanager
async def shared_cache(settings: Settings) -> AsyncIterator[Cache]:
    """Give a command the cache of the running desk, so that what it changes is seen there. Raises StoreUnusable."""
    try:
        options = redis_options(settings)
    except (ExtraMissing, SecretMissing) as missing:
        raise StoreUnusable(f"Redis: {missing}") from missing
    shared = shared_state(options, DOMAIN, domain_secret(Places(settings.paths.var).secret))
    looking = asyncio.ensure_future(shared.run())
    try:
        yield shared.cache
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await shared.close()
