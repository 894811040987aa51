"""A floor full of agents for `bench.acd`, and the people who keep it busy: whoever is offered a contact takes it.

Every queue asks by expression, relaxes twice, has a recipe, a way of ageing and one of the strategies that ring one
phone at a time, and tells its places; so lines, alarms and choices are as many as in life. Nothing is recorded.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median
from time import thread_time_ns
from typing import NamedTuple

from contactcenter.acd.strategies import RING_ALL, STRATEGIES
from contactcenter.center import Center
from contactcenter.model import commands, events
from contactcenter.model.config import (
    AgentAttribute,
    AgentConfig,
    CenterConfig,
    EntryConfig,
    QueueConfig,
    RelaxStep,
    SkillLevel,
    StationConfig,
)
from contactcenter.model.events import Event
from contactcenter.model.facts import (
    BridgeMade,
    OfferMade,
    PositionTold,
    RecipeStepDue,
    RequirementRelaxed,
    TalkStarted,
)
from contactcenter.model.flow import Branch, EnqueueNode, Flow, HangUpNode
from contactcenter.model.ids import AgentId, ContactId, ConversationId, LegId, OfferId, PersonId, QueueId, StationId
from contactcenter.model.recipes import RaisePriority, RecipeStep
from contactcenter.model.step import Step
from contactcenter.model.words import Channel
from contactcenter.runtime.pauses import Collector

__all__ = ["Floor", "Size", "configuration"]

TEAMS = 20
SKILLS_EACH = 4
WAIT_MS = 60_000  # so long a contact waits, or talks where nobody waits: past both steps, told its place twice
EVENTS_EACH = 6  # of a call; a chat has four
ALARMS = (PositionTold, RequirementRelaxed, RecipeStepDue)  # what the alarms of those who wait come to, one each
QUEUE_LIMIT = 1_000_000
BEGUN_AT = 1_700_000_000_000


class Size(NamedTuple):
    """How large a floor is; `texts` are chats among a hundred contacts."""

    agents: int
    waiting: int
    skills: int
    texts: int = 0


def configuration(size: Size) -> CenterConfig:
    """Return a queue for each skill, and agents who hold four of them at several levels, with a language and a team."""
    queues = [QueueId(f"q{number}") for number in range(size.skills)]
    channels = (Channel.VOICE, Channel.CHAT)
    return CenterConfig(
        name="bench",
        languages=("en",),
        entries=tuple(EntryConfig(queue, channel, queue, "en") for queue in queues for channel in channels),
        queues=tuple(_queue(number) for number in range(size.skills)),
        agents=tuple(_agent(number, size.skills) for number in range(size.agents)),
        stations=tuple(StationConfig(StationId(f"p{number}"), contact="sip:phone") for number in range(size.agents)),
        flows=tuple(
            Flow(queue, "in", (Branch("in", EnqueueNode(queue, "out")), Branch("out", HangUpNode())))
            for queue in queues
        ),
    )


def _queue(number: int) -> QueueConfig:
    skill, names = f"s{number}", [name for name in STRATEGIES if name != RING_ALL]  # one phone rings at a time
    wider = RelaxStep(20_000, f"{skill} >= 3"), RelaxStep(40_000, f'{skill} or team == "t{number % TEAMS}"')
    return QueueConfig(
        QueueId(f"q{number}"),
        f"q{number}",
        skill,
        limit=QUEUE_LIMIT,
        requires=f"{skill} >= 5 and (lang.en or lang.es)",
        relax=wider,
        strategy=names[number % len(names)],
        ageing_ms=60_000 * (number % 2),
        class_priority=(("gold", 5),),
        recipe=(RecipeStep(30_000, RaisePriority(1), "waiting_per_agent > 3"),),
        record=False,
    )


def _agent(number: int, skills: int) -> AgentConfig:
    held = dict.fromkeys((number * factor + shift) % skills for factor, shift in ((1, 0), (7, 1), (13, 5), (31, 11)))
    levels = [5 + number % 6, *(1 + (number // 3 + place) % 10 for place in range(SKILLS_EACH - 1))]
    language = AgentAttribute("lang.es" if number % 3 else "lang.en", True)
    return AgentConfig(
        AgentId(f"a{number}"),
        f"a{number}",
        tuple(SkillLevel(f"s{skill}", level) for skill, level in zip(held, levels, strict=False)),
        team=f"t{number % TEAMS}",
        station=StationId(f"p{number}"),
        attributes=(language,),
    )


def reading_ns() -> int:
    """Return how much of a time that is read from the clock of CPU time is the reading itself; it asks the kernel."""
    return int(median(-(thread_time_ns() - thread_time_ns()) for _ in range(1_000)))


class Offered(NamedTuple):
    """A contact that rings at an agent's; `line` is the dialled leg, empty for a text."""

    offer: OfferId
    agent: AgentId
    contact: ContactId
    line: str


