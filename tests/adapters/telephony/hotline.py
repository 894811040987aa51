"""A whole hotline for the tests: journal, vault, centre, SIP edge and a media worker, with tones for prompts.

Callers come from the trunk at 127.0.0.2, the agents' phones are at 127.0.0.1.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from contactcenter.adapters.journal.sqlite import SqliteJournal
from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.telephony.pin import Pin
from contactcenter.adapters.telephony.sip_telephony import SipTelephony, TelephonySettings
from contactcenter.adapters.telephony.stations import ConfigView
from contactcenter.adapters.telephony.worker_client import PoolSettings
from contactcenter.adapters.testphone.phone_bank import Manner, PhoneBank
from contactcenter.adapters.vault.persons import PersonVault
from contactcenter.model import events
from contactcenter.model.commands import Command
from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.facts import Fact
from contactcenter.runtime.shell import Engine
from contactcenter.sip.digest import Account, Algorithm, compute_ha1
from contactcenter.sip.grammar import Address
from tests.adapters.telephony.phones import until, write_tone
from tests.stories.centre import ANNA, BO, small_config

__all__ = ["AGENT_HZ", "CALLER_HZ", "MENU_HZ", "MUSIC_HZ", "REALM", "RINGING_HZ", "SECRETS", "TRUNK_HOST", "Hotline"]

CALLER_HZ, AGENT_HZ, MENU_HZ, MUSIC_HZ, WELCOME_HZ, RINGING_HZ = 400, 1_200, 700, 300, 500, 850
TRUNK_HOST, REALM = "127.0.0.2", "hotline"
SECRETS = {"anna-phone": "first-secret", "bo-phone": "second-secret"}
F = TypeVar("F", bound=Fact)


def accounts() -> dict[str, Account]:
    """The phones' accounts; the second phone is an old one that knows only MD5."""
    kinds = {"anna-phone": Algorithm.SHA256, "bo-phone": Algorithm.MD5}
    return {name: Account(name, compute_ha1(kinds[name], name, REALM, SECRETS[name]), kinds[name]) for name in kinds}


def write_prompts(folder: Path, tones_hz: dict[str, int]) -> Path:
    """Write the prompts of the small centre as tones; those of `tones_hz` last long enough to be told apart."""
    write_tone(folder / "music/hold.wav", MUSIC_HZ, 2_000)
    write_tone(folder / "music/ringing.wav", RINGING_HZ, 2_000)
    write_tone(folder / "en/menu_main.wav", MENU_HZ, 1_500)
    for name in ("queue_welcome", "queue_position_is", "number_1", "number_2", "goodbye", "info_outage", "all_full"):
        write_tone(folder / f"en/{name}.wav", WELCOME_HZ, 200)
    write_tone(folder / "en/enter_meter_number.wav", MENU_HZ, 200)
    for name, frequency_hz in tones_hz.items():
        write_tone(folder / f"en/{name}.wav", frequency_hz, 1_200)
    return folder


