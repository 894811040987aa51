"""The checker can fail: a whole story is sound, and each planted violation is found and named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contactcenter.model import events, facts
from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import Event
from contactcenter.model.facts import Fact
from contactcenter.model.ids import AgentId, ContactId, ConversationId, LegId, MessageId, OfferId, QueueId, VisitId
from contactcenter.model.words import (
    Author,
    Channel,
    ContactOutcome,
    Delivery,
    LegRole,
    LegState,
    OfferOutcome,
    Party,
)
from tests.chaos.checker import check
from tests.chaos.history import Act, Handed, Kept, Promises, Request, Stored

ANNA, BO = AgentId("anna"), AgentId("bo")
CALL, TEXT = ContactId("c1"), ContactId("c2")
LEG, OFFER = LegId("l1"), OfferId("o1")
ASKED, ANSWERED = MessageId("m1"), MessageId("m2")
THREAD, QUEUE, VISIT = ConversationId("t1"), QueueId("faults"), VisitId("v1")
CALLER, WRITER = "+8613800000001", "+8613900000001"


def arrived(contact: ContactId, channel: Channel) -> facts.ContactArrived:
    return facts.ContactArrived(contact, channel, "95598", "hotline", "en", None, None, "")


def line(state: LegState) -> facts.LegChanged:
    return facts.LegChanged(LEG, CALL, LegRole.CALLER, state)


def posted(number: int, author: Author, message: MessageId, delivery: Delivery | None = None) -> facts.TextPosted:
    return facts.TextPosted(TEXT, THREAD, number, author, message, delivery=delivery)


def accepted(agent: AgentId = ANNA) -> facts.OfferEnded:
    return facts.OfferEnded(OFFER, TEXT, agent, Channel.SMS, OfferOutcome.ACCEPTED)


def talk(agent: AgentId = ANNA) -> facts.TalkStarted:
    return facts.TalkStarted(TEXT, VISIT, QUEUE, Channel.SMS, agent)


STORY: list[tuple[Event, tuple[Fact, ...]]] = [
    (
        events.TimePassed(),
        (
            arrived(CALL, Channel.VOICE),
            facts.LegOpened(LEG, CALL, LegRole.CALLER, LegState.ANSWERING),
            line(LegState.UP),
        ),
    ),
    (events.TimePassed(), (arrived(TEXT, Channel.SMS), posted(1, Author.CUSTOMER, ASKED))),
    (events.ReadyChosen(ANNA), ()),
    (events.OfferAccepted(ANNA, OFFER), (accepted(), talk())),
    (events.AgentTextWritten(ANNA, TEXT, ANSWERED), (posted(2, Author.AGENT, ANSWERED, Delivery.PENDING),)),
    (events.TimePassed(), (facts.TextDelivered(TEXT, ANSWERED, Delivery.SENT),)),
    (events.NotReadyChosen(BO, "lunch"), ()),
    (events.ReadyChosen(BO), ()),
    (events.TimePassed(), (facts.TalkEnded(TEXT, ANNA, Channel.SMS, Party.AGENT),)),
    (events.TimePassed(), (facts.ContactEnded(TEXT, Channel.SMS, ContactOutcome.HANDLED),)),
    (
        events.TimePassed(),
        (line(LegState.ENDED), facts.ContactEnded(CALL, Channel.VOICE, ContactOutcome.ABANDONED)),
    ),
]


def entries(story: list[tuple[Event, tuple[Fact, ...]]]) -> list[Entry]:
    return [Entry(Position(1, at + 1), at, "1.0", event, told) for at, (event, told) in enumerate(story)]


@pytest.fixture
def promised() -> Promises:
    """What was promised in the story."""
    return Promises(
        texts={"sms-1": "the light is out"},
        chats=[],
        answers={ANSWERED: "we come"},
        callers=[CALLER],
        acts=[Act("ready", ANNA), Act("accept", ANNA, OFFER)],
        requests=[Request(BO, False, "lunch"), Request(BO, True)],
        handed=[Handed(ANSWERED, WRITER, "we come")],
    )


@pytest.fixture
def kept() -> Kept:
    """What is there after the story."""
    stored = [Stored(ASKED, "the light is out", "sms-1"), Stored(ANSWERED, "we come")]
    return Kept(entries(STORY), stored, {CALL: CALLER})


def without(kind: type[Any], story: list[tuple[Event, tuple[Fact, ...]]] = STORY) -> list[Entry]:
    """The story without facts and events of a kind."""
    left = [(event, tuple(fact for fact in told if not isinstance(fact, kind))) for event, told in story]
    return entries([(event, told) for event, told in left if not isinstance(event, kind)])


def twice(*again: Fact) -> list[Entry]:
    """The story in which something happens once more, just before the text's end."""
    return entries([*STORY[:8], (events.TimePassed(), again), *STORY[8:]])


