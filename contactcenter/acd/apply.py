"""How facts change the routing floor: one small function per kind of fact, found by table.

The only place where the floor changes, for live, sim and replay alike; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply_arrivals import ARRIVAL_CHANGES
from contactcenter.acd.capacity import reindex
from contactcenter.acd.lines import line_name
from contactcenter.acd.priority import bonus, rank
from contactcenter.acd.state import AgentState, ContactOnFloor, Floor, OfferState, Shift
from contactcenter.acd.transitions import (
    CONTACT_TRANSITIONS,
    PRESENCE_TRANSITIONS,
    WORK_TRANSITIONS,
    ContactState,
)
from contactcenter.model.config import AgentConfig
from contactcenter.model.eligibility import queues_served, steps_served
from contactcenter.model.facts import (
    AgentSeated,
    ConfigApplied,
    ConsolePresence,
    ContactEnded,
    CustomerKnown,
    Fact,
    LegChanged,
    OfferEnded,
    OfferMade,
    OfferTaken,
    PauseEnded,
    PlaceKept,
    PositionTold,
    PreferenceEnded,
    PresenceChanged,
    PriorityChanged,
    RefusalsForgotten,
    RequirementRelaxed,
    StationChanged,
    TalkEnded,
    TalkStarted,
    VisitEnded,
    VisitOpened,
    WorkChanged,
)
from contactcenter.model.ids import AgentId, ContactId
from contactcenter.model.words import Channel, LegRole, LegState, OfferOutcome, Presence, VisitOutcome, Work

__all__ = ["apply_fact"]

ALERT_MS = 4_000  # a phone that has not sent 180 by then is taken for lost, not for unanswered
RETRY_REJECTED_MS = 10_000  # after this an agent may be offered again what he rejected, if nobody else took it
STICKY_MS = 60_000  # how long a returning texter waits for the agent of last time
CONSOLE_GRACE_MS = 15_000  # a console that is gone longer takes no contacts
ABSENT_MS = 900_000  # a console that is gone longer is not coming back today: its texts go to somebody else
KEPT_PLACES_MAX = 10_000  # places kept for failed contacts; the oldest give way
LAST_AGENTS_MAX = 20_000  # remembered (channel, address) pairs; the oldest give way


def apply_fact(floor: Floor, fact: Fact, now: int) -> None:
    """Change the floor as a fact says; facts that are not routing's concern are ignored."""
    change = _CHANGES.get(type(fact))
    if change is not None:
        change(floor, fact, now)


def _config(floor: Floor, fact: ConfigApplied, now: int) -> None:
    config = fact.config
    standing = [contact_id for contact_id, contact in floor.contacts.items() if contact.line is not None]
    for contact_id in standing:
        _leave_line(floor, contact_id, floor.contacts[contact_id])
    # Added to, not replaced: who stands in a queue that is gone is still served, and may still hang up.
    floor.queues.update((queue.id, queue) for queue in config.queues)
    floor.stations = {station.id: station for station in config.stations}
    floor.reasons = config.not_ready_reasons
    floor.outgoing, floor.language = config.outgoing, config.languages[0]
    floor.station_retry_ms = config.default_station_retry_ms
    for known in floor.agents.values():
        known.listed, known.queues, known.circles = False, (), ()
    for order, agent in enumerate(config.agents):
        _enrol(floor, agent, order)
    for agent_id in floor.agents:
        reindex(floor, agent_id)
    for contact_id, contact in floor.contacts.items():
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            _relax_alarm(floor, contact_id, contact)
    for contact_id in standing:
        _stand(floor, contact_id, floor.contacts[contact_id])


def _enrol(floor: Floor, agent: AgentConfig, order: int) -> None:
    queues = queues_served(agent, floor.queues.values())
    known = floor.agents.setdefault(agent.id, AgentState(agent, order, queues))
    known.config, known.order, known.queues, known.listed = agent, order, queues, True
    known.circles = tuple((queue.id, step) for queue in floor.queues.values() for step in steps_served(agent, queue))
    known.levels = {skill.skill: skill.level for skill in agent.skills}


