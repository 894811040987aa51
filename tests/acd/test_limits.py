"""Memory of past contacts is bounded: the oldest give way."""

from contactcenter.acd.apply.visits import KEPT_PLACES_MAX, LAST_AGENTS_MAX
from contactcenter.acd.engine import Routing
from contactcenter.acd.transitions import CONTACT_TRANSITIONS, PRESENCE_TRANSITIONS, WORK_TRANSITIONS, ContactState
from contactcenter.model.facts import ConfigApplied, ContactArrived, PlaceKept, VisitEnded, VisitOpened
from contactcenter.model.ids import ContactId, VisitId
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, Presence, VisitOutcome, Work
from tests.stories.centre import ANNA, FAULTS, small_config


def test_places_of_failed_contacts_are_kept_for_so_many_and_no_more() -> None:
    routing = Routing(Timers())
    for number in range(KEPT_PLACES_MAX + 1):
        routing.apply(PlaceKept(f"key {number}", FAULTS, 0, number, number), 0)
    assert len(routing.floor.kept_places) == KEPT_PLACES_MAX
    assert "key 0" not in routing.floor.kept_places


def test_last_agents_are_remembered_for_so_many_and_no_more() -> None:
    routing = Routing(Timers())
    routing.apply(ConfigApplied("h", small_config()), 0)
    for number in range(LAST_AGENTS_MAX + 1):
        contact, visit = ContactId(f"C{number}"), VisitId(f"V{number}")
        arrived = ContactArrived(contact, Channel.SMS, "+8610", "direct", "en", None, None, f"key {number}")
        routing.apply(arrived, 0)
        routing.apply(VisitOpened(visit, contact, FAULTS, Channel.SMS, 0, 0), 0)
        routing.apply(VisitEnded(visit, contact, FAULTS, Channel.SMS, VisitOutcome.HANDLED, 0, ANNA), 0)
    assert len(routing.floor.last_agents) == LAST_AGENTS_MAX
    assert (Channel.SMS, "key 0") not in routing.floor.last_agents


def test_every_state_has_its_row_in_the_tables() -> None:
    assert set(PRESENCE_TRANSITIONS) == set(Presence)
    assert set(WORK_TRANSITIONS) == {None, *Work}
    assert set(CONTACT_TRANSITIONS) == set(ContactState)
