"""A small centre to tell stories about: two agents, one queue, a menu, and verbs that read like the day's work.

Each story drives the real `Center` in virtual time; at its end the journal is decided again and must agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from contactcenter.center import Center
from contactcenter.model import events
from contactcenter.model.config import (
    AgentConfig,
    CenterConfig,
    EntryConfig,
    QueueConfig,
    SkillLevel,
    StationConfig,
)
from contactcenter.model.entry import Entry
from contactcenter.model.events import Event
from contactcenter.model.facts import Fact, OfferMade
from contactcenter.model.flow import Branch, Choice, CollectNode, EnqueueNode, Flow, HangUpNode, MenuNode, SayNode
from contactcenter.model.ids import (
    AgentId,
    ContactId,
    ConversationId,
    LegId,
    MessageId,
    OfferId,
    PersonId,
    QueueId,
    StationId,
)
from contactcenter.model.sealed import Sealed
from contactcenter.model.step import Step
from contactcenter.model.words import Channel, LegRole

__all__ = ["ANNA", "BO", "FAULTS", "MORNING", "Centre", "agent", "replayed", "sealed", "small_config"]

ANNA, BO = AgentId("anna"), AgentId("bo")
FAULTS = QueueId("faults")
MORNING = 1_700_000_000_000
FactKind = TypeVar("FactKind", bound=Fact)


def agent(name: str, **settings: Any) -> AgentConfig:
    """Return an agent who serves the fault queue and usually sits at the station of the same name."""
    skills = (SkillLevel("fault", 5),)
    return AgentConfig(AgentId(name), name.title(), skills, station=StationId(f"{name}-phone"), **settings)


def small_config(**queue: Any) -> CenterConfig:
    """Return two agents, two phones, one queue, and one flow on all three channels."""
    menu = MenuNode(("menu_main",), (Choice("1", "fault", "meter"), Choice("2", "info", "info")), "sorry")
    meter = CollectNode("meter_number", ("enter_meter_number",), "faults", "faults", max_keys=8)
    flow = Flow(
        "hotline",
        "menu",
        (
            Branch("menu", menu),
            Branch("meter", meter),
            Branch("faults", EnqueueNode(FAULTS, "sorry")),
            Branch("info", SayNode(("info_outage",), "bye")),
            Branch("sorry", HangUpNode(("all_full",), "closed")),
            Branch("bye", HangUpNode(("goodbye",))),
        ),
    )
    direct = Flow("direct", "faults", (Branch("faults", EnqueueNode(FAULTS, "bye")), Branch("bye", HangUpNode())))
    return CenterConfig(
        "Small",
        ("en",),
        (
            EntryConfig("95598", Channel.VOICE, "hotline", "en"),
            EntryConfig("200", Channel.VOICE, "direct", "en"),
            EntryConfig("web", Channel.CHAT, "hotline", "en"),
            EntryConfig("+8610", Channel.SMS, "direct", "en"),
        ),
        (QueueConfig(FAULTS, "Faults", "fault", welcome=("queue_welcome",), dispositions=("solved",), **queue),),
        (agent("anna"), agent("bo")),
        (StationConfig(StationId("anna-phone")), StationConfig(StationId("bo-phone"))),
        (flow, direct),
    )


def sealed(text: str) -> Sealed:
    """Return a box as the vault would make it, with the text in clear for the eye."""
    return Sealed(PersonId(f"person of {text}"), text.encode())


class Centre:
    """The centre under the story, with its clock, its journal and the last step."""

    def __init__(self, config: CenterConfig | None = None) -> None:
        """Open with everybody signed out."""
        self.center = Center()
        self.center.begin_epoch(1)
        self.now = MORNING
        self.journal: list[Entry] = []
        self.step = Step()
        self.happens(events.ConfigPublished("first", config or small_config()))

    # --- the bare mechanics

    def happens(self, event: Event) -> Step:
        """Let an event happen now; it must be accepted."""
        self.tries(event)
        assert self.step.rejected is None, self.step.rejected
        return self.step

    def refuses(self, event: Event) -> str:
        """Let an event happen that must be refused; return the reason."""
        before = self.center.position
        self.tries(event)
        assert self.step.rejected is not None, self.step.facts
        assert self.center.position == before
        return self.step.rejected.reason

    def tries(self, event: Event) -> Step:
        """Let an event happen now, and keep the journal."""
        self.step = self.center.handle(event, self.now)
        if self.step.rejected is None:
            self.journal.append(Entry(self.center.position, self.now, "story", event, tuple(self.step.facts)))
        return self.step

    def passes(self, ms: int) -> list[Fact]:
        """Let time pass, waking the centre at each deadline; return the facts that came of it."""
        until, facts = self.now + ms, list[Fact]()
        deadline = self.center.deadline()
        while deadline is not None and deadline <= until:
            self.now = max(self.now, deadline)
            facts += self.happens(events.TimePassed()).facts
            deadline = self.center.deadline()
        self.now = until
        return facts

    def facts(self, kind: type[FactKind]) -> list[FactKind]:
        """Return the facts of one kind of the last step."""
        return [fact for fact in self.step.facts if isinstance(fact, kind)]

    def all_facts(self, kind: type[FactKind]) -> list[FactKind]:
        """Return the facts of one kind of the whole story."""
        return [fact for entry in self.journal for fact in entry.facts if isinstance(fact, kind)]

    def commands(self, kind: type[Any]) -> list[Any]:
        """Return the commands of one kind of the last step."""
        return [command for command in self.step.commands if isinstance(command, kind)]

    def crash(self) -> None:
        """Kill the engine and let another one take over from the journal."""
        successor = Center()
        for entry in self.journal:
            successor.apply(entry)
        successor.begin_epoch(self.center.position.epoch + 1)
        self.center = successor
        self.happens(events.EngineStarted("story"))

    def check_replay(self) -> None:
        """Decide the whole story again, and apply it again: both must agree with what was journaled."""
        again, applied = Center(), Center()
        for entry in self.journal:
            again.begin_epoch(entry.position.epoch)
            step = again.handle(entry.event, entry.at)
            assert tuple(step.facts) == entry.facts, entry.position
            applied.apply(entry)
        assert applied.deadline() == again.deadline() == self.center.deadline()
        assert applied.position == self.center.position

    # --- agents

    def signs_in(self, *agents: AgentId) -> None:
        """Agents come: their phones register, their consoles open, they sign in and are ready a second apart."""
        for name in agents:
            station = StationId(f"{name}-phone")
            self.happens(events.PhoneBound(station, sealed(f"sip:{station}@10.0.0.9")))
            self.happens(events.ConsoleConnected(name))
            self.happens(events.AgentSignedIn(name, station))
            self.happens(events.ReadyChosen(name))
            self.passes(1_000)

    def ringing_leg(self) -> LegId:
        """Return the agent's leg that was dialled last."""
        legs = self.center.calls.lines.legs.items()
        return [leg_id for leg_id, leg in legs if leg.role is LegRole.AGENT][-1]

    def offer(self) -> OfferMade:
        """Return the newest offer."""
        return self.all_facts(OfferMade)[-1]

    def answers(self) -> None:
        """The rung phone rings and is picked up."""
        leg = self.ringing_leg()
        self.tries(events.LegRinging(leg))
        self.happens(events.LegAnswered(leg, sealed(f"dialog {leg}")))

    def accepts(self, name: AgentId, offer: OfferId | None = None) -> None:
        """An agent presses Accept."""
        self.happens(events.OfferAccepted(name, offer or self.offer().offer))

    def wraps_up(self, name: AgentId, contact: ContactId, disposition: str = "solved") -> None:
        """An agent finishes the after-contact work."""
        self.happens(events.WrapUpFinished(name, contact, disposition))

    # --- customers

    def calls(self, number: str = "+8613900000001", dialled: str = "200", leg: str = "") -> ContactId:
        """A caller dials in and is answered; return the contact."""
        leg_id = LegId(leg or f"leg of {number}")
        box = sealed(number)
        key = f"key {number}"
        self.happens(events.CallArrived(leg_id, "trunk", dialled, box, key, box.person, box, may_call_back=True))
        contact = self.center.calls.lines.legs[leg_id].contact
        self.happens(events.LegAnswered(leg_id, box))
        return contact

    def hangs_up(self, number: str = "+8613900000001") -> None:
        """A caller hangs up."""
        self.happens(events.LegHungUp(LegId(f"leg of {number}")))

    def keys(self, key: str, number: str = "+8613900000001") -> None:
        """A caller presses a key."""
        self.happens(events.KeyPressed(LegId(f"leg of {number}"), key))

    def texts(self, body: str, number: str = "+8613900000001") -> Step:
        """A customer sends an SMS."""
        box = sealed(number)
        return self.happens(
            events.TextArrived(
                ConversationId(""),
                MessageId(body),
                Channel.SMS,
                entry="+8610",
                person=box.person,
                address=box,
                address_key=f"key {number}",
                provider="carrier",
            )
        )

    def chats(self, name: str = "visitor") -> ConversationId:
        """A visitor opens a chat."""
        conversation = ConversationId(f"chat of {name}")
        self.happens(events.ChatStarted(conversation, "web", PersonId(name), None, "en"))
        return conversation

    def chooses(self, conversation: ConversationId, key: str, message: str = "choice") -> Step:
        """A visitor writes a text that is a menu choice."""
        return self.happens(events.TextArrived(conversation, MessageId(message), Channel.CHAT, key=key))


def replayed(config: CenterConfig | None = None) -> Iterator[Centre]:
    """Give a centre for one story, and decide its journal again at the end."""
    story = Centre(config)
    yield story
    story.check_replay()
