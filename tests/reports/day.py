"""Facts of a day told in few words, for the tests of all folds: legal streams, by hand or drawn by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from hypothesis import strategies as st

from contactcenter.model.config import AgentConfig, CenterConfig, QueueConfig, SkillLevel
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    CustomerAnswered,
    Fact,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    TalkEnded,
    TalkStarted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, OfferId, QueueId, VisitId
from contactcenter.model.words import Channel, ContactOutcome, OfferOutcome, Party, Presence, VisitOutcome, Work

FAULTS, SALES = QueueId("faults"), QueueId("sales")
ANN, BOB = AgentId("ann"), AgentId("bob")
MINUTE = 60_000
QUARTER = 15 * MINUTE
KINDS = len(Presence) + len(Work)


class Fold(Protocol):
    """Anything that folds facts."""

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact into account."""


def config() -> CenterConfig:
    """Two queues; Ann serves both, Bob serves faults only."""
    skilled = {ANN: (SkillLevel("faults", 5), SkillLevel("sales", 5)), BOB: (SkillLevel("faults", 3),)}
    return CenterConfig(
        name="test",
        languages=("en",),
        entries=(),
        queues=(QueueConfig(FAULTS, "Faults", "faults"), QueueConfig(SALES, "Sales", "sales", min_level=2)),
        agents=tuple(AgentConfig(name, name.title(), skills) for name, skills in skilled.items()),
        stations=(),
        flows=(),
    )


@dataclass
class Day:
    """A clock and the facts stated so far; each method states what its name says at the clock's time."""

    at: int = 0
    facts: list[tuple[int, Fact]] = field(default_factory=list)
    opened_at: dict[str, tuple[int, QueueId, Channel]] = field(default_factory=dict)

    def state(self, fact: Fact) -> None:
        """State any fact now."""
        self.facts.append((self.at, fact))

    def configure(self) -> None:
        """Put the test's configuration in force."""
        self.state(ConfigApplied("hash", config()))

    def arrive(self, name: str, channel: Channel = Channel.VOICE) -> None:
        """A contact `name` comes."""
        self.state(ContactArrived(ContactId(name), channel, "100", "main", "en", None, None, ""))

    def enter(self, name: str, queue: QueueId = FAULTS, channel: Channel = Channel.VOICE) -> None:
        """The contact enters a queue; its visit carries its name."""
        self.opened_at[name] = (self.at, queue, channel)
        self.state(VisitOpened(VisitId(name), ContactId(name), queue, channel, 0, self.at))

    def leave(self, name: str, outcome: VisitOutcome = VisitOutcome.ABANDONED, agent: AgentId | None = None) -> None:
        """The contact's visit ends."""
        opened_at, queue, channel = self.opened_at.pop(name)
        wait_ms = self.at - opened_at
        self.state(VisitEnded(VisitId(name), ContactId(name), queue, channel, outcome, wait_ms, agent))

    def ring(self, name: str, agent: AgentId) -> None:
        """The contact is offered to an agent."""
        _, queue, channel = self.opened_at[name]
        visit, contact, offer = VisitId(name), ContactId(name), OfferId(f"o{name}")
        self.state(OfferMade(offer, contact, visit, queue, channel, agent, None, self.at + 15_000))
        self.work(name, agent, Work.RINGING, channel)

    def miss(self, name: str, agent: AgentId) -> None:
        """The agent lets it ring."""
        _, _, channel = self.opened_at[name]
        self.state(OfferEnded(OfferId(f"o{name}"), ContactId(name), agent, channel, OfferOutcome.NO_ANSWER))
        self.work(name, agent, Work.ENDED, channel)
        self.present(agent, Presence.NOT_READY, "no_answer")

    def answer(self, name: str, agent: AgentId) -> None:
        """The agent takes the contact."""
        _, queue, channel = self.opened_at[name]
        self.state(OfferEnded(OfferId(f"o{name}"), ContactId(name), agent, channel, OfferOutcome.ACCEPTED))
        self.leave(name, VisitOutcome.HANDLED, agent)
        self.state(TalkStarted(ContactId(name), VisitId(name), queue, channel, agent))
        self.work(name, agent, Work.TALKING, channel)

    def write(self, name: str, agent: AgentId, channel: Channel = Channel.CHAT, queue: QueueId = FAULTS) -> None:
        """The agent writes for the first time to a contact that began to wait when the day did."""
        self.state(CustomerAnswered(ContactId(name), VisitId(name), queue, channel, agent, self.at))

    def part(self, name: str, agent: AgentId, channel: Channel = Channel.VOICE) -> None:
        """The talk ends, wrap-up begins."""
        self.state(TalkEnded(ContactId(name), agent, channel, Party.CUSTOMER))
        self.work(name, agent, Work.WRAP_UP, channel)

    def finish(self, name: str, agent: AgentId, channel: Channel = Channel.VOICE) -> None:
        """Wrap-up is done, the contact is over."""
        self.work(name, agent, Work.ENDED, channel)
        self.end(name, ContactOutcome.HANDLED, channel)

    def end(self, name: str, outcome: ContactOutcome, channel: Channel = Channel.VOICE) -> None:
        """The contact is over."""
        self.state(ContactEnded(ContactId(name), channel, outcome))

    def work(self, name: str, agent: AgentId, work: Work, channel: Channel = Channel.VOICE) -> None:
        """The agent does something with the contact."""
        self.state(WorkChanged(agent, ContactId(name), channel, work))

    def present(self, agent: AgentId, presence: Presence, reason: str = "") -> None:
        """The agent's presence changes."""
        self.state(PresenceChanged(agent, presence, reason, self.at))

    def entries(self) -> list[Entry]:
        """The day as a journal would hold it, one entry for all that happened at one time."""
        groups = [(at, [fact for _, fact in group]) for at, group in groupby(self.facts, key=itemgetter(0))]
        return [
            Entry(Position(1, number), at, "test", TimePassed(), tuple(facts))
            for number, (at, facts) in enumerate(groups, 1)
        ]

    def into(self, *folds: Fold) -> None:
        """Let folds take all facts in."""
        for at, fact in self.facts:
            for fold in folds:
                fold.apply(fact, at)


