"""What the conditions of a recipe may ask of a queue."""

from __future__ import annotations

from contactcenter.acd.figures import FIGURES, NOBODY_READY, Asked
from contactcenter.model import events
from contactcenter.model.ids import ContactId
from contactcenter.model.recipes import Announce
from contactcenter.model.words import Channel
from tests.stories.centre import ANNA, BO, FAULTS, Centre, small_config
from tests.stories.test_recipes import BUSY, CARL, config_with, due, step


def figures(centre: Centre, contact: ContactId) -> dict[str, object]:
    """All figures of a contact's queue now."""
    asked = Asked(centre.center.routing.floor, contact, centre.now)
    return {name: figure(asked) for name, figure in FIGURES.items()}


def test_what_conditions_may_ask() -> None:
    centre = Centre(config_with())
    contact = centre.calls()
    assert figures(centre, contact) == {
        "waiting": 1,
        "agents_ready": 0,
        "agents_signed_in": 0,
        "waiting_per_agent": NOBODY_READY,
        "oldest_wait_s": 0,
        "waited_s": 0,
        "estimated_wait_s": None,
        "priority": 0,
        "step": 0,
        "channel": "voice",
        "customer_class": "",
    }
    centre.signs_in(ANNA, BO, CARL)
    centre.happens(events.NotReadyChosen(BO, "break"))
    now = figures(centre, contact)
    assert (now["agents_ready"], now["agents_signed_in"], now["waited_s"]) == (1, 2, 3)


def test_a_share_is_rounded_up_and_texts_are_counted_apart() -> None:
    centre = Centre(config_with(ring_ms=60_000))
    centre.signs_in(ANNA, BO)
    for number in range(5):
        contact = centre.calls(f"+86139000000{number}")
    centre.texts("hello", "+8613900000099")
    now = figures(centre, contact)
    assert (now["waiting"], now["agents_ready"], now["waiting_per_agent"]) == (5, 2, 3), "who is rung for still waits"


def test_the_wait_to_come_is_asked_for_once_it_is_known() -> None:
    centre = Centre(config_with(step(30, Announce(BUSY), "estimated_wait_s > 0"), ring_ms=60_000))
    centre.signs_in(ANNA)
    centre.calls("+8613900000000")
    centre.answers()
    contacts = [centre.calls(f"+861390000000{number}") for number in range(1, 8)]
    centre.passes(31_000)
    assert due(centre) == [("Announce", False)] * 7, "nobody has been served, so nobody knows"
    for _ in range(5):
        served = centre.offer().contact
        centre.happens(events.ContactClosed(ANNA, served))
        centre.wraps_up(ANNA, served)
        centre.answers()
        centre.passes(20_000)
    centre.happens(events.ContactClosed(ANNA, centre.offer().contact))
    centre.wraps_up(ANNA, centre.offer().contact)
    assert figures(centre, contacts[6])["estimated_wait_s"] in range(20, 60)
    assert figures(centre, centre.offer().contact)["estimated_wait_s"] is None, "a telephone rings for him"


def test_figures_are_right_after_any_day(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.answers()
    centre.happens(events.AgentSignedOut(BO))
    centre.happens(events.ConfigPublished("second", small_config(priority=3)))
    centre.hangs_up()
    centre.wraps_up(ANNA, contact)
    floor = centre.center.routing.floor
    assert (floor.staff[FAULTS].signed_in, floor.staff[FAULTS].ready) == (1, 1)
    assert floor.oldest_in(FAULTS, Channel.VOICE) is None and floor.waiting_in(FAULTS, Channel.VOICE) == 0
