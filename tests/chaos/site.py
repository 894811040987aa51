"""A whole installation that is to be killed: processes under supervision, servers if wanted, and the crowd outside."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import contactcenter
from contactcenter.adapters.link.client import LinkClient
from contactcenter.adapters.testphone.phone_bank import PhoneBank
from contactcenter.app.accounts import add_person
from contactcenter.app.places import Places
from contactcenter.app.stores import journal_reader
from contactcenter.model import facts
from contactcenter.model.entry import Entry
from contactcenter.model.events import VisitorLeft
from contactcenter.model.ids import ConversationId
from contactcenter.model.words import Channel, Role
from contactcenter.runtime.ports import StoreUnusable
from contactcenter.settings import read_secret
from tests.adapters.bus.broker import Broker
from tests.app.installation import Installation, come_true, eventually
from tests.app.phones import AT_ONCE
from tests.chaos.carrier import carrier
from tests.chaos.checker import Broken, check
from tests.chaos.crowd import Crowd
from tests.chaos.history import Kept, Promises
from tests.chaos.kept import gather, written_up_to
from tests.chaos.subscriber import AGENT, Subscriber
from tests.chaos.victims import Desk, Engine, Frozen, Server, Victim, Worker
from tests.real.children import Children
from tests.real.postgres import PASSWORD, PostgresServer, private_postgres
from tests.real.programs import path_of
from tests.real.redis import REDIS_PASSWORD, RedisProgram

__all__ = ["Servers", "Site", "all_servers", "open_site"]

FAULT_LINES, FAULT_SIGNS = 12, 2_000  # of a log around a traceback
LATE_WRITER = "_add_writer"  # aiomqtt registers a socket that is closed already; the connection is lost anyway
SETTLE_S = 150.0  # generous: what is open then is a violation
LEADER = "sue"
SEATS = (("zhang_min", "1003"), ("chen_jie", "1004"), ("anna_berg", None), ("li_na", None))


@dataclass
class Servers:
    """The servers of one run's own; none is needed."""

    postgres: PostgresServer | None = None
    broker: Broker | None = None
    redis: RedisProgram | None = None

    def settings(self, folder: Path) -> dict[str, str]:
        """Return the variables that lead an installation to them."""
        variables = {}
        if self.postgres is not None:
            (folder / "password").write_text(PASSWORD)
            variables["CONTACTCENTER__STORE__URL"] = self.postgres.new_database()
            variables["CONTACTCENTER__STORE__PASSWORD"] = f"file:{folder / 'password'}"
        if self.broker is not None:
            variables["CONTACTCENTER__BUS__URL"] = f"mqtt://127.0.0.1:{self.broker.port}"
            variables["CONTACTCENTER__BUS__USERNAME"] = "centre"
            variables["CONTACTCENTER__BUS__PASSWORD"] = "env:BUS_PASSWORD"
            variables["BUS_PASSWORD"] = "centre-word"
        if self.redis is not None:
            variables["CONTACTCENTER__REDIS__URL"] = f"redis://127.0.0.1:{self.redis.port}"
            variables["CONTACTCENTER__REDIS__PASSWORD"] = "env:REDIS_PASSWORD"
            variables["REDIS_PASSWORD"] = REDIS_PASSWORD
        return variables

    def victims(self) -> list[Victim]:
        """Return them as something to be killed."""
        found: list[Victim] = []
        if self.postgres is not None:
            found.append(Server("postgresql", self.postgres.kill, self.postgres.start))
        if self.broker is not None:
            found.append(Server("broker", self.broker.kill, self.broker.start))
        if self.redis is not None:
            found.append(Server("redis", self.redis.kill, self.redis.start))
        return found


@contextmanager
def all_servers(folder: Path, children: Children) -> Iterator[Servers]:
    """PostgreSQL, a broker and a Redis of one's own for as long as the context lasts."""
    places = {name: folder / name for name in ("broker", "redis")}
    for place in places.values():
        place.mkdir()
    with private_postgres() as postgres:
        broker = Broker(places["broker"], children, path_of("mosquitto"))
        redis = RedisProgram(places["redis"], children)
        broker.start()
        redis.start()
        yield Servers(postgres, broker, redis)


