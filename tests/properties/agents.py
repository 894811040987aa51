"""What agents do in a generated life."""

from __future__ import annotations

from hypothesis import strategies as st

from contactcenter.model import events
from contactcenter.model.ids import (
    MessageId,
    OfferId,
    PersonId,
    QueueId,
)
from contactcenter.model.transfers import ToAgent, ToNumber, ToQueue
from contactcenter.model.words import LegRole, Presence
from tests.properties.acts import LIVING, act, agents, newest, people, picks, sealed
from tests.properties.customers import CustomerActs

__all__ = ["AgentActs"]

AGENT_EVENTS = (events.AgentSignedOut, events.ReadyChosen, events.ConsoleConnected, events.ConsoleLost)
NUMBER = ToNumber(sealed("+8610"), "key +8610", PersonId("person/+8610"))
CONSULT_EVENTS = (events.ConferenceAsked, events.ConferenceAsked, events.ConsultCompleted, events.ConsultCancelled)
CONSULT_ACTS = ("ask", "ask", "queue", "queue", "outside", "answer", "turn", "back", *CONSULT_EVENTS)


class AgentActs(CustomerActs):
    """Acts of agents, and of customers with them."""

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

    @act(4, number=agents, person=people)
    def is_put_through(self, number: int, person: int) -> None:
        """A customer calls and waits, an agent comes, whoever is rung answers: few lives get so far by chance."""
        self.calls(0, person, queued=True)
        self.comes(number)
        for leg_id, leg in list(self.watched.center.calls.lines.legs.items()):
            if leg.offer is not None:
                self._happens(events.LegAnswered(leg_id, sealed(f"dialog {leg_id}")))

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

    @act(
        3,
        pick=picks,
        number=agents,
        what=st.sampled_from(CONSULT_ACTS),
    )
    def consults(self, pick: int, number: int, what: str | type) -> None:
        """An agent asks a colleague about a call, turns, joins all, completes it or goes back; late and early too."""
        if what in ("ask", "outside"):
            self.is_put_through(pick, pick)
            self.comes(number)
        served = self._served(pick)
        if what == "answer":
            self._consulted_answers()
        elif served is None:
            return
        elif what == "ask":
            self._happens(events.ConsultAsked(*served, self._agent(number)))
        elif what == "queue":
            self._happens(events.ConsultQueueAsked(*served, QueueId("sales" if number % 2 else "faults")))
        elif what == "outside":
            self._happens(events.ConsultNumberAsked(*served, NUMBER))
        elif isinstance(what, str):
            self._happens(events.ConsultTurned(*served, to_customer=what == "turn"))
        else:
            self._happens(what(*served))

    def _consulted_answers(self) -> None:
        """Every colleague who is rung answers the phone, and who is called outside."""
        for leg_id, leg in list(self.watched.center.calls.lines.legs.items()):
            contact = self.watched.center.routing.floor.contacts.get(leg.contact)
            if contact is not None and contact.consult is not None and leg.role is not LegRole.CALLER:
                self._happens(events.LegAnswered(leg_id, sealed(f"dialog {leg_id}")))

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

    @act(3, number=agents, other=agents, how=st.sampled_from(("asks", "lifts", "talks", "talks")))
    def calls_a_colleague(self, number: int, other: int, how: str) -> None:
        """An agent asks for a colleague, or for himself; perhaps both came for it, lift the phone and talk."""
        for who in (number, other) if how == "talks" else ():
            self.comes(who)
        before = set(self.watched.center.calls.lines.legs)
        self._happens(events.InternalCallAsked(self._agent(number), self._agent(other)))
        for _ in range(("asks", "lifts", "talks").index(how)):
            for leg in [leg for leg in self.watched.center.calls.lines.legs if leg not in before]:
                before.add(leg)
                self._happens(events.LegAnswered(leg, sealed(f"dialog {leg}")))

    @act(pick=picks, what=st.sampled_from(("cancel", "hurry", "machine")))
    def works_off_callbacks(self, pick: int, what: str) -> None:
        """A supervisor cancels or hurries a callback, or an agent says that a machine answered; or of any contact."""
        promised = self.watched.center.routing.floor.callback_numbers.values()
        contact, served = newest(promised, self.watched.contacts, pick), self._served(pick)
        if what == "machine" and served is not None:
            self._happens(events.MachineMet(*served))
        elif contact is not None:
            kind = events.CallbackCancelled if what == "cancel" else events.CallbackHurried
            self._happens(kind(contact, "supervisor"))

    @act(pick=picks)
    def dismisses(self, pick: int) -> None:
        """A supervisor dismisses a message, or tries it with any contact."""
        floor = self.watched.center.routing.floor
        left = [name for name, contact in floor.contacts.items() if contact.message is not None]
        if (contact := newest(left, self.watched.contacts, pick)) is not None:
            self._happens(events.MessageDismissed(contact, "supervisor"))
