"""The live fold, fed with journals of the real centre: what each agent has in hand, and the news of each step."""

from __future__ import annotations

from contactcenter.adapters.console.desktop import ENDED_KEPT, MESSAGES_KEPT, Desktop
from contactcenter.adapters.console.views import AgentNews, ContactGone, ContactNews, MessageNews, News
from contactcenter.model import events
from contactcenter.model.entry import Entry, Position
from contactcenter.model.facts import ConfigApplied, ContactArrived, ContactEnded, InputKept, TextPosted
from contactcenter.model.ids import ContactId, ConversationId, CustomerId, MessageId, PersonId, StationId
from contactcenter.model.words import Author, Channel, ContactOutcome, Presence, Work
from tests.stories.centre import ANNA, BO, Centre, sealed, small_config


def folded(centre: Centre) -> Desktop:
    desktop = Desktop()
    for entry in centre.journal:
        desktop.apply(entry)
    return desktop


def news_of(centre: Centre, desktop: Desktop, event: events.Event) -> list[News]:
    """Let an event happen and fold it."""
    centre.happens(event)
    return desktop.apply(centre.journal[-1])


def test_a_call_goes_through_an_agents_hands(centre: Centre) -> None:
    centre.signs_in(ANNA)
    contact = centre.calls()
    desktop = folded(centre)
    ringing = desktop.agents[ANNA].work[contact]
    assert (ringing.state, ringing.expires_at, ringing.offer) == (
        Work.RINGING,
        centre.now + 15_000,
        centre.offer().offer,
    )
    assert desktop.holder(contact) == ANNA and desktop.in_contact(ANNA)
    centre.answers()
    desktop = folded(centre)
    talking = desktop.agents[ANNA].work[contact]
    assert (talking.state, talking.expires_at) == (Work.TALKING, None)
    assert desktop.contacts[contact].recording
    centre.hangs_up()
    wrapping = folded(centre).agents[ANNA].work[contact]
    assert (wrapping.state, wrapping.wrap_up_ends_at) == (Work.WRAP_UP, centre.now + 60_000)
    centre.wraps_up(ANNA, contact)
    desktop = folded(centre)
    assert not desktop.in_contact(ANNA) and desktop.contact(contact) is None


def test_an_unanswered_call_leaves_one_agents_hands_for_anothers(centre: Centre) -> None:
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    centre.happens(events.LegRinging(centre.ringing_leg()))
    desktop = folded(centre)
    seen = len(centre.journal)
    centre.passes(15_000)
    news = [item for entry in centre.journal[seen:] for item in desktop.apply(entry)]
    assert ContactGone(contact, ANNA) in news and ContactNews(contact, BO) in news
    assert (desktop.agents[ANNA].reason, desktop.agents[ANNA].work) == ("no_answer", {})
    assert desktop.holder(contact) == BO


def test_a_call_rings_at_a_whole_team_until_one_has_it() -> None:
    centre = Centre(small_config(strategy="ring_all"))
    centre.signs_in(ANNA, BO)
    contact = centre.calls()
    desktop = folded(centre)
    assert [contact in desktop.agents[name].work for name in (ANNA, BO)] == [True, True]
    known = events.CustomerIdentified(contact, CustomerId("K7"), "VIP", "en")
    assert news_of(centre, desktop, known) == [ContactNews(contact, ANNA), ContactNews(contact, BO)]
    news = news_of(centre, desktop, events.LegAnswered(centre.ringing_leg()))
    assert ContactGone(contact, ANNA) in news and ContactNews(contact, BO) in news
    assert desktop.holder(contact) == BO and not desktop.in_contact(ANNA)
    assert desktop.contacts[contact].rung == [BO]


def test_the_way_through_the_menu_travels_with_the_contact(centre: Centre) -> None:
    chat = centre.chats()
    centre.chooses(chat, "1")
    view = folded(centre).conversation(chat)
    assert view is not None
    assert [(step.node, step.key, step.label) for step in view.path] == [("menu", "1", "fault")]
    centre.chooses(chat, "", "4711")
    view = folded(centre).conversation(chat)
    assert view is not None and view.queue == "faults"
    assert [message.number for message in view.messages] == [1, 2, 3, 4]