class Hotline:
    """The engine's process as one object; what it decided is in `facts`."""

    def __init__(
        self,
        folder: Path,
        config: CenterConfig | None = None,
        rules: AdmissionRules | None = None,
        outgoing: OutgoingRules | None = None,
        pin: str = "",
        **media: int,
    ) -> None:
        """`media` changes the worker pool's settings."""
        self.outgoing = outgoing or OutgoingRules()
        self.pin = pin
        self.media = media
        self.folder = folder
        self.config = config or small_config(ring_ms=15_000)
        self.rules = rules or AdmissionRules((TrunkRule("carrier", (f"{TRUNK_HOST}/32",)),))
        self.tones_hz: dict[str, int] = {}
        self.facts: list[Fact] = []
        self.commands: list[Command] = []
        self.faults: list[BaseException] = []

    async def start(self, port: int = 0) -> Hotline:
        self.journal = SqliteJournal(self.folder / "journal.sqlite3")
        self.engine = Engine(self.journal, self)
        self.journal.head()
        prompts = write_prompts(self.folder / "prompts", self.tones_hz)
        (self.folder / "tapes").mkdir(exist_ok=True)
        view = ConfigView(lambda number: number)
        view.publish(self.config)
        opened = self.engine.start(events.ConfigPublished("small", self.config))
        self.vault = PersonVault(self.journal, bytes(32))
        self.telephony = SipTelephony(
            TelephonySettings(
                PoolSettings(prompts, (self.folder / "tapes",), **self.media),  # type: ignore[arg-type]
                self.folder / "tapes",
                port=port,
                realm=REALM,
                rules=self.rules,
                outgoing=self.outgoing,
                pin=Pin(bytes(32), self.pin),
            ),
            view,
            self.vault,
            accounts().get,
            bytes(32),
            lambda event: self.engine.post(event).position is not None,
            lambda: self.engine.stalled_ms() > 2_000,
            lambda _, error: self.faults.append(error),
        )
        await self.telephony.start()
        await opened
        for station, target in self.engine._center.calls.lines.targets.items():
            self.telephony.restore_phone(station, target)
        self.address = Address("127.0.0.1", self.telephony.port)
        return self

    async def stop(self) -> None:
        await self.telephony.stop()
        await self.engine.stop()
        self.journal.close()
        assert self.faults == []

    async def crash(self) -> None:
        """Be gone as after kill -9: no BYE, no word to anybody, and the workers with it."""
        self.telephony.carry_out = lambda command: None  # type: ignore[method-assign]
        transport = self.telephony._transport
        transport.endpoint.receive = lambda *_: None  # type: ignore[method-assign]
        transport.endpoint.take_datagrams = lambda: []  # type: ignore[method-assign]
        for keeper in self.telephony._media.pool._keepers:
            keeper.cancel()
        for place in self.telephony._media.pool._places:
            if place.link is not None:
                place.link.kill()
        await transport.stop()
        await self.telephony._media.pool.stop()
        await self.engine.stop()
        self.journal.close()

    # runtime.shell.Outside

    def carry_out(self, command: Command) -> None:
        self.commands.append(command)
        self.telephony.carry_out(command)

    def publish(self, entries: Sequence[Entry]) -> None:
        self.facts += [fact for entry in entries for fact in entry.facts]

    def fault(self, cause: events.Event | Command, error: Exception) -> None:
        self.faults.append(error)

    def ended(self, reason: str) -> None:
        self.faults.append(RuntimeError(reason))

    # for stories

    def found(self, kind: type[F], **fields: object) -> list[F]:
        """Return the facts of a kind whose fields are as given."""
        return [
            fact
            for fact in self.facts
            if isinstance(fact, kind) and all(getattr(fact, name) == value for name, value in fields.items())
        ]

    async def happened(self, kind: type[F], **fields: object) -> F:
        """Wait until a fact is there, and return the last of its kind."""
        await until(lambda: bool(self.found(kind, **fields)), f"{kind.__name__} {fields}")
        return self.found(kind, **fields)[-1]

    async def sign_in(self, *agents: str) -> None:
        """Let agents sign in at their stations and be ready."""
        for config in self.config.agents:
            if config.id in (agents or (ANNA, BO)):
                self.engine.post(events.ConsoleConnected(config.id))
                self.engine.post(events.AgentSignedIn(config.id, config.station))
                self.engine.post(events.ReadyChosen(config.id))

    def dial(self, number: str) -> None:
        """Let Anna ask to be put through to a number."""
        address = self.vault.address(number)
        self.engine.post(events.DialAsked(ANNA, address.sealed, address.key, address.person))

    async def desk(self, bank: PhoneBank, station: str, manner: Manner) -> None:
        """Register an agent's phone."""
        await bank.register(station, SECRETS[station], self.address, manner)


async def heard(hz: Callable[[], int], wanted_hz: int) -> None:
    """Wait until a phone hears a tone."""
    await until(lambda: abs(hz() - wanted_hz) <= wanted_hz // 50 + 5, f"{wanted_hz} Hz (last {hz()})")


async def pause() -> None:
    """Let everything that is ready happen."""
    await asyncio.sleep(0)
