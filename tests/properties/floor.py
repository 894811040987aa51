"""What a scan of the whole routing floor finds, against the indexes that the engine keeps so that it need not scan.

No rule of routing is repeated here: an agent is to stand where the engine's own rule would put him now. That a rule
says the right thing is the oracles' part (`contactcenter/sim`); here it is that no index was forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from contactcenter.acd.agents import AgentState
from contactcenter.acd.capacity import CHANNELS, _places, can_take
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.lines import LineClass, PlaceKey, line_kept_for, line_of, suspended_line
from contactcenter.acd.priority import rank
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.ids import AgentId, ContactId, OfferId
from contactcenter.model.words import Channel, Presence, Work
from contactcenter.model.wrap_up import AFTER_TALK

__all__ = ["faults_of"]


def faults_of(floor: Floor) -> list[str]:
    """Return what is wrong with the floor's indexes, references and alarms."""
    checks = (_idle_lines, _kept, _waiting_lines, _offers, _seats, _work, _alarms)
    return [fault for check in checks for fault in check(floor)]


def _idle_lines(floor: Floor) -> Iterator[str]:
    """Every agent is free for what could be taken now and for nothing else, and stands where the queues look."""
    placed: dict[AgentId, Counter[tuple[object, ...]]] = {agent_id: Counter() for agent_id in floor.agents}
    for line, entries in floor.idle._lines.items():
        for entry in floor.idle._valid(entries):
            placed[entry[4]][line, *entry[:5]] += 1
    for agent_id, agent in floor.agents.items():
        able = tuple(channel for channel in CHANNELS if can_take(floor, agent, channel))
        if floor.idle.free_for(agent_id) != able:
            yield f"A2 {agent_id} is free for {floor.idle.free_for(agent_id)}, a scan says {able}"
        stands = able and agent_id not in floor.idle.unplaced()
        places = Counter((line, *key) for line, key in _places(floor, agent_id, agent)) if stands else Counter()
        if placed[agent_id] != places:
            yield f"A2 {agent_id} stands in {placed[agent_id]}, a scan says {places}"


def _kept(floor: Floor) -> Iterator[str]:
    """A queue that keeps agents for calls or for texts knows those of its own who could do that work now."""
    for queue_id, kept in floor.kept.items():
        own = [(name, agent) for name, agent in floor.agents.items() if queue_id in agent.keeps]
        could_call = {name for name, agent in own if can_take(floor, agent, Channel.VOICE)}
        off_phone = {name for name, agent in own if _off_phone(agent)}
        if (could_call, off_phone) != ({*kept.could_call}, {*kept.off_phone}):
            yield f"A5 {queue_id} knows {kept}, a scan says {could_call} and {off_phone}"


def _off_phone(agent: AgentState) -> bool:
    going = agent.next is not None and agent.next.presence is not Presence.READY
    at_desk = agent.console and not agent.config.phone_only
    return at_desk and agent.presence is Presence.READY and not going and not agent.load(Channel.VOICE)


def _waiting_lines(floor: Floor) -> Iterator[str]:
    """Who waits stands in one line at the right place; who does not wait stands in none. So do groups that ring."""
    waiting, joinable = Counter[tuple[LineClass, PlaceKey]](), Counter[tuple[LineClass, PlaceKey]]()
    for contact_id, contact in floor.contacts.items():
        if (contact.state is ContactState.WAITING) != (contact.line is not None):
            yield f"Q1 {contact_id} is {contact.state} and stands in {contact.line}"
        if contact.group_line is not None and contact.state is not ContactState.OFFERED:
            yield f"O1 {contact_id} is {contact.state} and may be joined at {contact.group_line}"
        if contact.line is not None:
            yield from _place(floor, contact_id, contact)
            waiting[contact.line, contact.place(contact_id)] += 1
        if contact.group_line is not None:
            joinable[contact.group_line, contact.place(contact_id)] += 1
    for lines, expected in ((floor.waiting, waiting), (floor.joinable, joinable)):
        found = Counter((line, key) for line, keys in lines._lines.items() for key in keys)
        if found != expected:
            yield f"Q1 the lines differ by {found - expected} and {expected - found}"
        if disorder := [line for line, keys in lines._lines.items() if list(keys) != sorted(keys)]:
            yield f"Q1 out of order: {disorder}"


def _place(floor: Floor, contact_id: ContactId, contact: ContactOnFloor) -> Iterator[str]:
    queue = floor.queue_of(contact)
    line = line_of(queue.id, contact.step, contact.channel)
    suspended = contact.channel not in queue.offers
    if contact.preferred is not None:
        line = line_kept_for(contact.preferred, contact.channel, suspended)
    elif suspended:
        line = suspended_line(queue.id, contact.channel)
    place = rank(queue, contact.priority, contact.placed_at)
    if contact.line != line or contact.rank != place:
        yield f"Q1 {contact_id} stands in {contact.line} at {contact.rank}, not in {line} at {place}"


