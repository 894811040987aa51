"""What goes wrong between the world and the engine: late events, doubled events, an engine that dies and comes back.

Events of one source keep their order, however late they are: that is what an adapter guarantees. The names F1 to F16
under which strikes are counted are those of docs/proof.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgspec.structs import replace

from contactcenter.model.config import CenterConfig
from contactcenter.model.events import (
    ClockStepped,
    ConfigPublished,
    ConsoleConnected,
    ConsoleLost,
    CustomerIdentified,
    Event,
    LegHungUp,
    LegLost,
    TextArrived,
    TextDelivery,
)
from contactcenter.model.facts import Fact, FlowMoved, OfferMade, TalkStarted, VisitOpened, WorkChanged
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.sim.engine import Engine
from contactcenter.sim.habits import DAY_MS, HOUR_MS, FaultRates
from contactcenter.sim.scene import Customer
from contactcenter.sim.streams import Streams
from contactcenter.sim.telephony import NETWORK_MS, Telephony

__all__ = ["Delivery", "Disk", "Faults", "source_of"]

BACK_MS_MAX = 45_000
HANG_MS_MAX = 60_000  # by then an engine that cannot write has given up
SILENCE_MS = 20_000  # a line whose far side is gone without a word is noticed by its silence
HUNG_ANSWER_MS = 30_000  # a look-up that hangs
CROSSED = (FlowMoved, VisitOpened, OfferMade, TalkStarted, WorkChanged)  # at each a customer may be leaving already
CARRIER_REPEATS, CARRIER_REPEAT_MS_MAX = 5, 120_000  # a carrier that got no 200 tries again, out of order

# Whose events are repeated when no receipt came: the desk's, and phones' that register. Lines died with the engine.
REPEATING = ("agent", "conversation", "message", "contact", "station")


def source_of(event: Event) -> str:
    """Return by which source's order an event must be delivered: its leg, conversation, agent or station."""
    for name in ("leg", "conversation", "agent", "station", "message", "contact"):
        source = getattr(event, name, "")
        if source:
            return f"{name}/{source}"
    return type(event).__name__


def is_repeated(event: Event) -> bool:
    """Return whether the sender of an event outlives the engine and says it again until there is a receipt."""
    return source_of(event).split("/")[0] in REPEATING


class Delivery:
    """The way of events from the world to the engine."""

    def __init__(self, engine: Engine, streams: Streams, rates: FaultRates) -> None:
        """Deliver to `engine` with the given faults."""
        self.injected: Counter[str] = Counter()
        self._engine = engine
        self._until_at = engine.world.now + rates.until_ms if rates.until_ms else None
        self._random = streams.stream("faults")
        self._rates = rates
        self._last_at: dict[str, int] = {}

    def submit(self, event: Event) -> None:
        """Deliver an event after the network's delay, perhaps late, perhaps again and again."""
        world, rates = self._engine.world, self._rates
        if isinstance(event, LegHungUp) and self.strikes(rates.lost_byes_permille, "F3"):
            world.after(SILENCE_MS, lambda: self._deliver(LegLost(event.leg, "no_media")))
            return
        if isinstance(event, CustomerIdentified) and self.strikes(rates.slow_answers_permille, "F15"):
            world.after(HUNG_ANSWER_MS, lambda: self._deliver(event))
            return
        self._deliver(event)
        if self.strikes(rates.doubled_permille, "F3"):
            self._deliver(event)
        if isinstance(event, TextArrived | TextDelivery) and self.strikes(rates.doubled_permille, "F16"):
            for _ in range(CARRIER_REPEATS):
                again_ms = self._random.randrange(CARRIER_REPEAT_MS_MAX)
                self._engine.world.after(again_ms, lambda: self._engine.submit(event))

    def _deliver(self, event: Event) -> None:
        world, source, crashes = self._engine.world, source_of(event), self._engine.crashes
        delay_ms = NETWORK_MS
        if self.strikes(self._rates.late_permille, "F3"):
            delay_ms += self._random.randrange(self._rates.late_ms_max)
        at = max(world.now + delay_ms, self._last_at.get(source, 0))
        self._last_at[source] = at
        world.at(at, lambda: self._hand_over(event, crashes))

    def _hand_over(self, event: Event, crashes: int) -> None:
        """Hand an event over; what was under way inside a process that died in between is gone with it."""
        if crashes == self._engine.crashes or is_repeated(event):
            self._engine.submit(event)

    def strikes(self, permille: int, kind: str) -> bool:
        """Draw whether a fault of some kind happens now, and count it."""
        if not permille or (self._until_at is not None and self._engine.world.now >= self._until_at):
            return False
        strikes = self._random.randrange(1000) < permille
        self.injected[kind] += strikes
        return strikes


class Disk:
    """How long commits take: a tick, and now and then as long as a disk that is busy elsewhere; or they hang."""

    def __init__(self, streams: Streams, rates: FaultRates, usual_ms: int) -> None:
        """Take `usual_ms` but for the slow ones."""
        self._random = streams.stream("disk")
        self._rates = rates
        self._usual_ms = usual_ms
        self.hangs = False
        self.slow = 0

    def commit_ms(self) -> int:
        """Return how long the next commit takes."""
        rates = self._rates
        if self.hangs:
            return DAY_MS
        if rates.slow_commit_permille and self._random.randrange(1000) < rates.slow_commit_permille:
            self.slow += 1
            return self._random.randrange(rates.slow_commit_ms_max)
        return self._usual_ms


