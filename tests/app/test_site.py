"""A whole installation on PostgreSQL: it serves, its commands work, it outlives the database, a second is refused."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from contactcenter.adapters.supervision import EX_CONFIG
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.app.history import verify_journal
from contactcenter.model import facts
from contactcenter.model.words import ContactOutcome
from tests.app.hostile import Attacker
from tests.app.installation import Installation, eventually
from tests.app.phones import AT_ONCE, COMPLAINT, answered_or_refused, call_into, takes_calls
from tests.real.children import Child, Children
from tests.real.postgres import PASSWORD, PostgresServer

log = logging.getLogger(__name__)

POSTS_MAX = 300
DRAIN_S = 30.0  # the promise
WORKS_HERE = "another engine works on this journal"


def store(server: PostgresServer, folder: Path) -> dict[str, str]:
    """The variables that lead to a fresh database."""
    (folder / "password").write_text(PASSWORD)
    return {
        "CONTACTCENTER__STORE__URL": server.new_database(),
        "CONTACTCENTER__STORE__PASSWORD": f"file:{folder / 'password'}",
    }


@pytest.fixture
async def centre(mortal_postgres: PostgresServer, private_dir: Path, children: Children) -> AsyncIterator[Installation]:
    """A running installation of the shipped example centre on a database of its own."""
    installation = Installation(private_dir, children, store=store(mortal_postgres, private_dir))
    await installation.start("1003", "1004")
    yield installation
    await installation.close()


def files_of(folder: Path) -> list[Path]:
    """The databases among an installation's files."""
    return list(folder.glob("*.db"))


async def posted_until(centre: Installation, status: int, *text: str) -> list[int]:
    """Post a text again and again, as carriers do, until it is answered so; return all answers."""
    answers = [await centre.text(*text)]
    while answers[-1] != status:
        assert len(answers) < POSTS_MAX, answers
        await asyncio.sleep(0.1)
        answers.append(await centre.text(*text))
    return answers


async def refused_without_a_word_when_to_come_again(centre: Installation) -> None:
    """A call is answered 503 without Retry-After, so that its carrier may take it elsewhere at once."""
    carrier = Attacker("127.0.0.1", centre.sip)
    call = carrier.request("INVITE", f"sip:95599@{centre.sip.host}:{centre.sip.port}", {}, carrier.sdp())
    assert await carrier.status(call) == 503
    assert not [datagram for datagram in carrier.got if b"Retry-After" in datagram]
    carrier.close()


async def ended(child: Child) -> str:
    """What a command said that ended well."""
    assert await asyncio.to_thread(child.wait) == 0, child.text()
    return child.text()


async def test_a_centre_on_postgresql_serves_alone_and_all_commands_look_there(
    centre: Installation, phones: PhoneBank, private_dir: Path, tmp_path: Path
) -> None:
    await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    await call_into(centre, phones, "+8613900000001", COMPLAINT)
    await eventually(lambda: centre.facts(facts.TalkStarted), "the talk")
    assert await centre.text("+8613900000005", "hello", "t1") == 200
    assert "entries decided again and found equal" in await ended(centre.command("replay", "--verify"))
    assert "handled" in await ended(centre.command("report", "intervals", "--csv"))
    assert "zhang_min" in await ended(centre.command("user", "list"))
    assert "1003" in await ended(centre.command("phone", "list"))
    people = private_dir / "people.csv"
    people.write_text("id,name,phone\nK1,Anna,+8613900000001\n")
    assert "1 customers imported" in await ended(centre.command("customers", "import", people))
    assert not files_of(private_dir), "no truth in files"

    second = Installation(tmp_path, centre.children, store=centre.store).command("engine")
    assert await asyncio.to_thread(second.wait) == EX_CONFIG
    assert WORKS_HERE in second.text() and PASSWORD not in second.text()
    assert centre.engine is not None and centre.engine.is_alive()


async def test_the_database_is_killed_while_calls_wait_and_nothing_accepted_is_lost(
    centre: Installation, phones: PhoneBank, mortal_postgres: PostgresServer
) -> None:
    waiting = [await call_into(centre, phones, f"+861390000000{number}", COMPLAINT) for number in (1, 2)]
    assert await centre.text("+8613900000005", "before", "t1") == 200
    before = len(centre.facts())

    mortal_postgres.kill()
    assert set(await posted_until(centre, 503, "+8613900000006", "while it is away", "t2")) == {503}
    refused = await answered_or_refused(centre, phones, "+8613900000003")
    assert refused.status == 503 and not refused.answered.is_set()
    await refused_without_a_word_when_to_come_again(centre)
    assert not any(call.ended.is_set() for call in waiting), "who waits goes on waiting"
    async with aiohttp.ClientSession() as balancer:
        assert await centre.unready(balancer) == ["the journal's database cannot be reached"]

    [*lines, left] = waiting
    left.hang_up()
    await asyncio.to_thread(mortal_postgres.start)
    back_at = time.monotonic()
    await eventually(lambda: centre.facts(facts.CustomerLeft), "what was decided meanwhile is committed", DRAIN_S)
    log.info("drained after %.1f s", time.monotonic() - back_at)
    await posted_until(centre, 200, "+8613900000006", "while it is away", "t2")
    await takes_calls(centre, phones, "zhang_min", "1003", AT_ONCE)
    await eventually(lambda: centre.facts(facts.TalkStarted), "the first who waited talks")
    assert len(centre.facts()) > before
    assert centre.engine is not None and centre.engine.is_alive(), "the same engine all the time"
    assert not any(call.ended.is_set() for call in lines)
    assert not centre.facts(facts.ContactEnded) or all(
        fact.outcome is not ContactOutcome.FAILED_NODE for fact in centre.facts(facts.ContactEnded)
    )
    later = await call_into(centre, phones, "+8613900000004", COMPLAINT)
    assert later.answered.is_set()
    assert verify_journal(centre.settings).difference is None


async def test_a_second_engine_on_the_same_files_is_refused_too(private_dir: Path, children: Children) -> None:
    first = Installation(private_dir, children)
    await first.start_engine()
    second = Installation(private_dir, children).command("engine")
    assert await asyncio.to_thread(second.wait) == EX_CONFIG
    assert "another engine" in second.text()
    assert first.engine is not None and first.engine.is_alive()
