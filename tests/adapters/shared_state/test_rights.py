"""The shipped account suffices for all that desks do, and over TLS only the server that proves itself is spoken to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from contactcenter.adapters.shared_state.options import RedisOptions
from contactcenter.adapters.shared_state.ports import Bucket, Turn
from contactcenter.adapters.shared_state.redis_state import RedisState
from tests.adapters.shared_state.days import Day, heard_from, shows, told_to
from tests.adapters.shared_state.desks import running, until
from tests.deploy.redis_server import PASSWORD, ShippedRedis
from tests.real.certificates import Authority, Papers
from tests.real.children import Children
from tests.real.ports import free_ports

BUCKET = Bucket("sign-in-name", 2, 600.0)


def account(port: int, **more: Any) -> RedisOptions:
    """How the shipped account reaches a server."""
    return RedisOptions(
        host="127.0.0.1", port=port, key="k", patience_s=10.0, username="centre", password=PASSWORD, **more
    )


async def does_its_work(state: RedisState) -> None:
    """Use everything once."""
    cache = state.cache
    await cache.put("a", b"1", 60.0, (await cache.get("a")).mark)
    assert (await cache.get("a")).value == b"1"
    await cache.forget_all()
    assert (await cache.get("a")).value is None
    assert [bool(await state.limiter.take(Turn(BUCKET, "x"))) for _ in range(3)] == [False, False, True]
    await state.limiter.give_back(Turn(BUCKET, "x"))
    figures = state.figures()
    assert figures.gauges["redis_reachable"] == 1.0 and figures.counters["redis_failures"] == 0


async def test_the_shipped_account_may_do_all_that_desks_do(private_dir: Path, children: Children) -> None:
    options = account(ShippedRedis(private_dir, children).port)
    async with running(options) as state:
        await does_its_work(state)
    day = Day()
    async with told_to(options, day), heard_from(options) as mirror:
        await until(lambda: shows(mirror, day), "the whole")
        day.calls()
        await until(lambda: shows(mirror, day), "the change")


def over_tls(folder: Path, children: Children, its: Papers, authority: Authority) -> int:
    """Start the shipped server with TLS and return that port."""
    port = free_ports()
    lines = (
        f"tls-port {port}\ntls-cert-file {its.certificate}\ntls-key-file {its.key}\ntls-ca-cert-file {authority.file}"
    )
    ShippedRedis(folder, children, f"\n{lines}\ntls-auth-clients no\n")
    return port


async def test_over_tls_it_works_likewise(private_dir: Path, children: Children) -> None:
    authority = Authority(private_dir)
    port = over_tls(private_dir, children, authority.papers(), authority)
    async with running(account(port, secure=True, authority=str(authority.file))) as state:
        await does_its_work(state)


@pytest.mark.parametrize("flaw", ["another authority", "ran out", "no authority named"])
async def test_a_server_that_cannot_prove_itself_learns_nothing(
    private_dir: Path, children: Children, flaw: str
) -> None:
    authority = Authority(private_dir)
    papers = authority.papers(valid_for=timedelta(days=-1 if flaw == "ran out" else 1))
    port = over_tls(private_dir, children, papers, authority)
    trusted = Authority(private_dir, "another").file if flaw == "another authority" else authority.file
    with capture_logs() as logs:
        named = "" if flaw == "no authority named" else str(trusted)
        async with running(account(port, secure=True, authority=named)) as state:
            await until(lambda: not state.server.reachable, "it is not believed")
            assert (await state.cache.get("a")).value is None
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["no Redis"]
    assert PASSWORD not in str(logs)