class Faults:
    """What befalls a running centre: its engine dies, its lines, consoles and phones get lost."""

    def __init__(
        self,
        engine: Engine,
        disk: Disk,
        telephony: Telephony,
        delivery: Delivery,
        streams: Streams,
        rates: FaultRates,
    ) -> None:
        """Be ready to strike; `customers` are those of the scene, as soon as there is one."""
        self.customers: dict[ContactId, Customer] = {}
        self._rates = rates
        self._disk = disk
        self._engine = engine
        self._telephony = telephony
        self._delivery = delivery
        self._random = streams.stream("strikes")
        self._published = 0
        self._injected = delivery.injected

    def plan(self, config: CenterConfig, until_at: int) -> None:
        """Plan all strikes, spread over the time until `until_at`."""
        self._config, rates = config, self._rates
        agents = [agent.id for agent in config.agents if not agent.phone_only]
        for count, strike in (
            (rates.restarts, self._hang),
            (rates.lost_lines, self._lose_line),
            (rates.lost_phones, self._lose_phone),
            (rates.lost_consoles if agents else 0, lambda: self._lose_console(self._random.choice(agents))),
            (rates.reconfigurations, self._reconfigure),
            (rates.torn_restarts, self._tear),
            (rates.rolling_restarts, self._roll),
            (rates.freezes, lambda: self._freeze(rates.freeze_ms_max)),
            (rates.clock_steps, self._step_clock),
        ):
            world = self._engine.world
            for _ in range(count):
                world.at(world.now + self._random.randrange(until_at - world.now), strike)

    def _hang(self) -> None:
        """Let the disk hang, and some time later the engine die of it: what it decided meanwhile is lost."""
        self._disk.hangs = True
        self._engine.world.after(self._random.randrange(HANG_MS_MAX), self._restart)

    def _restart(self, durable: int = 0) -> None:
        """Kill the engine and start another; who got no word from it says it again."""
        self._injected["F1"] += 1
        self._disk.hangs = False
        self._telephony.die()
        for event in self._engine.restart(durable):
            if is_repeated(event):
                self._delivery.submit(event)

    def _tear(self) -> None:
        """Let the disk hang, as a full one does, and the engine die: it wrote nothing, a part, or all of the batch."""
        self._disk.hangs = True
        self._injected["F10"] += 1
        self._engine.world.after(self._random.randrange(HANG_MS_MAX), self._restart_torn)

    def _restart_torn(self) -> None:
        durable = self._random.choice((self._engine.writing, self._random.randrange(self._engine.writing + 1)))
        self._injected["F5"] += durable > 0
        self._restart(durable)

    def _roll(self) -> None:
        """Replace the engine while the lines live on."""
        self._injected["F14"] += 1
        self._engine.hand_over(tuple(self._telephony.lines))

    def _freeze(self, ms_max: int) -> None:
        self._injected["F2"] += 1
        self._engine.freeze(self._random.randrange(1_000, ms_max))

    def _step_clock(self) -> None:
        self._injected["F9"] += 1
        self._engine.submit(ClockStepped(self._random.choice((-HOUR_MS, HOUR_MS))))

    def _reconfigure(self) -> None:
        """Publish a configuration in which the agents' skills have changed hands."""
        self._injected["F13"] += 1
        agents = self._config.agents
        skills = [agent.skills for agent in agents]
        self._random.shuffle(skills)
        changed = tuple(replace(agent, skills=held) for agent, held in zip(agents, skills, strict=True))
        self._published += 1
        self._engine.submit(ConfigPublished(f"changed/{self._published}", replace(self._config, agents=changed)))

    def _lose_line(self) -> None:
        lines = list(self._telephony.lines)
        if lines:
            self._telephony.lose(self._random.choice(lines))

    def _lose_phone(self) -> None:
        stations = list(self._telephony.phones)
        if stations:
            station = self._random.choice(stations)
            phone = self._telephony.phones[station]
            self._telephony.unbind(station)
            self._back_soon(lambda: self._telephony.bind(station, phone))

    def notice(self, fact: Fact) -> None:
        """Strike in the very moment: the console vanishes as work changes, the customer leaves as anything happens."""
        if isinstance(fact, WorkChanged) and self._delivery.strikes(self._rates.vanished_permille, "F11"):
            self._lose_console(fact.agent)
        if isinstance(fact, CROSSED) and self._delivery.strikes(self._rates.crossing_permille, "F12"):
            customer = self.customers.get(fact.contact)
            if customer is not None:
                self._engine.world.after(self._random.randrange(2 * NETWORK_MS), customer.go)

    def _lose_console(self, agent: AgentId) -> None:
        """Some come back within the grace time of the console, some do not."""
        self._injected["F11"] += 1
        self._delivery.submit(ConsoleLost(agent))
        self._back_soon(lambda: self._delivery.submit(ConsoleConnected(agent)))

    def _back_soon(self, back: Callable[[], None]) -> None:
        self._engine.world.after(self._random.randrange(BACK_MS_MAX), back)
