"""How queue visits, and what changes the place of who waits, change the routing floor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from contactcenter.acd.apply.callbacks import join_queued, set_callback_alarm
from contactcenter.acd.apply.groups import index_group
from contactcenter.acd.apply.places import (
    RETRY_REJECTED_MS,
    announce_again,
    leave_line,
    leave_queue,
    move,
    set_relax_alarm,
    stand,
)
from contactcenter.acd.apply.reserve import set_reserve_alarm
from contactcenter.acd.contacts import ContactOnFloor
from contactcenter.acd.priority import bonus
from contactcenter.acd.progress import set_recipe_alarm
from contactcenter.acd.state import Floor
from contactcenter.acd.transitions import ContactState
from contactcenter.model.facts import (
    CustomerKnown,
    PlaceKept,
    PositionTold,
    PreferenceEnded,
    PriorityChanged,
    RefusalsForgotten,
    RequirementRelaxed,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.ids import AgentId
from contactcenter.model.words import Channel, VisitOutcome

__all__ = ["VISIT_CHANGES"]

KEPT_PLACES_MAX = 10_000  # places kept for failed contacts; the oldest give way
LAST_AGENTS_MAX = 20_000  # remembered (channel, address) pairs; the oldest give way


def _visit_opened(floor: Floor, fact: VisitOpened, now: int) -> None:
    contact = floor.contacts[fact.contact]
    move(contact, ContactState.WAITING)
    if not fact.off_line or contact.visit is None or contact.queue != fact.queue:
        contact.relaxes_from, contact.eased = now, 0
    floor.visits += 1
    contact.visit, contact.queue, contact.priority = fact.visit, fact.queue, fact.priority
    contact.placed_at, contact.opened_at, contact.order = fact.placed_at, now, floor.visits
    contact.parked_ms = 0
    contact.bonus = bonus(floor.queue_of(contact), contact.customer_class)
    contact.preferred, contact.refused, contact.step, contact.wait_told_ms = fact.preferred, (), 0, None
    contact.progress, contact.group = (), None
    if fact.queue not in contact.been:
        contact.been = (*contact.been, fact.queue)
    visiting = floor.visiting.setdefault((fact.queue, fact.channel), OrderedDict())
    if not fact.off_line:  # who is called back does not wait on a line
        visiting[fact.contact] = now
    _leave_to_others(floor, fact, contact, now)
    set_reserve_alarm(floor, fact.queue)
    if fact.channel is Channel.VOICE:
        floor.kept_places.pop(contact.address_key, None)
    stand(floor, fact.contact, contact)
    if fact.preferred is not None:
        floor.timers.set(("acd", "sticky", fact.contact), now + floor.queue_of(contact).sticky_ms)
    set_relax_alarm(floor, fact.contact, contact)
    set_recipe_alarm(floor, fact.contact, contact)
    announce_again(floor, fact.contact, contact, now)
    if fact.callback:
        assert contact.callback is not None, "what is promised is a callback until it ends"
        contact.callback.on_line = False
        set_callback_alarm(floor, fact.contact, contact, now)
    if fact.off_line:
        join_queued(floor, contact, now)


def _leave_to_others(floor: Floor, fact: VisitOpened, contact: ContactOnFloor, now: int) -> None:
    """Let others be asked first for a contact that an agent passed on, or did not take: she would get it at once."""
    if contact.passing is not None:
        left_by = contact.passing.sender or contact.passing.to
        assert left_by is not None, "it is passed on by somebody, or came to one agent"
        contact.refused = (left_by,)
        floor.timers.set(("acd", "again", fact.contact), now + RETRY_REJECTED_MS)
        contact.passing, contact.own_rules = None, None


def _relaxed(floor: Floor, fact: RequirementRelaxed, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.step = fact.step
    if contact.line is not None:
        leave_line(floor, fact.contact, contact)
        stand(floor, fact.contact, contact)
    index_group(floor, fact.contact, contact)
    set_relax_alarm(floor, fact.contact, contact)


def _priority_changed(floor: Floor, fact: PriorityChanged, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.priority, contact.bonus = fact.priority, bonus(floor.queue_of(contact), contact.customer_class)
    if contact.line is not None:
        leave_line(floor, fact.contact, contact)
        stand(floor, fact.contact, contact)


def _customer_known(floor: Floor, fact: CustomerKnown, now: int) -> None:
    contact = floor.contacts[fact.contact]
    contact.customer_class, contact.own_agent = fact.customer_class, fact.agent


def _preference_ended(floor: Floor, fact: PreferenceEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    floor.timers.clear(("acd", "sticky", fact.contact))
    contact.preferred = None
    if contact.line is not None:
        leave_line(floor, fact.contact, contact)
        stand(floor, fact.contact, contact)


def _position_told(floor: Floor, fact: PositionTold, now: int) -> None:
    contact = floor.contacts[fact.contact]
    if not contact.queued and contact.preferred is None:
        contact.queued = True
        floor.pace_of(contact).join(now)
    if fact.wait is not None and fact.wait_told:
        contact.wait_told_ms = fact.wait.high_ms
    announce_again(floor, fact.contact, contact, now)


def _visit_ended(floor: Floor, fact: VisitEnded, now: int) -> None:
    contact = floor.contacts[fact.contact]
    leave_queue(floor, fact.contact, contact, fact.queue, now, fact.outcome is VisitOutcome.HANDLED)
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


def _refusals_forgotten(floor: Floor, fact: RefusalsForgotten, now: int) -> None:
    floor.contacts[fact.contact].refused = ()


VISIT_CHANGES: dict[type[Any], Callable[[Floor, Any, int], None]] = {
    VisitOpened: _visit_opened,
    PreferenceEnded: _preference_ended,
    PositionTold: _position_told,
    VisitEnded: _visit_ended,
    PlaceKept: _place_kept,
    CustomerKnown: _customer_known,
    PriorityChanged: _priority_changed,
    RefusalsForgotten: _refusals_forgotten,
    RequirementRelaxed: _relaxed,
}
