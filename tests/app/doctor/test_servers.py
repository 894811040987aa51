"""The doctor before real servers: once as they should be, once with something wrong at each."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from contactcenter.app.doctor.broker import look_at_broker
from contactcenter.app.doctor.certificates import look_at_certificates
from contactcenter.app.doctor.database import look_at_database
from contactcenter.app.doctor.findings import Finding, Level
from contactcenter.app.doctor.journal import look_at_journal
from contactcenter.app.doctor.shared import look_at_redis
from contactcenter.app.stores import DOMAIN, journal_of, records_of
from tests.adapters.bus.broker import Broker
from tests.app.doctor.conftest import Configured
from tests.deploy import redis_server
from tests.deploy.redis_server import ShippedRedis
from tests.real.certificates import Authority
from tests.real.children import Children
from tests.real.postgres import PASSWORD, PostgresServer


def told(findings: list[Finding]) -> str:
    """All that was said, with the levels."""
    return "\n".join(f"{finding.level}: {finding.seen}: {finding.remedy}" for finding in findings)


def is_well(findings: list[Finding]) -> bool:
    """Whether there is nothing to do."""
    return all(finding.level is Level.OK for finding in findings)


# --- PostgreSQL


@pytest.fixture
def store(postgres: PostgresServer, tmp_path: Path) -> dict[str, str]:
    """The settings that lead to a fresh database."""
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o400)
    return {"STORE__URL": postgres.new_database(), "STORE__PASSWORD": f"file:{tmp_path / 'password'}"}


async def test_a_database_as_it_should_be(configured: Configured, store: dict[str, str]) -> None:
    from contactcenter.adapters.database.store import open_database

    settings = configured(**store)
    assert is_well(await look_at_database(settings)), "before the first start"
    assert "none yet" in told(await asyncio.to_thread(look_at_journal, settings))
    journal = journal_of(settings)
    await asyncio.to_thread(journal.open_epoch)
    database = await open_database(records_of(settings), DOMAIN)
    findings = await look_at_database(settings)
    assert is_well(findings), told(findings)
    await database.close()
    journal.close()


async def test_a_database_with_everything_wrong(
    configured: Configured, store: dict[str, str], postgres: PostgresServer
) -> None:
    name = store["STORE__URL"].rpartition("/")[2]
    store["STORE__URL"] = f"postgresql://postgres@127.0.0.1:{postgres.port}/{name}"
    settings = configured(**store)
    administrator = await asyncpg.connect(store["STORE__URL"])
    await administrator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await administrator.execute("CREATE SCHEMA journal; CREATE TABLE journal.schema_versions AS SELECT 99 AS version")
    await administrator.close()
    said = told(await look_at_database(settings))
    assert "superuser" in said and "synchronous_commit is off" in said and "newer release (99)" in said
    assert PASSWORD not in said


async def test_a_database_that_does_not_know_us_or_is_not_there(
    configured: Configured, store: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("a wrong word")
    store["STORE__PASSWORD"] = f"file:{tmp_path / 'wrong'}"
    assert "does not let us in" in (said := told(await look_at_database(configured(**store))))
    assert "a wrong word" not in said
    store["STORE__URL"] = "postgresql://contactcenter@127.0.0.1:9/none"
    assert "cannot be reached" in told(await look_at_database(configured(**store)))


# --- Redis


def redis_settings(server: ShippedRedis, folder: Path, password: str = redis_server.PASSWORD) -> dict[str, str]:
    """The settings that lead to a Redis."""
    secret = folder / "redis_password"
    secret.write_text(password)
    return {
        "REDIS__URL": f"redis://127.0.0.1:{server.port}",
        "REDIS__USERNAME": "centre",
        "REDIS__PASSWORD": f"file:{secret}",
    }


async def test_a_redis_as_it_should_be(
    configured: Configured, private_dir: Path, tmp_path: Path, children: Children
) -> None:
    server = ShippedRedis(private_dir, children)
    settings = configured(**redis_settings(server, tmp_path))
    findings = await look_at_redis(settings)
    assert is_well(findings), told(findings)
    assert not settings.paths.var.exists(), "nothing is made by looking"
    wrong = told(await look_at_redis(configured(**redis_settings(server, tmp_path, "a wrong word"))))
    assert "does not let us in" in wrong and "a wrong word" not in wrong
    server.child.kill()
    await asyncio.to_thread(server.child.wait)
    assert "cannot be used" in told(await look_at_redis(settings))


async def test_a_redis_with_everything_wrong(
    configured: Configured, private_dir: Path, tmp_path: Path, children: Children
) -> None:
    acl = f"user default on nopass ~* &* +@all\nuser centre on >{redis_server.PASSWORD} ~* &* +@all\n"
    more = "\nbind 0.0.0.0\nprotected-mode no\nappendonly yes\nmaxmemory 0\nmaxmemory-policy noeviction\n"
    server = ShippedRedis(private_dir, children, more=more, acl=acl)
    said = told(await look_at_redis(configured(**redis_settings(server, tmp_path))))
    for wrong in ("lets in who has no name", "may do everything", "log on the disk", "no bound", "refuses to write"):
        assert wrong in said.replace("it lets", "lets"), said


# --- MQTT


def bus_settings(broker: Broker, folder: Path, user: str = "centre") -> dict[str, str]:
    """The settings that lead to a broker."""
    (folder / "word").write_text(f"{user}-word")
    return {
        "BUS__URL": f"mqtt://127.0.0.1:{broker.port}",
        "BUS__USERNAME": user,
        "BUS__PASSWORD": f"file:{folder / 'word'}",
    }


async def test_a_broker_as_it_should_be_and_one_that_does_not_know_us(
    configured: Configured, private_dir: Path, tmp_path: Path, children: Children, mosquitto: str
) -> None:
    broker = Broker(private_dir, children, mosquitto)
    broker.start()
    findings = await asyncio.to_thread(look_at_broker, configured(**bus_settings(broker, tmp_path)))
    assert is_well(findings), told(findings)
    stranger = told(await asyncio.to_thread(look_at_broker, configured(**bus_settings(broker, tmp_path, "nobody"))))
    assert "does not let us in" in stranger and "nobody-word" not in stranger
    small = told(await asyncio.to_thread(look_at_broker, configured(**bus_settings(broker, tmp_path, "wallboard"))))
    assert "refuses what we publish" in small
    broker.kill()
    assert "cannot be reached" in told(
        await asyncio.to_thread(look_at_broker, configured(**bus_settings(broker, tmp_path)))
    )


async def test_a_broker_that_lets_anybody_in(
    configured: Configured, private_dir: Path, tmp_path: Path, children: Children, mosquitto: str
) -> None:
    broker = Broker(private_dir, children, mosquitto)
    conf = broker.folder / "conf"
    conf.write_text(conf.read_text().replace("allow_anonymous false", "allow_anonymous true"))
    broker.start()
    assert "lets in who has no name" in told(
        await asyncio.to_thread(look_at_broker, configured(**bus_settings(broker, tmp_path)))
    )


# --- Certificates


@asynccontextmanager
async def https(authority: Authority, valid_for: timedelta) -> AsyncIterator[int]:
    """A server with a certificate of this authority; gives its port."""
    papers = authority.papers(valid_for=valid_for)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(papers.certificate, papers.key)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("valid_for", "known", "said"),
    [(90, True, "days left"), (3, True, "error"), (-1, True, "ran out"), (90, False, "would be refused")],
)
async def test_the_certificate_that_browsers_are_shown(
    valid_for: int, known: bool, said: str, configured: Configured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with https(authority, timedelta(days=valid_for)) as port:
        findings = await look_at_certificates(configured(HTTP__PUBLIC_URL=f"https://127.0.0.1:{port}"))
    assert said in told(findings)
    assert is_well(findings) is (valid_for > 30 and known), told(findings)


async def test_a_certificate_nobody_shows_and_an_authority_that_is_none(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    settings = configured(
        HTTP__PUBLIC_URL="https://127.0.0.1:9",
        BUS__URL="mqtts://127.0.0.1:9",
        BUS__AUTHORITY=str(tmp_path / "ca.pem"),
        REDIS__URL="rediss://127.0.0.1:9",
        REDIS__AUTHORITY=str(tmp_path / "none.pem"),
    )
    said = told(await look_at_certificates(settings))
    assert "does not answer" in said and "holds no certificate" in said and "cannot be read" in said