@dataclass
class Site:
    """The installation, its people, and the journal as it grows."""

    centre: Installation
    crowd: Crowd
    engine: Engine
    desk: Desk
    victims: dict[str, Victim]
    subscriber: Subscriber | None
    entries: list[Entry] = field(default_factory=list)

    async def look(self) -> int:
        """Read on in the journal, if it can be read; return how many entries it is known to have."""
        reader = journal_reader(self.centre.settings)
        try:
            self.entries += await asyncio.to_thread(reader.read, len(self.entries), 100_000)
        except StoreUnusable:
            pass  # somebody has just killed it
        finally:
            await asyncio.to_thread(reader.close)
        return len(self.entries)

    async def caught_up(self) -> None:
        """Wait until the subscriber has what the journal has now."""
        head = await self.look()
        subscriber = self.subscriber
        if subscriber is not None:
            await eventually(lambda: subscriber.upto >= head, "the subscriber has read everything", SETTLE_S)

    async def settle(self) -> None:
        """Let everything come to its end, as far as it does within the bound, and end the processes."""
        async with asyncio.timeout(SETTLE_S):
            await self.crowd.go_home()
        with contextlib.suppress(AssertionError):  # the checker will name what did not end
            await come_true(self._is_over, "the end of everything", SETTLE_S)
        await self.caught_up()
        assert self.crowd.accident() is None, repr(self.crowd.accident())
        await self.crowd.stop()
        head = await self.look()

        async def is_written() -> bool:
            return await written_up_to(self.centre.settings) >= head

        await come_true(is_written, "the records have everything", SETTLE_S)
        assert await self.engine.stop() == 0
        assert await self.desk.stop() == 0

    async def verdict(self) -> tuple[Broken, Kept]:
        """Compare what was promised with what is kept, once everything has settled."""
        upto = self.subscriber.upto if self.subscriber is not None else 0
        kept = await gather(self.centre.settings, self.centre.folder / "again.db")
        if self.subscriber is not None:
            kept.heard = self.subscriber.compare(kept.entries, upto)
        broken = check(self.crowd.promises, kept)
        broken.add("other", (f"a log says: {line}" for line in self._complaints()))
        return broken, kept

    async def _is_over(self) -> bool:
        """Tell whether everything has come to its end; chats of which no visitor ever heard are ended on the way."""
        await self.look()
        await self._leave_orphans()
        return check(Promises(), Kept(self.entries)).count("open") == 0

    async def _leave_orphans(self) -> None:
        """All visitors have left; who was not told that his chat began could not, and his page would come no more."""
        over = {fact.contact for fact in self._facts() if isinstance(fact, facts.ContactEnded | facts.CustomerLeft)}
        living: list[ConversationId] = [
            fact.conversation
            for fact in self._facts()
            if isinstance(fact, facts.ContactArrived) and fact.channel is Channel.CHAT and fact.contact not in over
            if fact.conversation is not None
        ]
        if living:
            async with LinkClient(Places(self.centre.folder).socket, contactcenter.__version__) as link:
                for conversation in living:
                    await link.submit(VisitorLeft(conversation))

    def _facts(self) -> Sequence[facts.Fact]:
        return [fact for entry in self.entries for fact in entry.facts]

    def _complaints(self) -> list[str]:
        """Return what our processes have logged that they should not: faults of our own, whoever was killed."""
        found = []
        for child in self.centre.children.started:
            lines = child.text().splitlines()
            faults = [at for at, line in enumerate(lines) if "Traceback" in line or "a fault of our own" in line]
            found += ["\n".join(lines[at : at + FAULT_LINES])[:FAULT_SIGNS] for at in faults]
        return [fault for fault in found if LATE_WRITER not in fault]


@asynccontextmanager
async def open_site(folder: Path, children: Children, servers: Servers, seed: int) -> AsyncIterator[Site]:
    """A running site with people at work, for as long as the context lasts."""
    centre = Installation(folder, children, store=servers.settings(folder))
    chance = Random(f"crowd {seed}")
    async with AsyncExitStack() as life:
        life.push_async_callback(centre.close)
        phones = await PhoneBank().start()
        life.push_async_callback(phones.stop)
        crowd = Crowd(centre, phones, chance)
        life.push_async_callback(crowd.stop)
        subscriber = Subscriber(servers.broker, crowd) if servers.broker is not None else None
        engine, desk = Engine(centre), Desk(centre)
        victims: list[Victim] = [engine, desk, Worker(centre), Frozen(engine), *servers.victims()]
        site = Site(centre, crowd, engine, desk, {victim.name: victim for victim in victims}, subscriber)
        await _begin(site, phones, life)
        yield site


async def _begin(site: Site, phones: PhoneBank, life: AsyncExitStack) -> None:
    """Start everything, sign everybody in, and let the crowd begin."""
    centre, provider = site.centre, site.centre.settings.sms[0]
    await centre.start(*(station for _, station in SEATS if station is not None))
    for kept in (site.engine, site.desk):
        kept.start()
        life.callback(kept.forget)
    secret = read_secret(provider.secret, centre.config.parent, centre.folder, {})
    await life.enter_async_context(carrier(provider.send_url, secret, site.crowd.promises, site.crowd.chance))
    people = []
    for agent, station in SEATS:
        if station is not None:
            await centre.phone(phones, station, AT_ONCE)
        page = await centre.agent(agent)
        await page.leave()
        people.append((agent, centre.browsers[-1], station))
    if site.subscriber is not None:
        await add_person(centre.settings, "crm", Role.INTEGRATION, "")
        page = await centre.agent(AGENT)
        await page.must("station", station=None)
        await page.leave()
        following = asyncio.ensure_future(site.subscriber.run())
        life.push_async_callback(_over, following)
    site.crowd.start((LEADER, await centre.supervisor(LEADER)), *people)


async def _over(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
