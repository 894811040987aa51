"""Facts of callbacks: agreed with a caller who waits, waited for in the caller's place, tried, and ended."""

from __future__ import annotations

from contactcenter.model.facts.base import FactBase
from contactcenter.model.ids import ContactId, QueueId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import CallbackOutcome, CallbackRefusal, CallbackStep

__all__ = [
    "CallbackAgreed",
    "CallbackAnswered",
    "CallbackDeclined",
    "CallbackEnded",
    "CallbackMoved",
    "CallbackOffered",
    "CallbackPostponed",
    "CallbackPromised",
    "CallbackRefused",
    "CallbackResumed",
]


class CallbackOffered(FactBase, frozen=True):
    """A caller who waits is asked whether we shall call back, on the number that he calls from if that is `known`.

    `long_wait` is to be said first: that is why we ask.
    """

    contact: ContactId
    known: bool
    long_wait: bool = False


class CallbackRefused(FactBase, frozen=True):
    """A caller who wanted to be called back cannot be, and goes on waiting."""

    contact: ContactId
    reason: CallbackRefusal


class CallbackMoved(FactBase, frozen=True):
    """What is talked over with the caller about a callback stands at a step; a keyed-in number goes along."""

    contact: ContactId
    step: CallbackStep
    tries: int = 0
    number: Sealed | None = None
    number_key: str = ""


class CallbackDeclined(FactBase, frozen=True):
    """The caller goes on waiting."""

    contact: ContactId


class CallbackAgreed(FactBase, frozen=True):
    """The caller wants to be called back on `number`, None for the one that he calls from."""

    contact: ContactId
    number: Sealed | None = None
    number_key: str = ""


class CallbackPromised(FactBase, frozen=True):
    """We shall call this number until `expires_at`; nobody is called before `opens_at`, which has passed in hours.

    `queue` is where the customer is to wait who asked on a website, and has waited nowhere.
    """

    contact: ContactId
    number: Sealed | None
    number_key: str
    expires_at: int
    opens_at: int
    queue: QueueId | None = None


class CallbackAnswered(FactBase, frozen=True):
    """A customer who was called first has answered, and waits on the line at the old place."""

    contact: ContactId


class CallbackPostponed(FactBase, frozen=True):
    """The customer is not to be called before `until_at`: for the hours, or after an attempt; `tries` have failed."""

    contact: ContactId
    reason: str
    until_at: int
    tries: int


class CallbackResumed(FactBase, frozen=True):
    """The callback may be offered to agents, from now on or still."""

    contact: ContactId


class CallbackEnded(FactBase, frozen=True):
    """A callback ended in its one named way."""

    contact: ContactId
    outcome: CallbackOutcome
