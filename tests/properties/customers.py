"""What customers do in a generated life, on the telephone and in writing."""

from __future__ import annotations

from hypothesis import strategies as st

from contactcenter.model import events
from contactcenter.model.ids import (
    ConversationId,
    LegId,
    MessageId,
    PersonId,
    QueueId,
)
from contactcenter.model.words import Channel
from tests.properties.acts import Life, act, people, picks, sealed

__all__ = ["CustomerActs"]

STATUSES = (302, 403, 404, 408, 480, 486, 487, 500, 503, 600, 603)
LOST_BY = ("worker_died", "no_media", "no_ack")
LINE_EVENTS = (
    *(events.LegRinging, events.LegAnswered, events.LegAnswered),
    *(events.LegHeld, events.LegResumed, events.LegHungUp),
)
PAGE_EVENTS = (events.VisitorConnected, events.VisitorLost, events.VisitorLeft)


class CustomerActs(Life):
    """Acts of customers, and of their lines."""

    # --- customers on the telephone

    @act(3, entry=st.sampled_from((0, 0, 0, 0, 7)), person=st.integers(-1, 3), queued=st.booleans())
    def calls(self, entry: int, person: int, queued: bool) -> None:
        """Somebody dials in, perhaps without a number, perhaps to one that is not ours; perhaps up to a queue."""
        self.count += 1
        leg, who = LegId(f"in{self.count}"), f"person/{person}"
        key = f"k{person}" if person >= 0 else ""
        self._happens(
            events.CallArrived(leg, "trunk", f"10{entry}", sealed(who), key, PersonId(who), sealed(f"dialog {leg}"))
        )
        if queued and not entry:
            self._happens(events.LegAnswered(leg))
            self._happens(events.PlaybackEnded(*self.watched.plays[-1]))
            self._happens(events.KeyPressed(leg, "2"))

    @act(4, pick=picks, kind=st.sampled_from(LINE_EVENTS))
    def line_changes(self, pick: int, kind: type) -> None:
        """A line rings, is answered, held, taken back, or hung up; or was long ago."""
        if (leg := self._leg(pick)) is not None:
            self._happens(kind(leg))

    @act(pick=picks, how=st.sampled_from((*STATUSES, *LOST_BY)))
    def line_fails(self, pick: int, how: int | str) -> None:
        """A line is refused with a SIP status, is lost by us, or falls silent."""
        if (leg := self._leg(pick)) is not None:
            self._happens(events.LegFailed(leg, how) if isinstance(how, int) else events.LegLost(leg, how))

    @act(
        2, pick=picks, act=st.sampled_from(("played", "done", "timeout", "invalid", "1", "2", "2", "3", "5", "9", "#"))
    )
    def listens(self, pick: int, act: str) -> None:
        """A prompt was heard to its end, a value was asked for and keyed in or not, a key was pressed."""
        played, leg = self._play(pick), self._leg(pick)
        if len(act) == 1 and leg is not None:
            self._happens(events.KeyPressed(leg, act))
        elif act == "played" and played is not None:
            self._happens(events.PlaybackEnded(*played))
        elif played is not None:
            value = sealed("keys") if act == "done" else None
            self._happens(events.CollectEnded(*played, act, 4, value))

    # --- customers who write

    @act(2, queued=st.booleans())
    def chats(self, queued: bool) -> None:
        """A visitor opens a chat, perhaps to go to a queue at once."""
        self.count += 1
        conversation = ConversationId(f"chat{self.count}")
        self._happens(events.ChatStarted(conversation, "101", PersonId(f"visitor/{self.count}"), None, ""))
        if queued:
            self._happens(events.TextArrived(conversation, MessageId(f"m{self.count}"), Channel.CHAT, "2"))

    @act(pick=picks, act=st.sampled_from(("", "2", "1", "3", "9", *PAGE_EVENTS)))
    def chats_on(self, pick: int, act: str | type) -> None:
        """A visitor writes, perhaps a choice of the menu; the page comes back, goes without a word, or is closed."""
        conversation = self._conversation(pick)
        if conversation is None:
            return
        self.count += 1
        if isinstance(act, str):
            self._happens(events.TextArrived(conversation, MessageId(f"m{self.count}"), Channel.CHAT, act))
        else:
            self._happens(act(conversation))

    @act(2, person=people, key=st.sampled_from(("", "2", "2", "1")), times=st.sampled_from((1, 1, 2)))
    def texts(self, person: int, key: str, times: int) -> None:
        """An SMS comes, once or twice."""
        self.count += 1
        who, message = f"person/{person}", MessageId(f"m{self.count}")
        nobody = ConversationId("")
        for _ in range(times):
            self._happens(
                events.TextArrived(
                    nobody, message, Channel.SMS, key, "102", PersonId(who), sealed(who), f"k{person}", "carrier"
                )
            )

    @act(person=people, queue=st.sampled_from(("faults", "sales", "no such queue")))
    def asks_to_be_called(self, person: int, queue: str) -> None:
        """Somebody asks on the website to be called."""
        who = f"person/{person}"
        self._happens(events.CallbackRequested(QueueId(queue), sealed(who), f"k{person}", PersonId(who), ""))