def test_news_say_what_is_new_and_nothing_twice(centre: Centre) -> None:
    desktop = folded(centre)
    news = news_of(centre, desktop, events.AgentSignedIn(ANNA, None))
    assert news == [AgentNews(ANNA)]
    assert desktop.agents[ANNA].presence is Presence.NOT_READY
    chat = ConversationId("c")
    news = news_of(centre, desktop, events.ChatStarted(chat, "web", PersonId("p"), None, "en"))
    contact = ContactId(next(iter(desktop.contacts)))
    assert news[0] == ContactNews(contact, None)
    assert [type(item) for item in news].count(MessageNews) == 1


def test_a_station_that_comes_back_is_news_for_who_sits_there(centre: Centre) -> None:
    centre.signs_in(ANNA)
    desktop = folded(centre)
    assert desktop.reachable[StationId("anna-phone")]
    assert news_of(centre, desktop, events.PhoneUnbound(StationId("anna-phone"), "gone"))[0] == AgentNews(ANNA)
    assert not desktop.reachable[StationId("anna-phone")]


def test_an_ended_chat_stays_readable_and_an_ended_call_does_not(centre: Centre) -> None:
    chat = centre.chats()
    centre.chooses(chat, "2")
    desktop = folded(centre)
    view = desktop.conversation(chat)
    assert view is not None and view.ended and view.messages
    assert desktop.contacts == {}


def arrived(number: int) -> ContactArrived:
    chat = ConversationId(f"c{number}")
    return ContactArrived(ContactId(f"C{number}"), Channel.CHAT, "web", "f", "en", None, None, "", None, chat)


def entry(*facts: object) -> Entry:
    return Entry(Position(1, 1), 5, "x", events.TimePassed(), facts)  # type: ignore[arg-type]


def test_what_is_kept_has_a_limit() -> None:
    desktop = Desktop()
    for number in range(ENDED_KEPT + 10):
        ended = ContactEnded(ContactId(f"C{number}"), Channel.CHAT, ContactOutcome.HANDLED)
        desktop.apply(entry(arrived(number), ended))
    assert desktop.conversation(ConversationId("c9")) is None
    assert desktop.conversation(ConversationId("c10")) is not None
    desktop.apply(entry(arrived(1)))
    for number in range(MESSAGES_KEPT + 5):
        posted = TextPosted(ContactId("C1"), ConversationId("c1"), number, Author.AGENT, MessageId(f"m{number}"))
        desktop.apply(entry(posted))
    view = desktop.conversation(ConversationId("c1"))
    assert view is not None and [view.messages[0].number, len(view.messages)] == [5, MESSAGES_KEPT]
    assert desktop.posted(MessageId("m0")) and not desktop.posted(MessageId("other"))


def test_facts_about_contacts_that_are_gone_change_nothing() -> None:
    desktop = Desktop()
    desktop.apply(entry(ConfigApplied("x", small_config())))
    gone = ContactId("gone")
    news = desktop.apply(
        entry(InputKept(gone, "meter", 4, None), ContactEnded(gone, Channel.VOICE, ContactOutcome.CLOSED))
    )
    assert news == [] and desktop.contacts == {}


def test_an_erased_person_has_no_name_and_no_number_any_more(centre: Centre) -> None:
    contact = centre.calls("+8613900000001", "95598")
    centre.happens(events.CustomerIdentified(contact, CustomerId("K1"), "A", "en"))
    desktop = folded(centre)
    assert desktop.contacts[contact].address is not None and desktop.contacts[contact].customer == "K1"
    news_of(centre, desktop, events.ErasureAsked(sealed("+8613900000001").person))
    assert (desktop.contacts[contact].address, desktop.contacts[contact].customer) == (None, None)
