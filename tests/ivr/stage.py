"""A stage on which flows walk alone: the test plays the siblings, says their facts and hears what the flows decide."""

from __future__ import annotations

from contactcenter.ivr.interpreter import Flows
from contactcenter.model.config import CalendarConfig, CenterConfig, QueueConfig
from contactcenter.model.entry import Position
from contactcenter.model.facts import (
    ConfigApplied,
    ContactArrived,
    Fact,
    KeyHeard,
    LegChanged,
    PromptEnded,
    PromptIssued,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import (
    Branch,
    Choice,
    CollectNode,
    EnqueueNode,
    Flow,
    HangUpNode,
    HoursNode,
    MenuNode,
    Node,
    SayNode,
)
from contactcenter.model.ids import ContactId, LegId, PersonId, PlayId, QueueId, VisitId
from contactcenter.model.part import changes_of
from contactcenter.model.sealed import Sealed
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.voicemail import VoicemailConfig
from contactcenter.model.words import Channel, LegRole, LegState, VisitOutcome

CALLER = ContactId("C1")
LINE = LegId("L1")
METER = Sealed(PersonId("P1"), b"box")

HOTLINE: dict[str, Node] = {
    "welcome": SayNode(("welcome",), "main"),
    "main": MenuNode(
        prompts=("menu_main",),
        choices=(Choice("1", "choice_fault", "meter"), Choice("2", "choice_office", "office")),
        otherwise="person",
        silence_ms=5_000,
        tries=3,
    ),
    "meter": CollectNode("meter", ("enter_meter",), "faults", "person", min_keys=4, max_keys=8, tries=2),
    "faults": EnqueueNode(QueueId("faults"), "full", priority=5),
    "office": HoursNode("office", "person", "closed"),
    "person": EnqueueNode(QueueId("general"), "full"),
    "closed": HangUpNode(("closed",), "closed"),
    "full": HangUpNode((), "closed"),
}


def flow_of(nodes: dict[str, Node], start: str = "welcome") -> Flow:
    """Make a flow named `hotline`."""
    return Flow("hotline", start, tuple(Branch(name, node) for name, node in nodes.items()))


def config_of(nodes: dict[str, Node], start: str = "welcome", limit: int = 2) -> CenterConfig:
    """Make a centre whose only flow has these nodes; its office is open from 1,000 to 2,000 ms.

    The general queue takes messages."""
    return CenterConfig(
        name="test",
        languages=("en",),
        entries=(),
        queues=(
            QueueConfig(QueueId("faults"), "faults", "any", limit=limit),
            QueueConfig(QueueId("general"), "general", "any", limit=limit, voicemail=VoicemailConfig()),
        ),
        agents=(),
        stations=(),
        flows=(flow_of(nodes, start),),
        calendars=(CalendarConfig("office", ((1_000, 2_000),)),),
    )


class Stage:
    """The flows of one centre at a time that the test sets."""

    def __init__(self, nodes: dict[str, Node] = HOTLINE, start: str = "welcome", limit: int = 2) -> None:
        """Begin with one flow in force, at 1,000 ms."""
        self.now = 1_000
        self.timers = Timers()
        self.flows = Flows(self.timers)
        self.prompt = PlayId("")
        self.journal: list[tuple[int, Fact]] = []
        self._changes = {kind: (self._note, *rules) for kind, rules in changes_of([self.flows]).items()}
        self._sequence = 0
        self.say(ConfigApplied("hash", config_of(nodes, start, limit)))

    def draft(self) -> Draft:
        """Begin a step."""
        self._sequence += 1
        return Draft(self.now, Position(1, self._sequence), self._changes)

    def _note(self, fact: Fact, now: int) -> None:
        self.journal.append((now, fact))

    def say(self, *facts: Fact) -> list[Fact]:
        """State facts of the siblings, one after another in one step; return what the flows made of them."""
        draft = self.draft()
        for fact in facts:
            draft.emit(fact)
            self.flows.react(fact, draft)
        return self._heard([fact for fact in draft.facts if fact not in facts])

    def wait(self, ms: int) -> list[Fact]:
        """Let time pass; return what the flows decided when their alarms were due."""
        self.now += ms
        draft = self.draft()
        while (name := self.timers.pop_due(self.now)) is not None:
            self.flows.alarm(name, draft)
        return self._heard(draft.facts)

    def _heard(self, facts: list[Fact]) -> list[Fact]:
        self.prompt = next((fact.prompt for fact in reversed(facts) if isinstance(fact, PromptIssued)), self.prompt)
        return facts

    # --- what happens to the customer

    def arrive(
        self, channel: Channel = Channel.VOICE, flow: str = "hotline", contact: ContactId = CALLER
    ) -> list[Fact]:
        """A customer comes."""
        leg = LINE if channel is Channel.VOICE else None
        return self.say(ContactArrived(contact, channel, "95598", flow, "en", None, None, "", leg))

    def line_up(self, role: LegRole = LegRole.CALLER, contact: ContactId = CALLER) -> list[Fact]:
        """A line of the contact is up."""
        return self.say(LegChanged(LINE, contact, role, LegState.UP))

    def call(self) -> list[Fact]:
        """A caller comes and is answered."""
        return self.arrive() + self.line_up()

    def press(self, key: str) -> list[Fact]:
        """The customer presses a key, or writes a choice."""
        return self.say(KeyHeard(CALLER, key))

    def hear_out(self) -> list[Fact]:
        """The last prompt runs to its end."""
        return self.say(PromptEnded(CALLER, self.prompt))

    def key_in(self, length: int, outcome: str = "done") -> list[Fact]:
        """The collection ends."""
        return self.say(PromptEnded(CALLER, self.prompt, outcome, length, METER if length else None))

    def fill(self, queue: str, count: int) -> None:
        """Others enter a queue."""
        for number in range(count):
            visit, contact = VisitId(f"V{number}"), ContactId(f"W{number}")
            self.say(VisitOpened(visit, contact, QueueId(queue), Channel.VOICE, 0, self.now))

    def drain(self, queue: str) -> None:
        """One of them leaves it."""
        visit, contact = VisitId("V0"), ContactId("W0")
        self.say(VisitEnded(visit, contact, QueueId(queue), Channel.VOICE, VisitOutcome.ABANDONED, 0))


def places(facts: list[Fact]) -> list[str]:
    """Write facts short: the kind, and the node, prompts, key or outcome."""
    return [_place(fact) for fact in facts]


def _place(fact: Fact) -> str:
    kind = type(fact).__name__
    for name in ("node", "prompts", "name", "queue", "outcome", "flow"):
        value = getattr(fact, name, None)
        if value:
            return f"{kind} {' '.join(value) if isinstance(value, tuple) else value}"
    return kind
