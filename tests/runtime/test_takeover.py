"""A successor that begins late: what hung on the dead engine is settled before any of its deadlines counts."""

from __future__ import annotations

from contactcenter.center import Center
from contactcenter.model import events
from contactcenter.model.commands import DialStation, ReleaseDialog
from contactcenter.model.facts import OfferEnded, OfferMade, WorkChanged
from contactcenter.model.words import OfferOutcome, Presence, Work
from contactcenter.runtime.sequencer import Sequencer
from tests.stories.centre import ANNA, Centre

DOWN_MS = 300_000


def successor(centre: Centre) -> Sequencer:
    """A new engine on what the dead one journaled."""
    center = Center()
    for entry in centre.journal:
        center.apply(entry)
    center.begin_epoch(2)
    return Sequencer(center, "story", centre.now)


def test_a_ring_that_nobody_could_answer_is_nobodys_fault() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    sequencer = successor(centre)
    later = centre.now + DOWN_MS
    sequencer.submit(events.EngineStarted("story"), later)
    (entry,) = sequencer.uncommitted()
    assert [fact.outcome for fact in entry.facts if isinstance(fact, OfferEnded)] == [OfferOutcome.WITHDRAWN]
    assert sequencer.pass_time(later) == (), "nothing is left that would fire"
    assert isinstance(sequencer.center, Center)
    assert sequencer.center.routing.floor.agents[ANNA].presence is Presence.READY


def test_the_phone_that_rang_is_told_to_be_silent_and_no_other_is_rung() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.calls()
    leg = centre.ringing_leg()
    sequencer = successor(centre)
    accepted = sequencer.submit(events.EngineStarted("story"), centre.now + DOWN_MS)
    assert leg in [command.leg for command in accepted.releases if isinstance(command, ReleaseDialog)]
    sequencer.take_batch()
    _, promises = sequencer.committed()
    assert not [command for command in promises if isinstance(command, DialStation)]


def test_a_text_that_rang_rings_anew_and_wrap_up_has_its_whole_time_again() -> None:
    centre = Centre()
    centre.signs_in(ANNA)
    centre.texts("one", "+1")
    centre.accepts(ANNA)
    contact = centre.offer().contact
    centre.happens(events.ContactClosed(ANNA, contact))
    centre.texts("two", "+2")
    sequencer = successor(centre)
    later = centre.now + DOWN_MS
    sequencer.submit(events.EngineStarted("story"), later)
    (entry,) = sequencer.uncommitted()
    offers = [fact.expires_at for fact in entry.facts if isinstance(fact, OfferMade)]
    assert offers == [later + 30_000]
    assert [fact.work for fact in entry.facts if isinstance(fact, WorkChanged)].count(Work.WRAP_UP) == 1
    assert sequencer.deadline() == later + 30_000, "the ring; the wrap-up ends a minute after the new beginning"
