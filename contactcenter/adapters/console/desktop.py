"""The live fold of the desk: entries in, agents and contacts out, with the news of each entry.

Pure: it opens no box, reads no clock and never waits. Ended text contacts stay for a while, so that a visitor who
reloads still sees the conversation.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, get_args

from contactcenter.adapters.console.consults import ConsultFact, consult_after
from contactcenter.adapters.console.views import (
    AgentNews,
    AgentView,
    ContactGone,
    ContactNews,
    ContactView,
    DialNews,
    LeftView,
    MessageNews,
    MessageView,
    News,
    NextView,
    PathStep,
    WorkView,
    labels_of,
)
from contactcenter.model import facts
from contactcenter.model.config import CenterConfig, QueueConfig, Rules, StationConfig
from contactcenter.model.entry import Entry
from contactcenter.model.ids import AgentId, ContactId, ConversationId, MessageId, QueueId, StationId
from contactcenter.model.words import Channel, DialOutcome, Direction, OfferOutcome, Presence, RecordingState, Work
from contactcenter.model.wrap_up import AFTER_TALK, wrap_up_ends_at

__all__ = ["Desktop"]

ENDED_KEPT = 2_000  # chats that a visitor may still come back to and read
POSTED_KEPT = 50_000  # carriers retry for hours, pages for seconds
MESSAGES_KEPT = 500  # of one contact in memory; the records have all


class Desktop:
    """All agents, living contacts and conversations of the domain."""

    def __init__(self) -> None:
        """Begin empty."""
        self.config: CenterConfig | None = None
        self.agents: dict[AgentId, AgentView] = {}
        self.contacts: dict[ContactId, ContactView] = {}
        self.queues: dict[QueueId, QueueConfig] = {}
        self.stations: dict[StationId, StationConfig] = {}
        self.reachable: dict[StationId, bool] = {}
        self._conversations: dict[ConversationId, ContactId] = {}
        self._labels: dict[tuple[str, str, str], str] = {}
        self._ended: OrderedDict[ContactId, ContactView] = OrderedDict()
        self._posted: OrderedDict[MessageId, None] = OrderedDict()
        self._news: list[News] = []

    def apply(self, entry: Entry) -> list[News]:
        """Take an entry into account and return its news, without repeats, in the order they came about."""
        self._news = []
        for fact in entry.facts:
            rule = _RULES.get(type(fact))
            if rule is not None:
                rule(self, fact, entry.at)
        return list(dict.fromkeys(self._news))

    def contact(self, contact: ContactId) -> ContactView | None:
        """Return a contact, ended ones included while they are kept."""
        return self.contacts.get(contact) or self._ended.get(contact)

    def conversation(self, conversation: ConversationId) -> ContactView | None:
        """Return the latest contact of a conversation."""
        contact = self._conversations.get(conversation)
        return None if contact is None else self.contact(contact)

    def posted(self, message: MessageId) -> bool:
        """Tell whether a text already stands in a conversation, as far back as retries reach."""
        return message in self._posted

    def holder(self, contact: ContactId) -> AgentId | None:
        """Return which agent has a contact in hand: rung, in talk or in wrap-up."""
        view = self.contacts.get(contact)
        agent = self.agents.get(view.agent) if view is not None and view.agent is not None else None
        return agent.id if agent is not None and contact in agent.work else None

    def in_contact(self, agent: AgentId) -> bool:
        """Tell whether an agent has any contact in hand."""
        view = self.agents.get(agent)
        return view is not None and bool(view.work)

    def rules_of(self, view: ContactView) -> Rules | None:
        """Return the rules for what follows a contact's talk: of its queue, or its own."""
        own = self.config.own_rules(view.direction) if self.config is not None else None
        return own if view.queue is None else self.queues.get(view.queue)

    def home_station(self, agent: AgentId) -> StationId | None:
        """Return the station that the configuration gives an agent, a proposal at sign-in."""
        agents = self.config.agents if self.config is not None else ()
        return next((known.station for known in agents if known.id == agent), None)

    def answers_on_command(self, station: StationId | None) -> bool:
        """Tell whether a station's phone can be answered from the console."""
        config = self.stations.get(station) if station is not None else None
        return config is not None and config.auto_answer

    def _config_applied(self, fact: facts.ConfigApplied, at: int) -> None:
        before, config = self.config, fact.config
        self.config = config
        self.queues = {queue.id: queue for queue in config.queues}
        self.stations = {station.id: station for station in config.stations}
        for agent in config.agents if before is None or before.agents != config.agents else ():
            self._agent(agent.id).name = agent.name
            self._news.append(AgentNews(agent.id))
        for station in config.stations:
            self.reachable.setdefault(station.id, bool(station.contact) or station.is_called(config.outgoing))
        self._labels = labels_of(config.flows)

    def _contact_arrived(self, fact: facts.ContactArrived, at: int) -> None:
        self.contacts[fact.contact] = ContactView(
            id=fact.contact,
            channel=fact.channel,
            entry=fact.entry,
            flow=fact.flow,
            language=fact.language,
            person=fact.person,
            address=fact.address,
            address_key=fact.address_key,
            conversation=fact.conversation,
            arrived_at=at,
            direction=fact.direction,
        )
        if fact.conversation is not None:
            self._conversations[fact.conversation] = fact.contact
        self._news.append(ContactNews(fact.contact, None))

    def _contact_ended(self, fact: facts.ContactEnded, at: int) -> None:
        view = self.contacts.get(fact.contact)
        if view is None:
            return
        self._let_go(view)
        del self.contacts[view.id]
        view.ended = True
        self._news.append(ContactNews(view.id, None))
        if view.channel is Channel.CHAT:
            self._ended[view.id] = view
        else:
            self._forget(view)
        while len(self._ended) > ENDED_KEPT:
            self._forget(self._ended.popitem(last=False)[1])

    def _forget(self, view: ContactView) -> None:
        if view.conversation is not None and self._conversations.get(view.conversation) == view.id:
            del self._conversations[view.conversation]

    def _customer_known(self, fact: facts.CustomerKnown, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.customer, view.language = fact.customer, fact.language or view.language

    def _choice_made(self, fact: facts.ChoiceMade, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.path.append(PathStep(fact.node, fact.key, self._labels.get((view.flow, fact.node, fact.key), "")))

    def _input_kept(self, fact: facts.InputKept, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.inputs[fact.name] = fact.value

    def _visit_opened(self, fact: facts.VisitOpened, at: int) -> None:
        view = self._changed(fact.contact)
        if view is not None:
            view.queue, view.opened_at, view.waited_ms = fact.queue, at, None
            view.position, view.wait_ms = None, None

    def _visit_ended(self, fact: facts.VisitEnded, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.waited_ms, view.position = fact.wait_ms, None

    def _promised(self, fact: facts.CallbackPromised | facts.CallbackEnded, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.called_back = isinstance(fact, facts.CallbackPromised)

    def _message_left(self, fact: facts.MessageLeft, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.left = LeftView(fact.whole, fact.duration_ms)

    def _position_told(self, fact: facts.PositionTold, at: int) -> None:
        view = self._changed(fact.contact)
        if view is not None:
            view.position = fact.position
            if fact.wait is not None and fact.wait_told:
                view.wait_ms = fact.wait.high_ms

    def _recording_changed(self, fact: facts.RecordingChanged, at: int) -> None:
        if (view := self._changed(fact.contact)) is not None:
            view.recording = fact.state in (RecordingState.STARTED, RecordingState.PAUSED)

    def _offer_made(self, fact: facts.OfferMade, at: int) -> None:
        view = self.contacts.get(fact.contact)
        if view is not None:
            # A group rings at several; who passed it on keeps it until the wrap-up is done, who consults all the time.
            kept = view.consult is not None or view.direction is Direction.INTERNAL
            if fact.group is None and not kept and self._wrapping(view) is None:
                self._let_go(view)
            view.agent = view.agent if kept else fact.agent
            view.rung.append(fact.agent)
        work = WorkView(fact.contact, Work.RINGING, fact.offer, at, expires_at=fact.expires_at, auto=fact.auto)
        self._agent(fact.agent).work[fact.contact] = work
        self._changed(fact.contact)

    def _dial_started(self, fact: facts.DialStarted, at: int) -> None:
        view = self.contacts.get(fact.contact)
        if view is not None:
            view.agent, view.between = fact.agent, (fact.agent, fact.colleague)

    def _dial_ended(self, fact: facts.DialEnded, at: int) -> None:
        if fact.outcome is not DialOutcome.ANSWERED:
            self._news.append(DialNews(fact.contact, fact.agent, fact.outcome))

    def _offer_ended(self, fact: facts.OfferEnded, at: int) -> None:
        work = self._agent(fact.agent).work.get(fact.contact)
        if work is not None and work.offer == fact.offer and fact.outcome is not OfferOutcome.ACCEPTED:
            self._take_away(fact.agent, fact.contact)

    def _work_changed(self, fact: facts.WorkChanged, at: int) -> None:
        agent = self._agent(fact.agent)
        if fact.work is Work.ENDED:
            self._take_away(fact.agent, fact.contact)
            return
        before = agent.work.get(fact.contact)
        work = before or WorkView(fact.contact, fact.work, None, at)
        agent.work[fact.contact] = work
        if work.state is not fact.work:
            work.state, work.since_at = fact.work, at
        if fact.work is not Work.RINGING:
            work.expires_at = None
        view = self.contacts.get(fact.contact)
        if view is not None:
            self._hold(view, work, fact, at)
        self._news.append(ContactNews(fact.contact, fact.agent))

    def _hold(self, view: ContactView, work: WorkView, fact: facts.WorkChanged, at: int) -> None:
        """Note who has a contact in hand; who wraps up what was passed on has it beside who talks now."""
        if fact.work not in AFTER_TALK:
            asked = view.consult is not None and view.consult.colleague == fact.agent
            view.agent = view.agent if asked else fact.agent
            return
        work.rules = work.rules or self.rules_of(view)
        work.wrap_up_ends_at = wrap_up_ends_at(work.rules, fact.work, at) if work.rules is not None else None

    def _wrapping(self, view: ContactView) -> WorkView | None:
        """Return the wrap-up of the agent who had a contact last, if she is still at it."""
        work = self._agent(view.agent).work.get(view.id) if view.agent is not None else None
        return work if work is not None and work.state in AFTER_TALK else None

    def _wrap_up_extended(self, fact: facts.WrapUpExtended, at: int) -> None:
        work = self._agent(fact.agent).work.get(fact.contact)
        if work is not None:
            work.wrap_up_ends_at, work.extensions = fact.until_at, fact.number
        self._news.append(ContactNews(fact.contact, fact.agent))

    def _presence_changed(self, fact: facts.PresenceChanged, at: int) -> None:
        agent = self._agent(fact.agent)
        if (agent.presence, agent.reason) != (fact.presence, fact.reason):
            agent.since_at = at
        agent.presence, agent.reason = fact.presence, fact.reason
        if fact.presence is Presence.LOGGED_OUT:
            agent.station, agent.next = None, None
        self._news.append(AgentNews(fact.agent))

    def _next_state_changed(self, fact: facts.NextStateChanged, at: int) -> None:
        wish = fact.presence
        self._agent(fact.agent).next = None if wish is None else NextView(wish, fact.reason, fact.by)
        self._news.append(AgentNews(fact.agent))

    def _penalty_began(self, fact: facts.PenaltyBegan, at: int) -> None:
        self._agent(fact.agent).penalties[fact.queue] = fact
        self._news.append(AgentNews(fact.agent))

    def _penalty_ended(self, fact: facts.PenaltyEnded, at: int) -> None:
        self._agent(fact.agent).penalties.pop(fact.queue, None)
        self._news.append(AgentNews(fact.agent))

    def _agent_seated(self, fact: facts.AgentSeated, at: int) -> None:
        self._agent(fact.agent).station = fact.station
        self._news.append(AgentNews(fact.agent))

    def _console_presence(self, fact: facts.ConsolePresence, at: int) -> None:
        self._agent(fact.agent).console = fact.connected
        self._news.append(AgentNews(fact.agent))

    def _station_changed(self, fact: facts.StationChanged, at: int) -> None:
        self.reachable[fact.station] = fact.target is not None
        for agent in self.agents.values():
            if agent.station == fact.station:
                self._news.append(AgentNews(agent.id))

    def _text_posted(self, fact: facts.TextPosted, at: int) -> None:
        self._posted[fact.message] = None
        if len(self._posted) > POSTED_KEPT:
            self._posted.popitem(last=False)
        view = self.contact(fact.contact)
        if view is None:
            return
        names = ("number", "author", "agent", "prompts", "choices", "language", "delivery")
        view.messages.append(MessageView(id=fact.message, at=at, **{name: getattr(fact, name) for name in names}))
        del view.messages[:-MESSAGES_KEPT]
        self._news.extend(MessageNews(view.id, fact.message, holder) for holder in self._holders(view))

    def _text_delivered(self, fact: facts.TextDelivered, at: int) -> None:
        view = self.contact(fact.contact)
        if view is None:
            return
        for message in reversed(view.messages):
            if message.id == fact.message:
                message.delivery = fact.delivery
                self._news.extend(MessageNews(view.id, fact.message, holder) for holder in self._holders(view))
                return

    def _person_erased(self, fact: facts.PersonErased, at: int) -> None:
        for view in [*self.contacts.values(), *self._ended.values()]:
            if view.person == fact.person:
                view.address = None
                view.customer = None
                view.inputs = dict.fromkeys(view.inputs)
                self._changed(view.id)

    def _agent(self, agent: AgentId) -> AgentView:
        return self.agents.get(agent) or self.agents.setdefault(agent, AgentView(agent, str(agent)))

    def _changed(self, contact: ContactId) -> ContactView | None:
        view = self.contacts.get(contact)
        if view is not None:
            self._news.extend(ContactNews(contact, holder) for holder in self._holders(view))
        return view

    def _holders(self, view: ContactView) -> list[AgentId | None]:
        """Return all who have a contact in hand, several while it rings in a group; or nobody, once."""
        known = dict.fromkeys(agent for agent in (*view.rung, view.agent) if agent is not None)
        return [agent for agent in known if view.id in self._agent(agent).work] or [None]

    def _let_go(self, view: ContactView) -> None:
        for agent in self._holders(view):
            if agent is not None:
                self._take_away(agent, view.id)

    def _consulted(self, fact: ConsultFact, at: int) -> None:
        """Note who is consulted; both agents see it."""
        if (view := self.contacts.get(fact.contact)) is not None:
            view.consult = consult_after(view.consult, fact)
        holders = [agent.id for agent in self.agents.values() if fact.contact in agent.work]
        self._news += [ContactNews(fact.contact, agent) for agent in holders]

    def _started(self, fact: facts.TransferStarted, at: int) -> None:
        view = self._changed(fact.contact)
        if view is not None:
            view.passed_on_by = fact.agent

    def _take_away(self, agent: AgentId, contact: ContactId) -> None:
        view = self.contacts.get(contact)
        if view is not None and agent in view.rung:
            view.rung.remove(agent)
        if self._agent(agent).work.pop(contact, None) is not None:
            self._news.append(ContactGone(contact, agent))


_RULES: dict[type[Any], Callable[[Desktop, Any, int], None]] = {
    facts.ConfigApplied: Desktop._config_applied,
    facts.ContactArrived: Desktop._contact_arrived,
    facts.ContactEnded: Desktop._contact_ended,
    facts.CustomerKnown: Desktop._customer_known,
    facts.ChoiceMade: Desktop._choice_made,
    facts.InputKept: Desktop._input_kept,
    facts.VisitOpened: Desktop._visit_opened,
    facts.VisitEnded: Desktop._visit_ended,
    facts.CallbackPromised: Desktop._promised,
    facts.CallbackEnded: Desktop._promised,
    facts.MessageLeft: Desktop._message_left,
    facts.PositionTold: Desktop._position_told,
    facts.RecordingChanged: Desktop._recording_changed,
    facts.OfferMade: Desktop._offer_made,
    facts.OfferEnded: Desktop._offer_ended,
    facts.DialStarted: Desktop._dial_started,
    facts.DialEnded: Desktop._dial_ended,
    facts.WorkChanged: Desktop._work_changed,
    facts.WrapUpExtended: Desktop._wrap_up_extended,
    facts.PresenceChanged: Desktop._presence_changed,
    facts.TransferStarted: Desktop._started,
    facts.PenaltyBegan: Desktop._penalty_began,
    facts.PenaltyEnded: Desktop._penalty_ended,
    **dict.fromkeys(get_args(ConsultFact), Desktop._consulted),
    facts.NextStateChanged: Desktop._next_state_changed,
    facts.AgentSeated: Desktop._agent_seated,
    facts.ConsolePresence: Desktop._console_presence,
    facts.StationChanged: Desktop._station_changed,
    facts.TextPosted: Desktop._text_posted,
    facts.TextDelivered: Desktop._text_delivered,
    facts.PersonErased: Desktop._person_erased,
}