def _seated(floor: Floor, fact: AgentSeated, now: int) -> None:
    agent = floor.agents[fact.agent]
    if agent.station is not None and floor.seats.get(agent.station) == fact.agent:
        del floor.seats[agent.station]
    agent.station = fact.station
    _unpause(floor, fact.agent, agent)  # it was the other phone that was busy or lost
    if fact.station is not None:
        floor.seats[fact.station] = fact.agent
    reindex(floor, fact.agent)


def _presence(floor: Floor, fact: PresenceChanged, now: int) -> None:
    agent = floor.agents[fact.agent]
    assert fact.presence in PRESENCE_TRANSITIONS[agent.presence], (agent.presence, fact)
    if agent.presence is Presence.LOGGED_OUT:
        agent.shift = Shift(now)
    agent.presence, agent.reason, agent.idle_since = fact.presence, fact.reason, fact.idle_since
    if fact.presence is Presence.LOGGED_OUT and agent.station is not None:
        floor.seats.pop(agent.station, None)
        agent.station = None
    reindex(floor, fact.agent)


def _console(floor: Floor, fact: ConsolePresence, now: int) -> None:
    floor.agents[fact.agent].console = fact.connected
    if fact.connected:
        floor.timers.clear(("acd", "console", fact.agent))
        floor.timers.clear(("acd", "absent", fact.agent))
    else:
        floor.timers.set(("acd", "console", fact.agent), now + CONSOLE_GRACE_MS)
        floor.timers.set(("acd", "absent", fact.agent), now + ABSENT_MS)
    reindex(floor, fact.agent)


def _station(floor: Floor, fact: StationChanged, now: int) -> None:
    if fact.target is not None:
        floor.registered.add(fact.station)
    else:
        floor.registered.discard(fact.station)
    agent = floor.seats.get(fact.station)
    if agent is not None:
        _unpause(floor, agent, floor.agents[agent])
        reindex(floor, agent)


def _unpause(floor: Floor, agent_id: AgentId, agent: AgentState) -> None:
    agent.paused = False
    floor.timers.clear(("acd", "pause", agent_id))


def _move(contact: ContactOnFloor, state: ContactState) -> None:
    assert state in CONTACT_TRANSITIONS[contact.state], (contact.state, state)
    contact.state = state


def _visit_opened(floor: Floor, fact: VisitOpened, now: int) -> None:
    contact = floor.contacts[fact.contact]
    _move(contact, ContactState.WAITING)
    floor.visits += 1
    contact.visit, contact.queue, contact.priority = fact.visit, fact.queue, fact.priority
    contact.placed_at, contact.opened_at, contact.order = fact.placed_at, now, floor.visits
    contact.bonus = bonus(floor.queue_of(contact), contact.customer_class)
    contact.preferred, contact.refused, contact.step = fact.preferred, (), 0
    if fact.channel is Channel.VOICE:
        floor.kept_places.pop(contact.address_key, None)
    _stand(floor, fact.contact, contact)
    if fact.preferred is not None:
        floor.timers.set(("acd", "sticky", fact.contact), now + STICKY_MS)
    _relax_alarm(floor, fact.contact, contact)
    _announce_again(floor, fact.contact, contact, now)


def _announce_again(floor: Floor, contact_id: ContactId, contact: ContactOnFloor, now: int) -> None:
    interval = floor.queue_of(contact).announce_every_ms
    if contact.channel is Channel.VOICE and interval:
        floor.timers.set(("acd", "position", contact_id), now + interval)


