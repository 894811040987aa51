"""Who was passed on and rings at a colleague stands in no queue: what befalls queues does not touch him."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.config import CenterConfig, RelaxStep
from contactcenter.model.facts import PriorityChanged, RequirementRelaxed, TalkStarted
from contactcenter.model.ids import ContactId, CustomerId, LegId
from contactcenter.model.transfers import ToAgent
from tests.stories.callbacks import callback_config
from tests.stories.centre import BO, FAULTS, Centre, small_config
from tests.stories.handing import VOICE, passes_on, talks


def on_the_way(config: CenterConfig) -> tuple[Centre, ContactId]:
    """Return a centre where Anna passed a caller on to Bo, whose phone rings."""
    centre = Centre(config)
    contact = talks(centre, BO)
    passes_on(centre, contact, ToAgent(BO))
    return centre, contact


def test_a_rule_of_the_old_queue_that_widens_is_not_for_him() -> None:
    centre, contact = on_the_way(small_config())
    centre.happens(
        events.ConfigPublished("wider", small_config(relax=(RelaxStep(0, "bill"), RelaxStep(60_000, "all"))))
    )
    assert not centre.facts(RequirementRelaxed)
    centre.answers()
    assert centre.facts(TalkStarted) == [TalkStarted(contact, None, FAULTS, VOICE, BO)]
    centre.check_replay()


def test_no_alarm_is_left_for_him_by_such_a_rule() -> None:
    centre, _ = on_the_way(small_config())
    centre.happens(events.ConfigPublished("wider", small_config(relax=(RelaxStep(60_000, "all"),))))
    centre.answers()
    centre.passes(120_000)
    assert not centre.all_facts(RequirementRelaxed)
    centre.check_replay()


def test_the_class_of_the_customer_moves_him_in_no_line() -> None:
    centre, contact = on_the_way(small_config(class_priority=(("A", 50),)))
    centre.happens(events.CustomerIdentified(contact, CustomerId("42"), "A"))
    assert not centre.facts(PriorityChanged)
    centre.check_replay()


def test_the_key_for_a_callback_is_no_key_for_him() -> None:
    centre, _ = on_the_way(callback_config())
    assert centre.refuses(events.KeyPressed(LegId("leg of +8613900000001"), "1")) == "no menu listens"
    centre.check_replay()