def test_a_whole_story_is_sound(promised: Promises, kept: Kept) -> None:
    assert check(promised, kept) == {}
    assert check(Promises(), Kept()) == {}


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"texts": {"sms-2": "and mine"}}, "SMS sms-2"),
        ({"texts": {"sms-1": "other words"}}, "SMS sms-1"),
        ({"chats": ["hello"]}, "chat text 'hello'"),
        ({"answers": {"m3": "soon"}}, "answer m3"),
        ({"callers": ["+8613800000002"]}, "call of +8613800000002"),
        ({"acts": [Act("accept", BO, OFFER)]}, "act accept bo o1"),
        ({"acts": [Act("ready", ANNA), Act("ready", ANNA)]}, "act ready anna "),
        ({"requests": [Request(BO, True), Request(BO, False, "lunch")]}, "request Request(agent='bo', ready=False"),
        ({"handed": [Handed("m9", WRITER, "hm"), Handed(ANSWERED, WRITER, "we come")]}, "text m9 was handed over"),
        ({"handed": []}, "text m2 never reached the carrier"),
    ],
)
def test_what_was_promised_and_is_not_there_is_lost(
    promised: Promises, kept: Kept, more: dict[str, Any], found: str
) -> None:
    lost = check(msgspec.structs.replace(promised, **more), kept)["lost"]
    assert len(lost) == 1 and lost[0].startswith(found)


def test_a_word_that_stands_nowhere_although_its_body_is_stored_is_lost(promised: Promises, kept: Kept) -> None:
    story = [(event, tuple(f for f in told if getattr(f, "message", "") != ASKED)) for event, told in STORY]
    assert check(promised, msgspec.structs.replace(kept, entries=entries(story)))["lost"] == ["SMS sms-1"]


@pytest.mark.parametrize(
    ("again", "found"),
    [
        (accepted(BO), "acceptance of offer o1 (2 times)"),
        (line(LegState.UP), "call of +8613800000001 (2 times)"),
        (talk(BO), "O4"),
        (posted(3, Author.CUSTOMER, ASKED), "C3"),
        (arrived(TEXT, Channel.SMS), "C1"),
        (facts.TextDelivered(TEXT, ANSWERED, Delivery.SENT), "text m2 (2 times) counts as sent"),
    ],
)
def test_what_must_be_once_and_is_twice_is_doubled(promised: Promises, kept: Kept, again: Fact, found: str) -> None:
    doubled = check(promised, msgspec.structs.replace(kept, entries=twice(again)))["doubled"]
    assert any(what.startswith(found) for what in doubled), doubled


def test_a_text_that_was_stored_under_two_ids_or_handed_over_under_two_is_doubled(
    promised: Promises, kept: Kept
) -> None:
    other = MessageId("m3")
    both = twice(posted(3, Author.AGENT, other, Delivery.PENDING), facts.TextDelivered(TEXT, other, Delivery.SENT))
    stored = [*kept.stored, Stored(other, "we come")]
    handed = [*promised.handed, Handed(other, WRITER, "we come")]
    broken = check(
        msgspec.structs.replace(promised, handed=handed), msgspec.structs.replace(kept, entries=both, stored=stored)
    )
    assert broken == {"doubled": ["text we come (2 times)", "text we come (2 times) at the carrier"]}
    changed = [*promised.handed, Handed(ANSWERED, WRITER, "we do not come")]
    broken = check(msgspec.structs.replace(promised, handed=changed), kept)
    assert broken == {"doubled": ["id m2 with other words"]}


def test_the_same_text_handed_over_again_under_its_id_is_one(promised: Promises, kept: Kept) -> None:
    assert check(msgspec.structs.replace(promised, handed=promised.handed * 3), kept) == {}


def test_what_never_ends_is_open(promised: Promises, kept: Kept) -> None:
    broken = check(promised, msgspec.structs.replace(kept, entries=without(facts.ContactEnded)))
    assert [what[:2] for what in broken["open"]] == ["C1"] and len(broken) == 1
    broken = check(promised, msgspec.structs.replace(kept, entries=without(facts.TextDelivered)))
    assert broken == {"open": ["text m2 waits for its carrier"]}


def test_a_replay_or_a_fold_or_a_subscriber_that_differs_is_told(promised: Promises, kept: Kept) -> None:
    broken = check(promised, msgspec.structs.replace(kept, replay="entry 1.3", folds=["offers"], heard=["1.2"]))
    assert broken == {"other": ["deciding again differs: entry 1.3", "records: offers", "bus: 1.2"]}
    assert broken.count("other") == 3 and broken.count("lost") == 0
    assert broken.told().splitlines()[1] == "other: records: offers"
