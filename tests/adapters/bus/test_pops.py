"""What an agent's screen learns of the contacts that come to him."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.adapters.bus.pops import Pops
from contactcenter.model import facts
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import Fact
from contactcenter.model.ids import ContactId, CustomerId, GroupId, OfferId, VisitId
from contactcenter.model.words import Channel, ContactOutcome, Work
from tests.stories.centre import ANNA, BO, FAULTS, sealed

CONTACT = ContactId("C1")


class Screens:
    """The fold under test, fed fact by fact."""

    def __init__(self) -> None:
        """Begin with one contact that has arrived."""
        self.pops, self.sequence = Pops(), 0
        box = sealed("+861")
        self.say(facts.ContactArrived(CONTACT, Channel.VOICE, "95598", "hotline", "zh", box.person, box, "key"))

    def say(self, *said: Fact) -> list[tuple[str, str, str]]:
        """State facts in one entry; return agent, state and customer of each message."""
        self.sequence += 1
        entry = Entry(Position(1, self.sequence), 1_000, "test", TimePassed(), said)
        return [(pop.agent, pop.state, pop.customer) for pop in self.pops.apply(entry)]

    def work(self, work: Work, agent: str = ANNA) -> facts.WorkChanged:
        """What an agent does with the contact."""
        return facts.WorkChanged(ANNA if agent == ANNA else BO, CONTACT, Channel.VOICE, work)


KNOWN = facts.CustomerKnown(CONTACT, CustomerId("K7"), "vip", "")
OFFERED = facts.OfferMade(OfferId("O1"), CONTACT, VisitId("V1"), FAULTS, Channel.VOICE, ANNA, None, 9_000)


def test_a_contact_rings_is_talked_to_and_ends() -> None:
    screens = Screens()
    assert screens.say(KNOWN) == []
    assert screens.say(OFFERED, screens.work(Work.RINGING)) == [("anna", "ringing", "K7")]
    assert screens.say(screens.work(Work.TALKING)) == [("anna", "talking", "K7")]
    over = facts.ContactEnded(CONTACT, Channel.VOICE, ContactOutcome.HANDLED)
    assert screens.say(screens.work(Work.ENDED)) == [("anna", "ended", "K7")]
    assert screens.say(over) == [] and screens.say(screens.work(Work.TALKING)) == []


def test_a_customer_who_is_found_late_is_told_to_whoever_has_the_contact() -> None:
    screens = Screens()
    assert screens.say(OFFERED, screens.work(Work.RINGING)) == [("anna", "ringing", "")]
    assert screens.say(KNOWN) == [("anna", "ringing", "K7")]


def test_an_agent_who_did_not_take_it_hears_no_more_of_it() -> None:
    screens = Screens()
    screens.say(OFFERED, screens.work(Work.RINGING))
    assert screens.say(screens.work(Work.ENDED)) == [("anna", "ended", "")]
    assert screens.say(KNOWN) == []
    assert screens.say(screens.work(Work.RINGING, BO)) == [("bo", "ringing", "K7")]


def test_where_it_rings_at_several_each_learns_of_it_with_his_own_offer() -> None:
    screens = Screens()
    group = GroupId("G1")
    screens.say(replace(OFFERED, group=group), screens.work(Work.RINGING))
    screens.say(replace(OFFERED, offer=OfferId("O2"), agent=BO, group=group), screens.work(Work.RINGING, BO))
    assert screens.say(KNOWN) == [("anna", "ringing", "K7"), ("bo", "ringing", "K7")]
    assert screens.say(screens.work(Work.ENDED), screens.work(Work.TALKING, BO)) == [
        ("anna", "ended", "K7"),
        ("bo", "talking", "K7"),
    ]
