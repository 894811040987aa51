"""Each bench with tiny numbers, so that none rots: every line of its table comes, and what it made is gone again."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import acd, customers, fan_out, journal, recovery
from bench.acd_floor import Floor, Size, Work
from bench.acd_journaled import measure_journaled
from bench.servers import Postgres, Redis, own_redis
from contactcenter.adapters.database.store import RecordsServer
from contactcenter.adapters.journal.postgres import PostgresJournal
from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.model.words import Channel
from tests.real.postgres import PASSWORD, PostgresServer
from tests.real.redis import RedisProgram


@pytest.fixture
def folder(private_dir: Path) -> Iterator[Path]:
    """Where a bench works; what it starts and makes there must be gone at the end."""
    yield private_dir
    assert not list(private_dir.iterdir())


@pytest.fixture
def server(postgres: PostgresServer) -> Postgres:
    """An empty database; whose CPU time is counted does not matter here."""
    return Postgres(postgres.new_database(), PASSWORD, os.getpid(), "PostgreSQL")


def figures(output: str, line: str) -> list[float]:
    """The figures behind the words of a line; what was too short to be measured is none."""
    found = re.search(rf"^{re.escape(line)} +([-\d., ]+)", output, re.MULTILINE)
    assert found, output
    return [float(figure.replace(",", "")) if figure != "-" else math.nan for figure in found[1].split()]


async def test_the_journal_bench_measures_both_stores(
    folder: Path, server: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = [journal.Store("sqlite"), journal.Store("postgresql", server)]
    await journal.measure(stores, journal.Plan(0.01, 3, 1), folder)
    output = capsys.readouterr().out
    for line in ("append, batches of 1, 64 at once", "load (recovery), batches of 20", "subscribe over the link"):
        assert figures(output, line)[0] > 0
        assert len(re.findall(rf"^{re.escape(line)} .*  (sqlite|postgresql: facts/s x )", output, re.MULTILINE)) == 2


async def test_the_customers_bench_fills_and_asks_both_stores(
    tmp_path: Path, server: Postgres, redis_server: RedisProgram, capsys: pytest.CaptureFixture[str]
) -> None:
    redis = Redis(redis_server, os.getpid(), "Redis")
    stores = [
        customers.Store("sqlite", tmp_path / "records.db", None),
        customers.Store("postgresql", RecordsServer(server.url, server.password), server.process),
    ]
    await customers.measure(stores, redis, customers.Plan(40, 3, 1), tmp_path)
    output = capsys.readouterr().out
    assert figures(output, "any: cached in Redis, 32 at once")[0] > 0
    for store in stores:
        assert figures(output, f"{store.name}: import, customers")[0] > 0
        for kind in ("cold", "warm", "cached in process"):
            assert figures(output, f"{store.name}: {kind}, 32 at once")[0] > 0


def test_servers_of_a_bench_end_with_it(folder: Path) -> None:
    with own_redis(folder) as redis:
        assert Path(f"/proc/{redis.process}").exists() and redis.version.startswith("Redis")
    assert not Path(f"/proc/{redis.process}").exists()


def test_the_fan_out_bench_reaches_every_listener(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fan_out.measure(fan_out.KINDS, fan_out.Plan(3, 4, 20, 4, 1), folder)
    captured = capsys.readouterr()
    assert "changes came" not in captured.err
    for kind in fan_out.KINDS:
        for line in (f"{kind}, 20 changes/s to 3", f"{kind}, 4 changes at once"):
            assert figures(captured.out, line)[0] > 0


def test_the_routing_bench_fills_a_floor_and_empties_what_it_opened() -> None:
    floor = Floor(Size(agents=10, waiting=20, skills=3, texts=40))
    floor.fill()
    floor.work = Work()
    for _ in range(60):
        floor.lifecycle()
    channels = {contact.channel for contact in floor.center.routing.floor.contacts.values()}
    assert channels == {Channel.VOICE, Channel.CHAT}
    assert len(floor.center.routing.floor.contacts) == 30
    assert floor.work.lifecycles == 60 and floor.work.alarms > 60


async def test_the_routing_bench_carries_calls_through_a_journal(capsys: pytest.CaptureFixture[str]) -> None:
    await measure_journaled(Size(agents=20, waiting=0, skills=4), seconds=0.1, runs=1)
    assert figures(capsys.readouterr().out, "with the SQLite journal, 20 agents, 4 skills:")[0] > 0


def test_the_routing_bench_compares_each_size_with_an_idle_and_a_full_floor(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sizes = [size for size, _ in acd.measure([Size(20, 40, 4)], texts=0, seconds=0.01, runs=3)]
    assert sizes == [*acd.REFERENCE, Size(20, 40, 4)]
    rows = capsys.readouterr().out.splitlines()
    assert [len(row.split()) for row in rows[1:]] == [13, 14, 14]


async def test_the_recovery_bench_reads_what_it_wrote_both_ways(
    tmp_path: Path, server: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    floor = recovery.WrittenFloor(Size(agents=10, waiting=30, skills=3))
    floor.fill()
    for name, store in (
        ("sqlite", SqliteJournal(tmp_path / "journal.db")),
        ("postgresql", PostgresJournal(server.url, server.password)),
    ):
        await recovery.measure(store, floor, tmp_path / name, 1, name)
        store.close()
    told = capsys.readouterr().out
    for name in ("sqlite", "postgresql"):
        assert re.search(rf"{name}: all .* by the wall, {len(floor.entries)} entries read, 40 contacts", told)
        assert re.search(
            rf"{name}: snapshot .* by the wall, {(len(floor.entries)) // 2} entries read, 40 contacts", told
        )
