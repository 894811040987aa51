"""What is talked over with a caller who may be called back: on which number, and goodbye.

The caller waits on meanwhile, and an agent's answer ends the talk. Numbers pass through sealed; that they may be called
is for the edge to say, that a callback may be promised for routing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contactcenter.model.events import Event
from contactcenter.model.facts import (
    CallbackAgreed,
    CallbackDeclined,
    CallbackMoved,
    CallbackOffered,
    CallbackPromised,
    CallbackRefused,
    ContactArrived,
    ContactEnded,
    KeyHeard,
    LegChanged,
    MessageBegun,
    PromptEnded,
    PromptIssued,
    VisitEnded,
)
from contactcenter.model.flow import CALLBACK_NUMBER
from contactcenter.model.ids import ContactId, PlayId
from contactcenter.model.part import Part
from contactcenter.model.sealed import Sealed
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import CallbackRefusal, CallbackStep, Channel, LegRole, LegState, VisitOutcome

__all__ = ["CALLBACK_PROMPTS", "CallbackTalks"]

SILENCE_MS: Final = 5_000
"""After the question; who says nothing goes on waiting, for that loses nothing."""

LONGEST_MS: Final = 150_000
"""For a prompt and the slowest keys after it; what has not ended by then was cut off by something else."""

TRIES: Final = 3
"""How often a number that may not be called is asked for."""

YES, OTHER = "1", "2"
OFFER, NUMBER_IS, CONFIRM = "callback_offer", "callback_number_is", "callback_confirm"
KEY_NUMBER, NUMBER_WRONG = "callback_key_number", "callback_number_wrong"
IN_HOURS, PROMISED = "callback_in_hours", "callback_promised"
SPOKEN: Final = "spoken_number"
LONG_WAIT: Final = "queue_wait_long"

REFUSALS: Final = {
    CallbackRefusal.CROWDED: "callback_crowded",
    CallbackRefusal.PROMISED_ALREADY: "callback_promised_already",
}
CALLBACK_PROMPTS: Final = (
    *("callback_press", "callback_greeting", OFFER, NUMBER_IS, CONFIRM, KEY_NUMBER, NUMBER_WRONG, IN_HOURS, PROMISED),
    *REFUSALS.values(),
)
"""All that callers may hear about callbacks, in a queue that has them."""


@dataclass(slots=True)
class Talk:
    """Where the talk with one caller stands; a keyed-in number waits for a yes."""

    step: CallbackStep
    tries: int = 0
    number: Sealed | None = None
    number_key: str = ""


class CallbackTalks(Part):
    """The part that talks callbacks over; its alarms are named ("callbacks", contact)."""

    def __init__(self, timers: Timers) -> None:
        """Begin with nobody asked."""
        self._timers = timers
        self._languages: dict[ContactId, str] = {}
        self._talks: dict[ContactId, Talk] = {}
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = {
            ContactArrived: self._arrived,
            CallbackMoved: self._moved,
            PromptIssued: self._prompt_issued,
            PromptEnded: self._prompt_ended,
            CallbackDeclined: self._answer_taken,
            CallbackAgreed: self._answer_taken,
            MessageBegun: self._answer_taken,
            VisitEnded: self._visit_ended,
            LegChanged: self._line_changed,
            ContactEnded: self._ended,
        }
        self.answers = {
            CallbackOffered: (self._ask,),
            CallbackPromised: (self._say_goodbye,),
            CallbackRefused: (self._refuse,),
            KeyHeard: (self._key_heard,),
            PromptEnded: (self._heard,),
        }

    # --- state

    def _arrived(self, fact: ContactArrived, now: int) -> None:
        if fact.channel is Channel.VOICE:
            self._languages[fact.contact] = fact.language

    def _moved(self, fact: CallbackMoved, now: int) -> None:
        self._talks[fact.contact] = Talk(fact.step, fact.tries, fact.number, fact.number_key)

    def _prompt_issued(self, fact: PromptIssued, now: int) -> None:
        if fact.contact in self._talks:
            self._wake(fact.contact, now + LONGEST_MS)

    def _prompt_ended(self, fact: PromptEnded, now: int) -> None:
        if fact.contact in self._talks:
            self._wake(fact.contact, now + SILENCE_MS)

    def _answer_taken(self, fact: CallbackDeclined | CallbackAgreed | MessageBegun, now: int) -> None:
        self._forget(fact.contact)

    def _visit_ended(self, fact: VisitEnded, now: int) -> None:
        if fact.outcome is not VisitOutcome.CALLED_BACK:
            self._forget(fact.contact)

    def _line_changed(self, fact: LegChanged, now: int) -> None:
        if fact.role is LegRole.CALLER and fact.state is LegState.ENDED:
            self._forget(fact.contact)

    def _ended(self, fact: ContactEnded, now: int) -> None:
        self._forget(fact.contact)
        self._languages.pop(fact.contact, None)

    def _wake(self, contact: ContactId, at: int) -> None:
        """Let silence end the talk; goodbye ends with the line."""
        if self._talks[contact].step is not CallbackStep.PROMISED:
            self._timers.set(("callbacks", contact), at)

    def _forget(self, contact: ContactId) -> None:
        if self._talks.pop(contact, None) is not None:
            self._timers.clear(("callbacks", contact))

    # --- decisions

    def handle(self, event: Event, draft: Draft) -> None:
        """Refuse whatever comes: no event from outside belongs to this part."""
        draft.reject("talks about callbacks take no events")

    def _ask(self, fact: CallbackOffered, draft: Draft) -> None:
        offer = (LONG_WAIT, OFFER) if fact.long_wait else (OFFER,)
        if fact.known:
            prompts = (*offer, NUMBER_IS, SPOKEN, CONFIRM)
            self._say(CallbackMoved(fact.contact, CallbackStep.CONFIRMING), prompts, draft)
        else:
            self._ask_number(fact.contact, offer, 0, draft)

    def _say_goodbye(self, fact: CallbackPromised, draft: Draft) -> None:
        if fact.queue is not None:
            return  # it was promised on a website
        later = (IN_HOURS,) if fact.opens_at > draft.now else ()
        self._say(CallbackMoved(fact.contact, CallbackStep.PROMISED), (*later, PROMISED), draft)

    def _refuse(self, fact: CallbackRefused, draft: Draft) -> None:
        self._say(CallbackMoved(fact.contact, CallbackStep.REFUSED), (REFUSALS[fact.reason],), draft)

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Let who says nothing wait on."""
        draft.emit(CallbackDeclined(ContactId(name[1])))

    def _key_heard(self, fact: KeyHeard, draft: Draft) -> None:
        """Take a key for an answer; any other than those offered means to wait on. Only questions have keys heard."""
        talk = self._talks.get(fact.contact)
        if talk is None:
            return
        if fact.key == YES:
            draft.emit(CallbackAgreed(fact.contact, talk.number, talk.number_key))
        elif fact.key == OTHER:
            self._ask_number(fact.contact, (), talk.tries, draft)
        else:
            draft.emit(CallbackDeclined(fact.contact))

    def _heard(self, fact: PromptEnded, draft: Draft) -> None:
        """Go on after a prompt, or after a number was keyed in; the end of one that was cut off is not told."""
        talk = self._talks.get(fact.contact)
        if talk is None:
            return
        if talk.step is CallbackStep.REFUSED:
            draft.emit(CallbackDeclined(fact.contact))
        elif talk.step is CallbackStep.KEYING:
            self._keyed(fact, talk, draft)

    def _keyed(self, fact: PromptEnded, talk: Talk, draft: Draft) -> None:
        if fact.outcome == "done":
            step = CallbackMoved(fact.contact, CallbackStep.READING_BACK, talk.tries, fact.value, fact.key)
            self._say(step, (NUMBER_IS, SPOKEN, CONFIRM), draft)
        elif talk.tries + 1 < TRIES:
            self._ask_number(fact.contact, (NUMBER_WRONG,), talk.tries + 1, draft)
        else:
            draft.emit(CallbackDeclined(fact.contact))

    def _ask_number(self, contact: ContactId, first: tuple[str, ...], tries: int, draft: Draft) -> None:
        step = CallbackMoved(contact, CallbackStep.KEYING, tries)
        self._say(step, (*first, KEY_NUMBER), draft, collect=CALLBACK_NUMBER.name)

    def _say(self, step: CallbackMoved, prompts: tuple[str, ...], draft: Draft, collect: str = "") -> None:
        draft.emit(step)
        prompt, language = PlayId(draft.new_id("p")), self._languages[step.contact]
        asks = step.step in (CallbackStep.CONFIRMING, CallbackStep.READING_BACK)
        draft.emit(
            PromptIssued(step.contact, prompt, prompts, language, collect=collect, keys=asks, number=step.number)
        )
