"""Who is served first: points, waiting that is worth points, and classes of customers."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.acd.priority import PARTS, bonus, rank, score
from contactcenter.model import events
from contactcenter.model.config import CenterConfig, QueueConfig
from contactcenter.model.facts import OfferMade, PositionTold, PriorityChanged, VisitOpened
from contactcenter.model.flow import EnqueueNode, Node
from contactcenter.model.ids import ContactId, CustomerId, LegId, QueueId
from tests.stories.centre import ANNA, Centre, small_config

MINUTE = 60_000


def queue_with(ageing_s: int = 0, **classes: int) -> QueueConfig:
    """The small centre's queue with such rules."""
    usual = small_config().queues[0]
    return replace(usual, ageing_ms=ageing_s * 1_000, class_priority=tuple(classes.items()), announce_every_ms=0)


def config_with(*queues: QueueConfig) -> CenterConfig:
    """The small centre with other queues."""
    return replace(small_config(), queues=queues)


def is_of_class(centre: Centre, contact: ContactId, name: str) -> None:
    """The look-up answers."""
    centre.happens(events.CustomerIdentified(contact, CustomerId("c"), name, ""))


def first_served(centre: Centre) -> ContactId:
    """Anna comes and is offered somebody."""
    centre.signs_in(ANNA)
    centre.check_replay()
    return centre.all_facts(OfferMade)[0].contact


def towards(node: Node) -> Node:
    """The same node, leading into the quick queue."""
    return replace(node, queue=QueueId("quick")) if isinstance(node, EnqueueNode) else node


def test_without_ageing_points_decide_and_then_the_earlier_place() -> None:
    queue = queue_with()
    assert rank(queue, 5, 0) < rank(queue, 4, 0) and score(queue, 4, 0, 9 * MINUTE) == 4 * PARTS


def test_the_order_in_a_queue_is_the_order_of_the_scores_at_every_time() -> None:
    queue = queue_with(ageing_s=7)
    places = [(priority, placed_at) for priority in (-2, 0, 3) for placed_at in (0, 6_999, 7_000, 7_001, 50_000)]
    by_rank = sorted(places, key=lambda place: (rank(queue, *place), place[1]))
    for now in (50_000, 50_001, 3_600_000):
        by_score = sorted(places, key=lambda place: (-score(queue, place[0], place[1], now), place[1]))
        assert by_score == by_rank


def test_a_class_that_becomes_known_while_waiting_goes_before_at_once() -> None:
    centre = Centre(config_with(queue_with(VIP=20)))
    first = centre.calls("+8613900000001")
    second = centre.calls("+8613900000002")
    is_of_class(centre, second, "VIP")
    assert centre.facts(PriorityChanged) == [PriorityChanged(second, 20)]
    assert first_served(centre) == second != first


def test_a_class_that_is_worth_nothing_changes_nothing() -> None:
    centre = Centre(config_with(queue_with(VIP=20)))
    first = centre.calls("+8613900000001")
    is_of_class(centre, first, "B")
    assert centre.facts(PriorityChanged) == []


def test_a_class_known_before_the_queue_counts_from_the_first_moment() -> None:
    centre = Centre(config_with(queue_with(VIP=20)))
    centre.calls("+8613900000001")
    later = centre.calls("+8613900000002", dialled="95598")
    is_of_class(centre, later, "VIP")
    assert centre.facts(PriorityChanged) == [], "in the menu nobody waits yet"
    centre.keys("1", "+8613900000002")
    collecting = centre.center.calls.lines.calls[later].play
    assert collecting is not None
    centre.happens(events.CollectEnded(LegId("leg of +8613900000002"), collecting, "done", 6, None))
    assert [fact.priority for fact in centre.facts(VisitOpened)] == [20]


def test_a_class_told_twice_is_not_counted_twice() -> None:
    centre = Centre(config_with(queue_with(VIP=20, GOLD=5)))
    contact = centre.calls()
    for name in ("VIP", "VIP", "GOLD", "B"):
        is_of_class(centre, contact, name)
    assert [fact.priority for fact in centre.all_facts(PriorityChanged)] == [20, 5, 0]


def test_a_contact_that_rings_keeps_its_new_points_for_the_next_try() -> None:
    centre = Centre(config_with(queue_with(VIP=20)))
    centre.signs_in(ANNA)
    contact = centre.calls()
    is_of_class(centre, contact, "VIP")
    centre.passes(4_000)
    assert centre.center.routing.floor.contacts[contact].priority == 20


def test_waiting_is_worth_points_so_that_nobody_starves() -> None:
    centre = Centre(config_with(queue_with(ageing_s=30, VIP=10)))
    patient = centre.calls("+8613900000001")
    centre.passes(5 * MINUTE + 1)
    late = centre.calls("+8613900000002")
    is_of_class(centre, late, "VIP")
    assert first_served(centre) == patient


def test_and_points_are_worth_waiting() -> None:
    centre = Centre(config_with(queue_with(ageing_s=30, VIP=10)))
    centre.calls("+8613900000001")
    centre.passes(4 * MINUTE)
    late = centre.calls("+8613900000002")
    is_of_class(centre, late, "VIP")
    assert first_served(centre) == late


def test_queues_that_age_differently_are_compared_by_their_scores_of_the_moment() -> None:
    usual = small_config()
    slow = replace(queue_with(ageing_s=60), priority=3)
    quick = replace(slow, id=QueueId("quick"), priority=0, ageing_ms=10_000)
    flow = usual.flows[1]
    into_quick = replace(
        flow,
        id="quick",
        nodes=tuple(replace(each, node=towards(each.node)) for each in flow.nodes),
    )
    entries = (*usual.entries, replace(usual.entries[1], address="300", flow="quick"))
    config = replace(usual, queues=(slow, quick), flows=(*usual.flows, into_quick), entries=entries)
    for wait_ms, dialled in ((30_000, "200"), (40_000, "300")):
        centre = Centre(config)
        contacts = {number: centre.calls(f"+86139{number}", dialled=number) for number in ("200", "300")}
        centre.passes(wait_ms)
        assert first_served(centre) == contacts[dialled]


def test_a_changed_rule_sorts_those_who_wait_anew() -> None:
    centre = Centre(config_with(queue_with(VIP=10)))
    patient = centre.calls("+8613900000001")
    centre.passes(6 * MINUTE)
    late = centre.calls("+8613900000002")
    is_of_class(centre, late, "VIP")
    centre.happens(events.ConfigPublished("second", config_with(queue_with(ageing_s=30, VIP=10))))
    assert first_served(centre) == patient


def test_a_position_is_told_by_the_order_of_service() -> None:
    centre = Centre(config_with(replace(queue_with(VIP=10), announce_every_ms=30_000)))
    first, second = centre.calls("+8613900000001"), centre.calls("+8613900000002")
    is_of_class(centre, second, "VIP")
    centre.passes(31_000)
    told = {fact.contact: fact.position for fact in centre.all_facts(PositionTold)}
    assert told == {first: 2, second: 1}


def test_a_class_that_nobody_names_is_worth_nothing() -> None:
    assert [bonus(queue_with(VIP=20), name) for name in ("", "A", "VIP")] == [0, 0, 20]
