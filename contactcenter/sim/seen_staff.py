"""The agents as the oracle of the floor has seen them in facts, and who of them could take what."""

from __future__ import annotations

from contactcenter.model.config import OutgoingConfig, QueueConfig, StationConfig
from contactcenter.model.facts import (
    AgentSeated,
    ConfigApplied,
    ConsolePresence,
    ContactArrived,
    Fact,
    NextStateChanged,
    PauseEnded,
    PenaltyBegan,
    PenaltyEnded,
    PresenceChanged,
    ReserveCalled,
    ReserveReleased,
    StationChanged,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId, QueueId, StationId
from contactcenter.model.words import Channel, Direction, Presence, Work
from contactcenter.sim.seen import SeenAgent, Unanswered
from contactcenter.sim.selection import SeenShift
from contactcenter.sim.violations import Ledger

__all__ = ["SeenStaff"]


class SeenStaff:
    """A1 (never more than fits) and A3 (what ends had begun); the oracles ask it who could take a contact."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no agents; write into `ledger`."""
        self._ledger = ledger
        self.agents: dict[AgentId, SeenAgent] = {}
        self.queues: dict[QueueId, QueueConfig] = {}
        self.called: list[QueueId] = []
        """The queues that have called their reserve."""
        self._registered: dict[StationId, bool] = {}
        self._stations: dict[StationId, StationConfig] = {}
        self._rules: OutgoingConfig | None = None
        self._unanswered = Unanswered()
        self._messages: set[ContactId] = set()
        self._among_colleagues: set[ContactId] = set()

    def see(self, fact: Fact, at: int) -> None:
        """Note what a fact says of an agent."""
        self._unanswered.see(fact)
        match fact:
            case ConfigApplied():
                self._configure(fact)
            case PresenceChanged():
                if self.agents[fact.agent].presence is Presence.LOGGED_OUT:
                    self.agents[fact.agent].shift = SeenShift(at)
                self.agents[fact.agent].presence = fact.presence
                self.agents[fact.agent].idle_since = fact.idle_since
                if fact.presence is Presence.LOGGED_OUT:
                    self.agents[fact.agent].next = None
            case NextStateChanged():
                self.agents[fact.agent].next = fact.presence
            case AgentSeated():
                self.agents[fact.agent].station, self.agents[fact.agent].paused = fact.station, False
            case ConsolePresence():
                self.agents[fact.agent].console = fact.connected
            case PauseEnded():
                self.agents[fact.agent].paused = False
            case ReserveCalled():
                self.called.append(fact.queue)
            case ReserveReleased():
                self.called.remove(fact.queue)
            case PenaltyBegan():
                self.agents[fact.agent].barred.append(fact.queue)
            case PenaltyEnded():
                self.agents[fact.agent].barred.remove(fact.queue)
            case StationChanged():
                self._registered[fact.station] = fact.target is not None
                for agent in self.agents.values():
                    agent.paused = agent.paused and agent.station != fact.station
            case VisitOpened(message=True):
                self._messages.add(fact.contact)
            case ContactArrived(direction=Direction.INTERNAL):
                self._among_colleagues.add(fact.contact)
            case WorkChanged():
                self._see_work(fact, at)

    def _configure(self, fact: ConfigApplied) -> None:
        self.queues = {queue.id: queue for queue in fact.config.queues}
        self.called = [name for name in self.called if name in self.queues and self.queues[name].reserve]
        for order, config in enumerate(fact.config.agents):
            agent = self.agents.setdefault(config.id, SeenAgent(config))
            agent.config, agent.order = config, order
        self._stations, self._rules = {each.id: each for each in fact.config.stations}, fact.config.outgoing

    def _see_work(self, fact: WorkChanged, at: int) -> None:
        agent = self.agents[fact.agent]
        begins = fact.contact not in agent.work and fact.work is not Work.ENDED
        if fact.work is Work.ENDED:
            known = agent.work.pop(fact.contact, None)
            if known is not None and known[1] not in (Work.RINGING, Work.RESULT_OPEN):
                agent.idle_since = at
            self._ledger.hold(known is not None, "A3", at, f"{fact.agent} ends work that he has not")
        else:
            held = agent.work.get(fact.contact)
            begun = held is not None and held[1] is Work.RINGING and fact.work is Work.TALKING
            agent.shift.talks += begun and fact.contact not in self._among_colleagues
            if fact.work is Work.RESULT_OPEN and held is not None and held[1] is not Work.RESULT_OPEN:
                agent.idle_since = at
            agent.work[fact.contact] = (fact.channel, fact.work)
        if any(work not in (Work.RINGING, Work.RESULT_OPEN) for _, work in agent.work.values()):
            agent.shift.hold(at)
        else:
            agent.shift.release(at)
        if begins:  # what is in hand when the room becomes smaller stays there
            load, capacity = agent.load(fact.channel), agent.capacity(fact.channel)
            if fact.work is Work.DIALLING:  # who listens to a message may call its caller
                load -= len(self._messages & agent.work.keys())
            self._ledger.hold(load <= capacity, "A1", at, f"{fact.agent} holds {load} {fact.channel}, {capacity} fit")
            used, units = agent.units(), agent.config.units
            fits = fact.channel is Channel.VOICE or not units or used <= units
            self._ledger.hold(fits, "A1", at, f"{fact.agent} would have {used} of {units} units in hand")

    def free(self, agent: SeenAgent, channel: Channel) -> bool:
        """Whether an agent may be offered a contact: he could take it, and is not kept for the other kind of work."""
        return self.could(agent, channel) and not self.is_kept(agent, channel)

    def is_kept(self, agent: SeenAgent, channel: Channel) -> bool:
        """Whether one offer more would leave a queue fewer agents for its other kind of work than it keeps."""
        for queue in self.queues.values():
            kept = {Channel.CHAT: queue.keep_for_calls, Channel.VOICE: queue.keep_for_texts}.get(channel, 0)
            agents = self.agents.values() if kept else ()
            own = [one for one in agents if one.serves(queue) and self._does_other(one, channel)]
            if agent in own and len(own) <= kept:
                return True
        return False

    def _does_other(self, agent: SeenAgent, channel: Channel) -> bool:
        """Whether an agent could take a call, or (asked for calls) sits at his console and is in none."""
        return agent.is_off_phone() if channel is Channel.VOICE else self.could(agent, Channel.VOICE)

    def could(self, agent: SeenAgent, channel: Channel) -> bool:
        """Whether an agent could take a contact: ready, nothing ringing, no call in hand, room for one more."""
        rings = any(work is Work.RINGING for _, work in agent.work.values())
        if not agent.is_ready() or rings or agent.load(Channel.VOICE) or None in agent.barred:
            return False
        if channel is not Channel.VOICE:
            fits = agent.has_room(channel) and (channel is Channel.CHAT or self._unanswered.leave_room(agent))
            return agent.console and not agent.config.phone_only and fits
        chats = any(agent.talks_by(each) for each in Channel if each not in agent.config.calls_interrupt)
        reachable = self._reachable(agent.station) and not agent.paused
        return reachable and not chats and (agent.console or agent.config.phone_only)

    def _reachable(self, station: StationId | None) -> bool:
        """Whether a call would ring somewhere: outside if we may call, at a fixed contact, or registered."""
        known = self._stations.get(station) if station is not None else None
        if known is None or known.number:
            return known is not None and self._rules is not None
        return bool(known.contact) or self._registered.get(known.id, False)