def _relax_alarm(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    steps = floor.queue_of(contact).relax
    if contact.step < len(steps):
        floor.timers.set(("acd", "relax", contact_id), contact.opened_at + steps[contact.step].after_ms)
    else:
        floor.timers.clear(("acd", "relax", contact_id))


def _relaxed(floor: Floor, fact: RequirementRelaxed, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.step = fact.step
    if contact.line is not None:
        _leave_line(floor, fact.contact, contact)
        _stand(floor, fact.contact, contact)
    _relax_alarm(floor, fact.contact, contact)


def _priority_changed(floor: Floor, fact: PriorityChanged, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.priority, contact.bonus = fact.priority, bonus(floor.queue_of(contact), contact.customer_class)
    if contact.line is not None:
        _leave_line(floor, fact.contact, contact)
        _stand(floor, fact.contact, contact)


def _customer_known(floor: Floor, fact: CustomerKnown, now: int) -> None:
    floor.contacts[fact.contact].customer_class = fact.customer_class


def _stand(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    kept = contact.preferred is not None
    name = f"@{contact.preferred}" if kept else line_name(str(contact.queue), contact.step)
    contact.line = (name, contact.channel)
    contact.rank = rank(floor.queue_of(contact), contact.priority, contact.placed_at)
    floor.waiting.add(contact.line, contact.place(contact_id))


def _leave_line(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> None:
    if contact.line is not None:
        floor.waiting.remove(contact.line, contact.place(contact_id))
        contact.line = None


def _preference_ended(floor: Floor, fact: PreferenceEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.preferred = None
    if contact.line is not None:
        _leave_line(floor, fact.contact, contact)
        _stand(floor, fact.contact, contact)


def _position_told(floor: Floor, fact: PositionTold, now: int) -> None:
    contact = floor.contacts[fact.contact]
    _announce_again(floor, fact.contact, contact, now)


def _visit_ended(floor: Floor, fact: VisitEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    _leave_line(floor, fact.contact, contact)
    for alarm in ("position", "sticky", "again", "relax"):
        floor.timers.clear(("acd", alarm, fact.contact))
    if fact.outcome is not VisitOutcome.HANDLED:
        return
    if contact.address_key and fact.agent is not None:
        _remember_agent(floor, (contact.channel, contact.address_key), fact.agent)


def _remember_agent(floor: Floor, key: tuple[Channel, str], agent: AgentId) -> None:
    floor.last_agents.pop(key, None)
    floor.last_agents[key] = agent
    if len(floor.last_agents) > LAST_AGENTS_MAX:
        del floor.last_agents[next(iter(floor.last_agents))]


def _place_kept(floor: Floor, fact: PlaceKept, now: int) -> None:
    floor.kept_places.pop(fact.address_key, None)
    floor.kept_places[fact.address_key] = fact
    if len(floor.kept_places) > KEPT_PLACES_MAX:
        del floor.kept_places[next(iter(floor.kept_places))]


def _offer_made(floor: Floor, fact: OfferMade, now: int) -> None:
    contact = floor.contacts[fact.contact]
    _move(contact, ContactState.OFFERED)
    _leave_line(floor, fact.contact, contact)
    contact.offer, contact.agent = fact.offer, fact.agent
    agent = floor.agents[fact.agent]
    agent.offer = fact.offer
    floor.offers[fact.offer] = OfferState(fact.contact, fact.agent, fact.channel)
    floor.offers_made += 1
    agent.shift.offered = floor.offers_made
    floor.timers.clear(("acd", "position", fact.contact))
    floor.timers.set(("acd", "ring", fact.offer), fact.expires_at)
    if fact.channel is Channel.VOICE and not floor.answers_on_command(fact.station):
        floor.timers.set(("acd", "alert", fact.offer), now + ALERT_MS)


def _offer_taken(floor: Floor, fact: OfferTaken, now: int) -> None:
    floor.offers[fact.offer].taken = True
    floor.timers.set(("acd", "alert", fact.offer), now + ALERT_MS)


def _leg_changed(floor: Floor, fact: LegChanged, now: int) -> None:
    contact = floor.contacts.get(fact.contact)
    if contact is None or contact.offer is None:
        return
    if fact.role is LegRole.AGENT and fact.state in (LegState.ALERTING, LegState.UP):
        floor.timers.clear(("acd", "alert", contact.offer))


def _offer_ended(floor: Floor, fact: OfferEnded, now: int) -> None:
    del floor.offers[fact.offer]
    floor.timers.clear(("acd", "ring", fact.offer))
    floor.timers.clear(("acd", "alert", fact.offer))
    agent, contact = floor.agents[fact.agent], floor.contacts[fact.contact]
    agent.offer, contact.offer = None, None
    if fact.outcome is OfferOutcome.ACCEPTED:
        return
    contact.agent = None
    _move(contact, ContactState.WAITING)
    _stand(floor, fact.contact, contact)
    _announce_again(floor, fact.contact, contact, now)
    if fact.outcome is OfferOutcome.REJECTED:
        contact.refused = (*contact.refused, fact.agent)
        floor.timers.set(("acd", "again", fact.contact), now + RETRY_REJECTED_MS)
    # Who has no console to come back with is left alone for a while; all others are not ready after no answer.
    silent = fact.outcome is OfferOutcome.NO_ANSWER and agent.config.phone_only
    lost = fact.outcome in (OfferOutcome.BUSY, OfferOutcome.DEVICE_LOST) and fact.channel is Channel.VOICE
    if silent or lost:
        agent.paused = True
        floor.timers.set(("acd", "pause", fact.agent), now + floor.station_retry_ms)


def _pause_ended(floor: Floor, fact: PauseEnded, now: int) -> None:
    floor.agents[fact.agent].paused = False
    reindex(floor, fact.agent)


def _refusals_forgotten(floor: Floor, fact: RefusalsForgotten, now: int) -> None:
    floor.contacts[fact.contact].refused = ()


def _work(floor: Floor, fact: WorkChanged, now: int) -> None:
    agent = floor.agents[fact.agent]
    held = agent.work.get(fact.contact)
    assert fact.work in WORK_TRANSITIONS[held[1] if held else None], (held, fact)
    if fact.work is Work.TALKING and held is not None and held[1] is Work.RINGING:
        agent.shift.handled += 1
    if fact.work is Work.ENDED:
        del agent.work[fact.contact]
        if held is not None and held[1] is not Work.RINGING:
            agent.idle_since = now
    else:
        agent.work[fact.contact] = (fact.channel, fact.work)
    agent.shift.note_busy(any(work is not Work.RINGING for _, work in agent.work.values()), now)
    _wrap_alarm(floor, fact, now)
    reindex(floor, fact.agent)


def _wrap_alarm(floor: Floor, fact: WorkChanged, now: int) -> None:
    contact = floor.contacts[fact.contact]
    if fact.work is Work.WRAP_UP:
        _move_once(contact, ContactState.WRAP_UP)
        floor.timers.set(("acd", "wrap_up", fact.contact), now + floor.rules_of(contact).wrap_up_ms)
    else:
        floor.timers.clear(("acd", "wrap_up", fact.contact))


def _move_once(contact: ContactOnFloor, state: ContactState) -> None:
    if contact.state is not state:
        _move(contact, state)


def _talk_started(floor: Floor, fact: TalkStarted, now: int) -> None:
    contact = floor.contacts[fact.contact]
    _move(contact, ContactState.TALKING)
    contact.agent = contact.talked_to = fact.agent


def _talk_ended(floor: Floor, fact: TalkEnded, now: int) -> None:
    floor.contacts[fact.contact].agent = None


def _ended(floor: Floor, fact: ContactEnded, now: int) -> None:
    contact = floor.contacts.pop(fact.contact)
    _move(contact, ContactState.ENDED)


_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    ConfigApplied: _config,
    AgentSeated: _seated,
    PresenceChanged: _presence,
    ConsolePresence: _console,
    StationChanged: _station,
    VisitOpened: _visit_opened,
    PreferenceEnded: _preference_ended,
    PositionTold: _position_told,
    VisitEnded: _visit_ended,
    PlaceKept: _place_kept,
    OfferMade: _offer_made,
    OfferTaken: _offer_taken,
    LegChanged: _leg_changed,
    OfferEnded: _offer_ended,
    PauseEnded: _pause_ended,
    CustomerKnown: _customer_known,
    PriorityChanged: _priority_changed,
    RefusalsForgotten: _refusals_forgotten,
    RequirementRelaxed: _relaxed,
    WorkChanged: _work,
    TalkStarted: _talk_started,
    TalkEnded: _talk_ended,
    ContactEnded: _ended,
    **ARRIVAL_CHANGES,
}
