"""Everything that can happen to a centre, as acts of a state machine: in any order, late, doubled and impossible too.

An act's `pick` chooses among what is there, counted from the newest, so that a failure shrinks to few and new things;
the last picks choose among all there ever was, for events that come late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from contactcenter.model import events
from contactcenter.model.facts import OfferMade
from contactcenter.model.ids import (
    AgentId,
    ContactId,
    ConversationId,
    CustomerId,
    LegId,
    MessageId,
    OfferId,
    PersonId,
    PlayId,
    QueueId,
)
from contactcenter.model.sealed import Sealed
from contactcenter.model.transfers import ToAgent, ToQueue
from contactcenter.model.words import Channel, Delivery, ModeSource, Presence
from tests.properties.watched import Watched
from tests.sim.centres import odder_centre

__all__ = ["CentreMachine"]

Item = TypeVar("Item")

LIVING = 6  # so many picks are for what is there now
picks = st.integers(0, LIVING + 3)
people = st.integers(0, 3)
agents = st.integers(0, 11)
STATUSES = (302, 403, 404, 408, 480, 486, 487, 500, 503, 600, 603)
SPANS_MS = (1, 20, 999, 1_000, 3_000, 4_000, 5_000, 9_000, 15_000, 15_001, 30_000, 60_000, 300_000, 900_000)
FROZEN_MS_MAX = 30_000
LOST_BY = ("worker_died", "no_media", "no_ack")
LINE_EVENTS = (
    *(events.LegRinging, events.LegAnswered, events.LegAnswered),
    *(events.LegHeld, events.LegResumed, events.LegHungUp),
)
PAGE_EVENTS = (events.VisitorConnected, events.VisitorLost, events.VisitorLeft)
AGENT_EVENTS = (events.AgentSignedOut, events.ReadyChosen, events.ConsoleConnected, events.ConsoleLost)


def newest(living: Iterable[Item], ever: Sequence[Item], pick: int) -> Item | None:
    """Return one of the last that live, 0 is the newest; by a high pick, or if none does, one of all that ever did."""
    there = list(living)
    if pick < LIVING and there:
        return there[-1 - pick % len(there)]
    return ever[-1 - pick % len(ever)] if ever else None


def sealed(person: str) -> Sealed:
    """Return a box as the vault would make it."""
    return Sealed(PersonId(person), person.encode())


ACTS: list[st.SearchStrategy[tuple[str, dict[str, Any]]]] = []
Method = TypeVar("Method", bound=Callable[..., None])


def act(weight: int = 1, /, **drawn: st.SearchStrategy[Any]) -> Callable[[Method], Method]:
    """Let a method be one of the acts, so many times as likely as one with 1.

    They are acts of one rule and no rules of their own, for of those hypothesis leaves half out in each run; but it
    takes a call, an agent, an answer and a wrap-up to come far.
    """

    def enter(method: Method) -> Method:
        ACTS.extend([st.tuples(st.just(method.__name__), st.fixed_dictionaries(drawn))] * weight)
        return method

    return enter


class CentreMachine(RuleBasedStateMachine):
    """An odd centre and whatever befalls it."""

    watched: Watched

    @initialize(seed=st.integers(0, 300), at_work=st.integers(0, 4_095))
    def opens(self, seed: int, at_work: int) -> None:
        """Publish a configuration of that seed, and let those of the agents come whose bit is set."""
        self.lived: list[tuple[str, dict[str, Any]]] = [("opens", {"seed": seed, "at_work": at_work})]
        self.config = odder_centre(seed)
        self.watched = Watched(self.config)
        self.count = 0
        for number in range(len(self.config.agents)):
            if at_work >> number & 1:
                self.comes(number)

    # --- customers on the telephone

    @act(3, entry=st.sampled_from((0, 0, 0, 0, 7)), person=st.integers(-1, 3), queued=st.booleans())
    def calls(self, entry: int, person: int, queued: bool) -> None:
        """Somebody dials in, perhaps without a number, perhaps to one that is not ours; perhaps up to a queue."""
        self.count += 1
        leg, who = LegId(f"in{self.count}"), f"person/{person}"
        key = f"k{person}" if person >= 0 else ""
        self._happens(
            events.CallArrived(leg, "trunk", f"10{entry}", sealed(who), key, PersonId(who), sealed(f"dialog {leg}"))
        )
        if queued and not entry:
            self._happens(events.LegAnswered(leg))
            self._happens(events.PlaybackEnded(*self.watched.plays[-1]))
            self._happens(events.KeyPressed(leg, "2"))

    @act(4, pick=picks, kind=st.sampled_from(LINE_EVENTS))
    def line_changes(self, pick: int, kind: type) -> None:
        """A line rings, is answered, held, taken back, or hung up; or was long ago."""
        if (leg := self._leg(pick)) is not None:
            self._happens(kind(leg))

    @act(pick=picks, how=st.sampled_from((*STATUSES, *LOST_BY)))
    def line_fails(self, pick: int, how: int | str) -> None:
        """A line is refused with a SIP status, is lost by us, or falls silent."""
        if (leg := self._leg(pick)) is not None:
            self._happens(events.LegFailed(leg, how) if isinstance(how, int) else events.LegLost(leg, how))

    @act(2, pick=picks, act=st.sampled_from(("played", "done", "timeout", "invalid", "1", "2", "2", "3", "9")))
    def listens(self, pick: int, act: str) -> None:
        """A prompt was heard to its end, a value was asked for and keyed in or not, a key was pressed."""
        played, leg = self._play(pick), self._leg(pick)
        if act.isdigit() and leg is not None:
            self._happens(events.KeyPressed(leg, act))
        elif act == "played" and played is not None:
            self._happens(events.PlaybackEnded(*played))
        elif played is not None:
            value = sealed("keys") if act == "done" else None
            self._happens(events.CollectEnded(*played, act, 4, value))

    # --- customers who write

    @act(2, queued=st.booleans())
    def chats(self, queued: bool) -> None:
        """A visitor opens a chat, perhaps to go to a queue at once."""
        self.count += 1
        conversation = ConversationId(f"chat{self.count}")
        self._happens(events.ChatStarted(conversation, "101", PersonId(f"visitor/{self.count}"), None, ""))
        if queued:
            self._happens(events.TextArrived(conversation, MessageId(f"m{self.count}"), Channel.CHAT, "2"))

    @act(pick=picks, act=st.sampled_from(("", "2", "1", "3", "9", *PAGE_EVENTS)))
    def chats_on(self, pick: int, act: str | type) -> None:
        """A visitor writes, perhaps a choice of the menu; the page comes back, goes without a word, or is closed."""
        conversation = self._conversation(pick)
        if conversation is None:
            return
        self.count += 1
        if isinstance(act, str):
            self._happens(events.TextArrived(conversation, MessageId(f"m{self.count}"), Channel.CHAT, act))
        else:
            self._happens(act(conversation))

    @act(2, person=people, key=st.sampled_from(("", "2", "2", "1")), times=st.sampled_from((1, 1, 2)))
    def texts(self, person: int, key: str, times: int) -> None:
        """An SMS comes, once or twice."""
        self.count += 1
        who, message = f"person/{person}", MessageId(f"m{self.count}")
        nobody = ConversationId("")
        for _ in range(times):
            self._happens(
                events.TextArrived(
                    nobody, message, Channel.SMS, key, "102", PersonId(who), sealed(who), f"k{person}", "carrier"
                )
            )

    # --- agents

    @act(2, number=agents, act=st.sampled_from(("comes", "comes", *AGENT_EVENTS, "break", "no such reason")))
    def agent_acts(self, number: int, act: str | type) -> None:
        """An agent comes, goes, is ready, takes a break; a console comes or goes."""
        agent = self._agent(number)
        if act == "comes":
            self.comes(number)
        elif isinstance(act, str):
            self._happens(events.NotReadyChosen(agent, act))
        else:
            self._happens(act(agent))

    def comes(self, number: int) -> None:
        """Let an agent's phone register and the console open; he signs in where he usually sits, and is ready."""
        agent = self.config.agents[number % len(self.config.agents)]
        if agent.station is not None:
            self._happens(events.PhoneBound(agent.station, sealed(f"phone/{agent.station}")))
        self._happens(events.ConsoleConnected(agent.id))
        self._happens(events.AgentSignedIn(agent.id, agent.station))
        self._happens(events.ReadyChosen(agent.id))

    @act(number=agents, where=st.integers(-1, 11), act=st.sampled_from(("signs in", "registers", "expires")))
    def station_changes(self, number: int, where: int, act: str) -> None:
        """An agent signs in somewhere, or nowhere, or where another one sits; a phone registers or is gone."""
        stations = self.config.stations
        station = stations[where % len(stations)].id
        if act == "signs in":
            self._happens(events.AgentSignedIn(self._agent(number), station if where >= 0 else None))
        elif act == "registers":
            self._happens(events.PhoneBound(station, sealed(f"phone/{station}")))
        else:
            self._happens(events.PhoneUnbound(station, "expired"))

    @act(5, pick=picks, number=agents, how=st.sampled_from(("served", "served", "accept", "reject", "for another")))
    def offer_is_answered(self, pick: int, number: int, how: str) -> None:
        """An agent accepts or rejects, in time, late or again; by the right button, or whichever; or for another."""
        offer = self._offer(pick)
        if offer is None:
            self._happens(events.OfferAccepted(self._agent(number), OfferId("none")))
            return
        agent = self._agent(number) if how == "for another" else offer.agent
        self._happens((events.OfferRejected if how == "reject" else events.OfferAccepted)(agent, offer.offer))
        if how == "served":
            for leg_id, leg in list(self.watched.center.calls.lines.legs.items()):
                if leg.offer == offer.offer:
                    self._happens(events.LegAnswered(leg_id, sealed(f"dialog {leg_id}")))

    @act(4, pick=picks, act=st.sampled_from(("close", "write", "", "sold", "reached")))
    def works(self, pick: int, act: str) -> None:
        """An agent closes what is in hand, writes to the customer, or is done with it; or was long ago."""
        served = self._served(pick)
        if served is None:
            return
        self.count += 1
        if act == "close":
            self._happens(events.ContactClosed(*served))
        elif act == "write":
            self._happens(events.AgentTextWritten(*served, MessageId(f"a{self.count}")))
        else:
            self._happens(events.WrapUpFinished(*served, act))

    @act(number=agents, presence=st.sampled_from(tuple(Presence)), forced=st.booleans(), known=st.booleans())
    def wishes(self, number: int, presence: Presence, forced: bool, known: bool) -> None:
        """An agent, or a supervisor for him, chooses what he is to be when his hands are empty."""
        agent, reason = self._agent(number), "break" if known else ""
        if forced:
            self._happens(events.StateForced(agent, presence, reason, "supervisor"))
        else:
            self._happens(events.NextStateChosen(agent, presence, reason))

    @act(2, pick=picks, number=agents, to=st.sampled_from(("sales", "faults", "no such queue", "agent", "agent")))
    def passes_on(self, pick: int, number: int, to: str) -> None:
        """An agent passes on what is in hand, or was once, to a colleague or a queue."""
        if (served := self._served(pick)) is not None:
            target = ToAgent(self._agent(number)) if to == "agent" else ToQueue(QueueId(to))
            self._happens(events.TransferAsked(*served, target))

    @act(pick=picks, number=st.integers(1, 3))
    def needs_time(self, pick: int, number: int) -> None:
        """An agent asks for more time to write up."""
        if (served := self._served(pick)) is not None:
            self._happens(events.ExtensionAsked(*served, number))

    @act(number=agents, pick=picks, person=people)
    def dials(self, number: int, pick: int, person: int) -> None:
        """An agent asks to be put through to a customer; a high pick gives up any contact instead, his own or not."""
        who, contact = f"person/{person}", self._contact(pick)
        if pick < LIVING or contact is None:
            self._happens(events.DialAsked(self._agent(number), sealed(who), f"k{person}", PersonId(who)))
        else:
            self._happens(events.ContactClosed(self._agent(number), contact))

    # --- the centre and what befalls it

    @act(pick=picks, word=st.sampled_from(("A", "B", "", "stored", "failed", *Delivery)))
    def outside_answers(self, pick: int, word: str) -> None:
        """The look-up, a media worker or the carrier answers: at once, late, or after the contact is over."""
        contact = self._contact(pick)
        recording = newest((), self.watched.recordings, pick)
        message = newest((), self.watched.messages, pick)
        if isinstance(word, Delivery):
            if message is not None:
                self._happens(events.TextDelivery(message, word))
        elif word in ("stored", "failed"):
            if recording is not None:
                done = events.RecordingStored(recording, 1_000, 16_000, "0" * 64)
                self._happens(done if word == "stored" else events.RecordingFailed(recording, "disk full"))
        elif contact is not None:
            self._happens(events.CustomerIdentified(contact, CustomerId("42"), word))

    @act(seed=st.integers(0, 300), same_people=st.booleans())
    def is_configured(self, seed: int, same_people: bool) -> None:
        """Another configuration is published: other rules for the same people, or other people too."""
        config = odder_centre(seed)
        if same_people:
            config = replace(config, agents=self.config.agents, stations=self.config.stations)
        self.config = config
        self.count += 1
        self._happens(events.ConfigPublished(f"published {self.count}", config))

    @act(mode=st.sampled_from(("storm", "normal", "no such mode")), queue=st.sampled_from((None, "sales", "faults")))
    def is_in_mode(self, mode: str, queue: str | None) -> None:
        """A supervisor puts the centre or a queue into a mode, or ends it."""
        self.count += 1
        named = QueueId(queue) if queue is not None else None
        self._happens(events.ModeAsked(named, mode, "supervisor", ModeSource.CONSOLE))

    @act(3, ms=st.sampled_from(SPANS_MS), frozen=st.sampled_from((False, False, False, True)))
    def time_passes(self, ms: int, frozen: bool) -> None:
        """Time passes; or the engine stands still for some of it, and then hears of everything late."""
        if frozen:
            self.watched.freezes(min(ms, FROZEN_MS_MAX))
        else:
            self.watched.passes(ms)

    @act(holds=st.booleans(), person=people)
    def dies(self, holds: bool, person: int) -> None:
        """The engine is killed and all lines with it; or is replaced, its lines live on, the clock is an hour off."""
        if not holds:
            self.watched.dies()
            return
        self.watched.dies(tuple(self.watched.center.calls.lines.legs))
        self._happens(events.ClockStepped(3_600_000))
        self._happens(events.ErasureAsked(PersonId(f"person/{person}")))

    @rule(what=st.deferred(lambda: st.one_of(ACTS)))
    def happens(self, what: tuple[str, dict[str, Any]]) -> None:
        """One of the acts above happens."""
        name, given = what
        self.lived.append(what)
        getattr(self, name)(**given)

    # --- what must be true

    @invariant()
    def nothing_is_wrong(self) -> None:
        """Every invariant holds after each step."""
        self.watched.check()

    def teardown(self) -> None:
        """The facts alone rebuild the state, and everything comes to its end."""
        if hasattr(self, "watched") and not self.watched.broken:
            self.watched.check_replay()
            self.watched.comes_to_rest()
            self.watched.check_replay()

    def _happens(self, event: events.Event) -> None:
        self.watched.happens(event)

    def _leg(self, pick: int) -> LegId | None:
        return newest(self.watched.center.calls.lines.legs, self.watched.legs, pick)

    def _play(self, pick: int) -> tuple[LegId, PlayId] | None:
        legs = self.watched.center.calls.lines.legs
        return newest((play for play in self.watched.plays if play[0] in legs), self.watched.plays, pick)

    def _conversation(self, pick: int) -> ConversationId | None:
        return newest(self.watched.center.conversations.threads.threads, self.watched.conversations, pick)

    def _contact(self, pick: int) -> ContactId | None:
        return newest(self.watched.center.routing.floor.contacts, self.watched.contacts, pick)

    def _offer(self, pick: int) -> OfferMade | None:
        """Return an offer that rings, or what became of one long ago."""
        ringing = self.watched.center.routing.floor.offers
        return newest((offer for offer in self.watched.offers if offer.offer in ringing), self.watched.offers, pick)

    def _served(self, pick: int) -> tuple[AgentId, ContactId] | None:
        """Return who works on which contact, or to whom one was offered long ago."""
        agents = self.watched.center.routing.floor.agents
        work = [(name, contact) for name, agent in agents.items() for contact in agent.work]
        return newest(work, [(offer.agent, offer.contact) for offer in self.watched.offers], pick)

    def _agent(self, number: int) -> AgentId:
        return self.config.agents[number % len(self.config.agents)].id
