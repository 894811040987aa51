"""Several agents come free in one step, and some whom they served wait again: each is asked in the order of claims."""

from __future__ import annotations

import pytest

from contactcenter.model import events
from contactcenter.model.facts import OfferMade
from contactcenter.model.ids import ContactId, CustomerId
from contactcenter.model.words import LegRole
from tests.stories.callbacks import FIRST, SECOND, asks, callback_config
from tests.stories.centre import ANNA, BO, Centre, sealed

VIPS = ("+8613900000004", "+8613900000005", "+8613900000006")


def asks_as(centre: Centre, number: str, customer_class: str) -> ContactId:
    """A customer of a class asks to be called back."""
    contact = asks(centre, number)
    centre.happens(events.CustomerIdentified(contact, CustomerId(number), customer_class, "en", None))
    return contact


@pytest.mark.parametrize("vips", [0, 1, 2, 3])
def test_who_is_failed_with_the_engine_goes_behind_those_of_higher_claim(vips: int) -> None:
    centre = Centre(callback_config(queue={"class_priority": (("VIP", 50),)}))
    served = []
    for agent, number in ((ANNA, FIRST), (BO, SECOND)):
        served.append(asks(centre, number))
        centre.signs_in(agent)
        centre.answers()
        called = [leg for leg, line in centre.center.calls.lines.legs.items() if line.role is LegRole.CALLED]
        centre.happens(events.LegAnswered(called[-1], sealed("dialog")))
    waiting = [asks_as(centre, number, "VIP") for number in VIPS[:vips]]
    centre.crash()
    offered = [(fact.contact, fact.agent) for fact in centre.facts(OfferMade)]
    assert [contact for contact, _ in offered] == [*waiting, *served][:2]
    assert {agent for _, agent in offered} == {ANNA, BO}
    centre.check_replay()
