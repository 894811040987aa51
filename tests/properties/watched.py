"""The real centre with its journal and its clock, and every oracle fed at each entry.

What happens is handed over as the sequencer does it: deadlines first, then the event. A refused event must change
nothing; whatever follows must satisfy all invariants at once.
"""

from __future__ import annotations

from contactcenter.center import Center
from contactcenter.model import commands, events
from contactcenter.model.config import CenterConfig
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.facts import ContactArrived, Fact, LegOpened, OfferMade, RecordingChanged, TextPosted
from contactcenter.model.ids import ContactId, ConversationId, LegId, MessageId, PlayId, RecordingId
from contactcenter.model.step import Step
from contactcenter.model.words import Delivery, RecordingState
from contactcenter.sim.checkers import all_checkers
from contactcenter.sim.violations import Ledger
from tests.properties.floor import faults_of
from tests.properties.state import first_difference, state_of

__all__ = ["MORNING", "Watched"]

MORNING = 1_700_000_000_000
DAY_MS = 86_400_000
VERSION = "properties"


class Watched:
    """A centre under the eyes of all oracles; the lists are what was ever seen of its lines, offers and so on."""

    def __init__(self, config: CenterConfig) -> None:
        """Open with everybody signed out."""
        self.center = Center()
        self.now = MORNING
        self.journal: list[Entry] = []
        self.ledger = Ledger()
        self.checkers = all_checkers(self.ledger)
        self.epoch = 1
        self.broken = False
        self.refused = 0
        self.legs: list[LegId] = []
        self.plays: list[tuple[LegId, PlayId]] = []
        self.offers: list[OfferMade] = []
        self.contacts: list[ContactId] = []
        self.conversations: list[ConversationId] = []
        self.recordings: list[RecordingId] = []
        self.messages: list[MessageId] = []
        self.center.begin_epoch(self.epoch)
        self.happens(events.ConfigPublished("first", config))

    def happens(self, event: Event) -> Step:
        """Let an event happen now, accepted or refused; deadlines that are due fire before it."""
        if not isinstance(event, events.EngineStarted):
            self._wake()
        return self._handle(event)

    def passes(self, ms: int) -> None:
        """Let time pass, waking the centre at each deadline."""
        until = self.now + ms
        deadline = self.center.deadline()
        while deadline is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self._handle(events.TimePassed())
            deadline = self.center.deadline()
        self.now = until

    def freezes(self, ms: int) -> None:
        """Let the process stand still (a paused machine): deadlines of that time fire late, all at once."""
        self.now += ms
        self._wake()

    def dies(self, held: tuple[LegId, ...] = ()) -> None:
        """Kill the engine; its successor, made of facts alone, must be what died, and takes over."""
        successor = self._applied()
        told = first_difference(state_of(self.center), state_of(successor))
        assert not told, f"facts alone do not rebuild {told}"
        self.epoch += 1
        successor.begin_epoch(self.epoch)
        self.center = successor
        self.happens(events.EngineStarted(VERSION, held))

    def check_replay(self) -> None:
        """Apply the journal again and decide it again: both must agree with what happened."""
        told = first_difference(state_of(self.center), state_of(self._applied()))
        assert not told, f"facts alone do not rebuild {told}"
        again = Center()
        for entry in self.journal:
            again.begin_epoch(entry.position.epoch)
            step = again.handle(entry.event, entry.at)
            assert tuple(step.facts) == entry.facts, f"decided otherwise: {entry}"

    def comes_to_rest(self) -> None:
        """Let everybody go: all lines fall, chats end, recordings are stored, agents leave; a day on all is over."""
        for _ in range(2):
            for agent in list(self.center.routing.floor.agents):
                self.happens(events.ConsoleLost(agent))
            for leg in list(self.center.calls.lines.legs):
                self.happens(events.LegHungUp(leg))
            for conversation in list(self.center.conversations.threads.threads):
                self.happens(events.VisitorLeft(conversation))
            for contact_id, contact in list(self.center.routing.floor.contacts.items()):
                if contact.message is not None and contact.message.left:
                    self.happens(events.MessageDismissed(contact_id))
            for recording in self.recordings:
                self.happens(events.RecordingStored(recording, 1_000, 16_000, "0" * 64))
            self.passes(DAY_MS + 1)
        for checker in self.checkers:
            checker.finish(self.now)
        self.check()
        floor = self.center.routing.floor
        assert not floor.contacts and not floor.offers, f"left on the floor: {floor.contacts}"
        assert not any(agent.work for agent in floor.agents.values()), "A3: left in somebody's hands"
        assert not self.center.calls.lines.legs and not self.center.calls.lines.calls, "lines are left"
        assert not self.center.conversations.threads.threads, "threads are left"

    def check(self) -> None:
        """Hold every invariant now."""
        self.broken = True
        assert not self.ledger.violations, "\n".join(map(str, self.ledger.violations[:10]))
        faults = faults_of(self.center.routing.floor)
        assert not faults, "\n".join(faults[:10])
        self.broken = False

    def _wake(self) -> None:
        deadline = self.center.deadline()
        if deadline is not None and deadline <= self.now:
            self._handle(events.TimePassed())

    def _handle(self, event: Event) -> Step:
        position, self.broken = self.center.position, True
        step = self.center.handle(event, self.now)
        if step.rejected is not None:
            self.refused += 1
            assert self.center.position == position and step.rejected.reason
            self.broken = False
            return step
        entry = Entry(self.center.position, self.now, VERSION, event, tuple(step.facts))
        self.journal.append(entry)
        for fact in step.facts:
            self._note(fact)
        for command in step.commands:
            if isinstance(command, commands.Play | commands.Collect):
                self.plays.append((command.leg, command.play))
        for checker in self.checkers:
            checker.see(entry)
        self.broken = False
        return step

    def _note(self, fact: Fact) -> None:
        """Keep what late events of the outside may name again."""
        match fact:
            case ContactArrived():
                self.contacts.append(fact.contact)
                if fact.conversation is not None:
                    self.conversations.append(fact.conversation)
            case LegOpened():
                self.legs.append(fact.leg)
            case OfferMade():
                self.offers.append(fact)
            case RecordingChanged(state=RecordingState.STARTED):
                self.recordings.append(fact.recording)
            case TextPosted(delivery=Delivery.PENDING):
                self.messages.append(fact.message)

    def _applied(self) -> Center:
        center = Center()
        for entry in self.journal:
            center.apply(entry)
        return center