def _offers(floor: Floor) -> Iterator[str]:
    """Offer, contact and agent name each other, and the agent's work says that it rings."""
    for offer_id, offer in floor.offers.items():
        contact, agent = floor.contacts[offer.contact], floor.agents[offer.agent]
        beside = contact.consult is not None or contact.colleague is not None
        state = contact.state in BESIDE if beside else contact.state is ContactState.OFFERED
        if contact.offers.count(offer_id) != 1 or not state:
            yield f"O1 {offer_id} is not known by {offer.contact}: {contact}"
        if agent.offer != offer_id or agent.work.get(offer.contact) != (offer.channel, Work.RINGING):
            yield f"O1 {offer_id} is not known by {offer.agent}: {agent.offer} {agent.work}"
    held = {offer: name for name, contact in floor.contacts.items() for offer in contact.offers}
    if held != {offer_id: offer.contact for offer_id, offer in floor.offers.items()}:
        yield f"O3 contacts hold {held}, the floor {floor.offers}"
    if rung := [name for name, one in floor.agents.items() if one.offer and one.offer not in floor.offers]:
        yield f"A3 {rung} hold offers that are over"


def _seats(floor: Floor) -> Iterator[str]:
    """A station's seat and the agent on it name each other; who is signed out sits nowhere."""
    seated = {agent.station: name for name, agent in floor.agents.items() if agent.station is not None}
    if seated != floor.seats:
        yield f"A2 seats are {floor.seats}, agents sit at {seated}"
    for name, agent in floor.agents.items():
        if agent.presence is Presence.LOGGED_OUT and agent.station is not None:
            yield f"A2 {name} is signed out and sits at {agent.station}"


BESIDE = (ContactState.TALKING, ContactState.DIALLING)
"""What a contact is of which a colleague is rung beside who has it: asked about, or called herself."""

STATES_OF_WORK = {
    Work.RINGING: (ContactState.OFFERED, *BESIDE),
    Work.CONSULTING: (ContactState.TALKING,),
    Work.DIALLING: (ContactState.DIALLING,),
    Work.TALKING: (ContactState.TALKING,),
    Work.HOLD: (ContactState.TALKING,),
    Work.PARKED: (ContactState.TALKING,),
}


def _work(floor: Floor) -> Iterator[str]:
    """Nobody works on a contact that is over or elsewhere, and no contact is in hands that do not know it."""
    for name, agent in floor.agents.items():
        for contact_id, (channel, work) in agent.work.items():
            contact = floor.contacts.get(contact_id)
            if contact is None or contact.channel is not channel:
                yield f"A3 {name} is {work} with {contact_id}, which is {contact}"
            elif work in AFTER_TALK or (work is Work.PARKED and contact.agent != name):
                # Who passed it on writes it up beside whatever the customer goes through.
                if name not in contact.written_up:
                    yield f"A3 {name} writes {contact_id} up, which knows {contact.written_up}"
            elif contact.state not in STATES_OF_WORK[work]:
                yield f"A3 {name} is {work} with {contact_id}, which is {contact}"
    for contact_id, contact in floor.contacts.items():
        if contact.agent is not None and contact_id not in floor.agents[contact.agent].work:
            yield f"A3 {contact_id} is with {contact.agent}, who does not know it"


def _alarms(floor: Floor) -> Iterator[str]:
    """Each alarm has its cause, and what must end by an alarm has one: T1, O3, A4."""
    contacts, agents = floor.contacts, floor.agents
    causes: dict[str, Callable[[str], bool]] = {
        "ring": lambda name: OfferId(name) in floor.offers,
        "alert": lambda name: OfferId(name) in floor.offers,
        "again": lambda name: _queued(contacts.get(ContactId(name))),
        "sticky": lambda name: _queued(contacts.get(ContactId(name))),
        "relax": lambda name: _queued(contacts.get(ContactId(name))),
        "position": lambda name: _is(contacts.get(ContactId(name)), ContactState.WAITING),
        "dial": lambda name: _is(contacts.get(ContactId(name)), ContactState.DIALLING),
        "farewell": lambda name: _is(contacts.get(ContactId(name)), ContactState.FAREWELL),
        "pause": lambda name: agents[AgentId(name)].paused,
        "console": lambda name: not agents[AgentId(name)].console,
        "absent": lambda name: not agents[AgentId(name)].console,
    }
    alarms = {name[1:] for name in floor.timers._live if name[0] == "acd"}
    for kind, *subject in sorted(alarms):
        if kind in causes and not causes[kind](subject[0]):
            yield f"T1 alarm {kind} of {subject} has no cause"
        if kind == "wrap_up" and AgentId(subject[1]) not in contacts[ContactId(subject[0])].written_up:
            yield f"T1 nobody writes {subject} up"
    needed: set[tuple[str, ...]] = {("ring", offer) for offer in floor.offers}
    needed |= {("pause", name) for name, agent in agents.items() if agent.paused}
    for contact_id, contact in contacts.items():
        if contact.state is ContactState.DIALLING and not contact.offers:
            needed.add(("dial", contact_id))
        timed = [name for name, writing in contact.written_up.items() if writing.ends_at is not None]
        needed |= {("wrap_up", contact_id, name) for name in timed}
        if _queued(contact) and contact.step < len(floor.queue_of(contact).relax):
            needed.add(("relax", contact_id))
        if contact.state is ContactState.WAITING and contact.refused:
            needed.add(("again", contact_id))
    for name in sorted(needed - alarms):
        yield f"A3 nothing will end {name}"


def _is(contact: ContactOnFloor | None, *states: ContactState) -> bool:
    return contact is not None and contact.state in states


def _queued(contact: ContactOnFloor | None) -> bool:
    """Return whether a contact waits in a queue, or rings out of one and not on its way from agent to agent."""
    rings = contact is not None and contact.state is ContactState.OFFERED and contact.passing is None
    return rings or _is(contact, ContactState.WAITING)