class Talk(NamedTuple):
    """A contact in talk; `customer` is the caller's leg, empty for a text."""

    customer: str
    agent: AgentId
    contact: ContactId


@dataclass(slots=True)
class Work:
    """What the centre was asked to do, and the CPU time (ns) of each act; alarms are counted beside the events."""

    took_ns: list[int] = field(default_factory=list)
    lifecycles: int = 0
    events: int = 0
    alarms: int = 0


class Floor:
    """A centre with its configuration, and once it is filled with everybody ready and contacts that go through it."""

    def __init__(self, size: Size) -> None:
        """Publish the configuration; a `collector` that is set from then on is told of each decision."""
        self.size = size
        self.collector: Collector | None = None
        self.center = Center()
        self.work = Work()
        self.offered: deque[Offered] = deque()
        self.talking: deque[Talk] = deque()
        self._reading_ns = reading_ns()
        self._clock_us = BEGUN_AT * 1_000
        self._step_us = 0
        self._arrived = 0
        self.handle(events.ConfigPublished("bench", configuration(size)))

    def fill(self) -> None:
        """Sign everybody in, let all talk (half of them when nobody is to wait), and let the others wait."""
        size = self.size
        for number in range(size.agents):
            self._sign_in(number)
        for number in range(size.agents if size.waiting else size.agents // 2):
            self.arrive(number)
            self.answer()
        self._step_us = WAIT_MS * 1_000 // max(size.waiting, len(self.talking)) // EVENTS_EACH
        for number in range(size.waiting):
            self.arrive(number % size.agents)
            self.answer()

    def lifecycle(self) -> None:
        """Let a contact arrive, the longest talk end, and its agent take what comes; each agent's own queue is fed."""
        self.arrive(int(self.talking[0].agent[1:]))
        self.answer()
        self.end()
        self.answer()
        self.work.lifecycles += 1

    def arrive(self, number: int) -> None:
        """Let a contact come for the first queue of an agent."""
        self._arrived += 1
        queue, person = f"q{number % self.size.skills}", PersonId("nobody")
        if self._arrived * 37 % 100 < self.size.texts:
            self.handle(events.ChatStarted(ConversationId(f"chat{self._arrived}"), queue, person, None, "en"))
            return
        leg = LegId(f"in{self._arrived}")
        self.handle(events.CallArrived(leg, "trunk", queue, None, f"k{self._arrived}", person))
        self.handle(events.LegAnswered(leg))

    def answer(self) -> None:
        """Let everybody take what rings, and what that brings."""
        while self.offered:
            offered = self.offered.popleft()
            if offered.line:
                self.handle(events.LegRinging(LegId(offered.line)))
                self.handle(events.LegAnswered(LegId(offered.line)))
            else:
                self.handle(events.OfferAccepted(offered.agent, offered.offer))

    def end(self) -> None:
        """Let the longest talk end and be wrapped up."""
        customer, agent, contact = self.talking.popleft()
        if customer:
            self.handle(events.LegHungUp(LegId(customer)))
        else:
            self.handle(events.ContactClosed(agent, contact))
        self.handle(events.WrapUpFinished(agent, contact, ""))

    def handle(self, event: Event) -> None:
        """Let an event happen a little later; alarms that are due go first."""
        self._clock_us += self._step_us
        now = self._clock_us // 1_000
        due_at = self.center.deadline()
        if due_at is not None and due_at <= now:
            passed = self.decide(events.TimePassed(), now)
            self.work.alarms += sum(isinstance(fact, ALARMS) for fact in passed.facts)
            self._follow(passed)
        step = self.decide(event, now)
        self.work.events += 1
        if step.rejected is not None:
            raise RuntimeError(step.rejected)
        self._follow(step)

    def decide(self, event: Event, now: int) -> Step:
        """Let the centre decide, as the engine does with each event, and note what that took."""
        begun = thread_time_ns()
        step = self.center.handle(event, now)
        self.center.deadline()
        if self.collector is not None:
            self.collector.decided(1)
        self.work.took_ns.append(max(0, thread_time_ns() - begun - self._reading_ns))
        return step

    def _follow(self, step: Step) -> None:
        """Note what rings now, and who talks."""
        dialled = (command for command in step.commands if isinstance(command, commands.DialStation))
        customer = ""
        for fact in step.facts:
            match fact:
                case OfferMade():
                    line = next(dialled).leg if fact.channel is Channel.VOICE else ""
                    self.offered.append(Offered(fact.offer, fact.agent, fact.contact, line))
                case BridgeMade():
                    customer = fact.caller
                case TalkStarted():
                    self.talking.append(Talk(customer, fact.agent, fact.contact))
                case _:
                    pass

    def _sign_in(self, number: int) -> None:
        agent = AgentId(f"a{number}")
        self.handle(events.ConsoleConnected(agent))
        self.handle(events.AgentSignedIn(agent, StationId(f"p{number}")))
        self.handle(events.ReadyChosen(agent))
