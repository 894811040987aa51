"""The whole centre as one pure value: it hands each event to the part that owns it and lets the siblings react.

No clock, no chance, no I/O: the same events at the same times give the same facts and commands. Live, simulation and
replay drive this same object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contactcenter.acd.engine import Routing
from contactcenter.calls.control import CallControl
from contactcenter.conversations.threads import Conversations
from contactcenter.ivr.callbacks import CallbackTalks
from contactcenter.ivr.interpreter import Flows
from contactcenter.model import commands, events, facts
from contactcenter.model.entry import Entry, Position, Rejected
from contactcenter.model.events import Event
from contactcenter.model.ids import MessageId
from contactcenter.model.part import Part, attributes_of, changes_of
from contactcenter.model.step import Draft, Step
from contactcenter.model.timers import Timers
from contactcenter.modes.control import Modes
from contactcenter.recording.session import Recordings

__all__ = ["ROUNDS_MAX", "Center", "ReactionLoop"]

ROUNDS_MAX = 64  # reactions to reactions within one step; more is a loop in our own rules, never load

_CALLS, _TEXTS, _FLOWS, _ROUTING, _RECORDING, _MODES, _CALLBACKS = range(7)

_OWNERS: dict[type[Any], int] = {
    **dict.fromkeys(
        (
            events.CallArrived,
            events.LegRinging,
            events.LegAnswered,
            events.LegFailed,
            events.LegHungUp,
            events.LegLost,
            events.LegHeld,
            events.LegResumed,
            events.KeyPressed,
            events.PlaybackEnded,
            events.CollectEnded,
            events.PhoneBound,
            events.PhoneUnbound,
        ),
        _CALLS,
    ),
    **dict.fromkeys(
        (
            events.ChatStarted,
            events.TextArrived,
            events.VisitorConnected,
            events.VisitorLost,
            events.VisitorLeft,
            events.AgentTextWritten,
            events.TextDelivery,
        ),
        _TEXTS,
    ),
    **dict.fromkeys(
        (
            events.AgentSignedIn,
            events.AgentSignedOut,
            events.ReadyChosen,
            events.NotReadyChosen,
            events.ConsoleConnected,
            events.ConsoleLost,
            events.OfferAccepted,
            events.OfferRejected,
            events.ContactClosed,
            events.DialAsked,
            events.InternalCallAsked,
            events.StationDialled,
            events.WrapUpFinished,
            events.ExtensionAsked,
            events.TransferAsked,
            events.CallbackCancelled,
            events.CallbackHurried,
            events.CallbackRequested,
            events.MachineMet,
            events.MessageDismissed,
            events.ConsultAsked,
            events.ConsultTurned,
            events.ConsultCompleted,
            events.ConsultCancelled,
            events.ConferenceAsked,
            events.ConsultNumberAsked,
            events.ConsultQueueAsked,
            events.NextStateChosen,
            events.StateForced,
        ),
        _ROUTING,
    ),
    **dict.fromkeys((events.RecordingStored, events.RecordingFailed), _RECORDING),
    **dict.fromkeys((events.ConfigPublished, events.ModeAsked), _MODES),
}

# Who reacts to which fact, in this order. A part that only keeps state of a fact is not listed: it applies it.
_REACTIONS: dict[type[Any], tuple[int, ...]] = {
    facts.ConfigApplied: (_ROUTING,),
    facts.ModeRequested: (_MODES,),
    facts.EngineTookOver: (_CALLS, _RECORDING, _ROUTING),
    facts.ContactArrived: (_FLOWS,),
    facts.LegChanged: (_FLOWS, _RECORDING, _ROUTING),
    facts.CustomerKnown: (_ROUTING,),
    facts.CustomerLeft: (_FLOWS, _RECORDING, _ROUTING),
    facts.AgentLegUp: (_ROUTING,),
    facts.AgentLegDown: (_ROUTING,),
    facts.BridgeMade: (_RECORDING,),
    facts.StationChanged: (_ROUTING,),
    facts.TextPosted: (_ROUTING,),
    facts.KeyHeard: (_FLOWS, _ROUTING, _CALLBACKS),
    facts.PromptEnded: (_FLOWS, _ROUTING, _CALLS, _CALLBACKS),
    facts.PromptIssued: (_CALLS, _TEXTS),
    facts.QueueRequested: (_ROUTING,),
    facts.MessageRequested: (_ROUTING,),
    facts.FlowEnded: (_CALLS, _ROUTING),
    facts.VisitOpened: (_CALLS, _ROUTING),
    facts.VisitEnded: (_ROUTING,),
    facts.ReserveCalled: (_ROUTING,),
    facts.PositionTold: (_CALLS,),
    facts.AnnouncementMade: (_CALLS, _TEXTS),
    facts.FarewellBegun: (_CALLS, _TEXTS),
    facts.OfferMade: (_CALLS, _ROUTING),
    facts.OfferTaken: (_CALLS,),
    facts.DialStarted: (_CALLS,),
    facts.DialEnded: (_CALLS,),
    facts.DirectDiverted: (_FLOWS,),
    facts.OfferEnded: (_CALLS, _ROUTING),
    facts.PauseEnded: (_ROUTING,),
    facts.PenaltyEnded: (_ROUTING,),
    facts.RefusalsForgotten: (_ROUTING,),
    facts.PreferenceEnded: (_ROUTING,),
    facts.RequirementRelaxed: (_ROUTING,),
    facts.AgentSeated: (_ROUTING,),
    facts.PresenceChanged: (_ROUTING,),
    facts.NextStateChanged: (_ROUTING,),
    facts.ConsolePresence: (_ROUTING,),
    facts.WorkChanged: (_ROUTING,),
    facts.TalkStarted: (_RECORDING,),
    facts.TalkEnded: (_CALLS, _RECORDING),
    facts.ContactEnded: (_CALLS, _RECORDING),
    facts.TransferStarted: (_CALLS,),
    facts.EndDeferred: (_CALLS,),
    facts.ConsultStarted: (_CALLS, _RECORDING),
    facts.ConsultFaced: (_CALLS, _RECORDING),
    facts.ConferenceStarted: (_CALLS, _RECORDING),
    facts.ConsultEnded: (_CALLS, _RECORDING),
    facts.ExternalDialled: (_CALLS,),
    facts.ExternalEnded: (_CALLS, _ROUTING),
    facts.MessageBegun: (_CALLS,),
    facts.MessageRecording: (_RECORDING,),
    facts.MessageOver: (_RECORDING,),
    facts.MessageLeft: (_CALLS,),
    facts.RecordingChanged: (_ROUTING,),
    facts.CallbackProposed: (_ROUTING,),
    facts.CallbackOffered: (_CALLBACKS,),
    facts.CallbackRefused: (_CALLBACKS,),
    facts.CallbackDeclined: (_CALLS,),
    facts.CallbackAgreed: (_ROUTING,),
    facts.CallbackPromised: (_CALLBACKS,),
    facts.CallbackResumed: (_ROUTING,),
    facts.CallbackAnswered: (_ROUTING,),
    facts.CustomerAnswered: (_ROUTING,),
}

_RULES = ("_parts", "_changes", "_answers")  # what a centre is made of, beside what it knows

_ALARM_OWNERS = {
    "conversations": _TEXTS,
    "ivr": _FLOWS,
    "acd": _ROUTING,
    "recording": _RECORDING,
    "modes": _MODES,
    "callbacks": _CALLBACKS,
}


class ReactionLoop(Exception):
    """Our own rules react to each other without end; the step is abandoned and must be reported as a bug."""


class Center:
    """Agents, queues, calls, conversations, flows and recordings of one routing domain."""

    def __init__(self) -> None:
        """Begin empty: nothing works before the first ConfigPublished."""
        self.timers = Timers()
        self.calls = CallControl(self.timers)
        self.conversations = Conversations(self.timers)
        self.flows = Flows(self.timers)
        self.routing = Routing(self.timers)
        self.recordings = Recordings(self.timers)
        self.modes = Modes(self.timers)
        self.callbacks = CallbackTalks(self.timers)
        self._parts: tuple[Part, ...] = (
            self.calls,
            self.conversations,
            self.flows,
            self.routing,
            self.recordings,
            self.modes,
            self.callbacks,
        )
        self.position = Position(0, 0)
        self._bind()

    def _bind(self) -> None:
        # One look-up a fact, whatever the number of parts: this is the innermost loop of the engine.
        self._changes = changes_of(self._parts)
        self._answers = {
            kind: tuple(answer for part in parts for answer in self._parts[part].answers.get(kind, ()))
            for kind, parts in _REACTIONS.items()
        }

    def state(self) -> dict[str, Any]:
        """Return all that the centre knows, by name: what a snapshot holds. Not to be kept: it goes on changing."""
        held = attributes_of(self)
        own = {name: value for name, value in held.items() if name not in _RULES and not isinstance(value, Part)}
        return own | {"parts": [part.state() for part in self._parts]}

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Center:
        """Return a centre that knows what another one of the same release knew."""
        center = cls()
        for name, value in state.items():
            if name != "parts":
                setattr(center, name, value)
        for part, known in zip(center._parts, state["parts"], strict=True):
            part.restore(known)
        center._bind()
        return center

    def begin_epoch(self, epoch: int) -> None:
        """Let the positions of the entries to come name this owner; the sequence runs on."""
        self.position = Position(epoch, self.position.sequence)

    def deadline(self) -> int | None:
        """Return when `TimePassed` is due at the latest (ms), or None."""
        return self.timers.deadline()

    def handle(self, event: Event, now: int) -> Step:
        """Decide what an event at `now` (ms) means. A refused event changes nothing and takes no position."""
        position = Position(self.position.epoch, self.position.sequence + 1)
        draft = Draft(now, position, self._changes)
        self._decide(event, draft)
        self._drain(draft)
        if not draft.facts and not isinstance(event, events.TimePassed):
            reason = draft.reason or "nothing follows from this"
            return Step([], draft.commands, Rejected(event, reason))
        self.position = position
        return Step(draft.facts, draft.commands)

    def apply(self, entry: Entry) -> None:
        """Change the state as a journaled entry says, without deciding anything."""
        for fact in entry.facts:
            for change in self._changes.get(type(fact), ()):
                change(fact, entry.at)
        if isinstance(entry.event, events.TimePassed):
            while self.timers.pop_due(entry.at):
                pass
        self.position = entry.position

    def outbox(self) -> list[MessageId]:
        """Return the outgoing texts that wait for a carrier's word."""
        return list(self.conversations.threads.outbox)

    def _decide(self, event: Event, draft: Draft) -> None:
        owner = _OWNERS.get(type(event))
        if owner is not None:
            self._parts[owner].handle(event, draft)
        elif isinstance(event, events.TimePassed):
            self._pass_time(draft)
        else:
            self._decide_own(event, draft)

    def _pass_time(self, draft: Draft) -> None:
        name = self.timers.pop_due(draft.now)
        while name is not None:
            self._parts[_ALARM_OWNERS[name[0]]].alarm(name, draft)
            self._drain(draft)
            name = self.timers.pop_due(draft.now)

    def _decide_own(self, event: Event, draft: Draft) -> None:
        match event:
            case events.EngineStarted(version=version, legs_held=legs):
                draft.emit(facts.EngineTookOver(version, legs))
            case events.CustomerIdentified():
                self._identify(event, draft)
            case events.ErasureAsked(person=person):
                draft.emit(facts.PersonErased(person))
                draft.command(commands.DestroyKey(person))
            case _:
                assert isinstance(event, events.ClockStepped), event
                draft.emit(facts.ClockMoved(event.step_ms))

    def _identify(self, event: events.CustomerIdentified, draft: Draft) -> None:
        if event.contact not in self.routing.floor.contacts:
            draft.reject("this contact is over")
            return
        known = (event.contact, event.customer, event.customer_class, event.language, event.agent)
        draft.emit(facts.CustomerKnown(*known))

    def _drain(self, draft: Draft) -> None:
        """Let the siblings react to each fact in order until nothing follows; facts already reacted to are skipped."""
        stated, answers = draft.facts, self._answers
        rounds, done = 0, draft.reacted
        while done < len(stated):
            rounds += 1
            if rounds > ROUNDS_MAX:
                raise ReactionLoop(f"{type(stated[-1]).__name__} after {len(stated)} facts")
            end = len(stated)
            for fact in stated[done:end]:
                for answer in answers.get(type(fact), ()):
                    answer(fact, draft)
            done = draft.reacted = end