@st.composite
def visit_days(draw: st.DrawFn) -> Day:
    """Any legal day of queue visits: they begin and end at any time, in any order, in any way."""
    day = Day()
    day.configure()
    steps = st.tuples(st.integers(0, 20 * MINUTE), st.integers(0, 9), st.integers(0, 50))
    for number, (pause_ms, kind, pick) in enumerate(draw(st.lists(steps, max_size=60))):
        day.at += pause_ms
        waiting = list(day.opened_at)
        if kind < 5 or not waiting:
            day.enter(f"v{number}", (FAULTS, SALES)[pick % 2], tuple(Channel)[pick % 3])
        else:
            day.leave(waiting[pick % len(waiting)], tuple(VisitOutcome)[(pick + kind) % len(VisitOutcome)])
    day.at += draw(st.integers(0, 40 * MINUTE))
    return day


@st.composite
def agent_days(draw: st.DrawFn) -> Day:
    """Any day of two agents' presence and work, contacts overlapping as they will."""
    day = Day()
    day.configure()
    steps = st.tuples(
        st.integers(0, 40 * MINUTE), st.sampled_from((ANN, BOB)), st.integers(0, KINDS - 1), st.integers(0, 3)
    )
    for pause_ms, agent, kind, contact in draw(st.lists(steps, max_size=40)):
        day.at += pause_ms
        if kind < len(Presence):
            day.present(agent, tuple(Presence)[kind], ("lunch", "break", "", "work")[contact])
        else:
            day.work(f"{agent}{contact}", agent, tuple(Work)[kind - len(Presence)], Channel.CHAT)
    day.at += draw(st.integers(0, 40 * MINUTE))
    return day
