"""Walks contacts through their flows, the same on voice and on text.

State changes only in `apply`; everything else decides by emitting facts. It holds neither audio nor texts nor keyed-in
values: prompts are names, and values pass through sealed.
"""

from __future__ import annotations

from typing import Final

from contactcenter.ivr.digits import fits
from contactcenter.ivr.pins import PinTries
from contactcenter.ivr.walk import WALK_TRANSITIONS, Phase, Plan, Signal, Walk
from contactcenter.model.config import CalendarConfig
from contactcenter.model.events import Event
from contactcenter.model.facts import (
    ChoiceMade,
    ConfigApplied,
    ContactArrived,
    ContactEnded,
    CustomerLeft,
    DirectDiverted,
    FlowEnded,
    FlowMoved,
    FlowStarted,
    InputKept,
    KeyHeard,
    LegChanged,
    MessageRequested,
    ModeRequested,
    PinTried,
    PromptEnded,
    PromptIssued,
    QueueRequested,
    VisitEnded,
    VisitOpened,
)
from contactcenter.model.flow import (
    CollectNode,
    EnqueueNode,
    HangUpNode,
    HoursNode,
    MenuNode,
    ModeNode,
    Node,
    PinNode,
    SayNode,
    VoicemailNode,
)
from contactcenter.model.hours import is_open
from contactcenter.model.ids import ContactId, PlayId, QueueId
from contactcenter.model.part import Part
from contactcenter.model.step import Draft
from contactcenter.model.timers import Timers
from contactcenter.model.words import Channel, LegRole, LegState

__all__ = ["AHEAD_KEYS_MAX", "MOVES_MAX", "Flows"]

MOVES_MAX: Final = 64
"""Moves without a valid key or value. No sane flow needs them; `validate` refuses loops, this ends what slips by."""

AHEAD_KEYS_MAX: Final = 4
"""Keys kept for menus not yet reached: menus are seldom deeper, and a child playing with the keys is no typist."""


class Flows(Part):
    """The part `ivr`: one walk per contact, from its arrival until it is queued, served, closed or gone."""

    def __init__(self, timers: Timers) -> None:
        """Begin with no flow and no walk; alarms are named ("ivr", contact)."""
        self._timers = timers
        self._plans: dict[str, Plan] = {}
        self._limits: dict[QueueId, int] = {}
        self._hours: dict[QueueId, CalendarConfig] = {}
        self._take_messages: frozenset[QueueId] = frozenset()
        self._visits: dict[QueueId, int] = {}
        self._walks: dict[ContactId, Walk] = {}
        self._callers: dict[ContactId, str] = {}
        self._direct: dict[ContactId, ContactArrived] = {}
        self._pins = PinTries()
        self.bind()

    def bind(self) -> None:
        """Let facts change and be answered by the state as it is."""
        self.changes = {
            ConfigApplied: self._configured,
            ContactArrived: self._arrived,
            DirectDiverted: self._diverted,
            ContactEnded: self._forget,
            PinTried: self._pin_tried,
            FlowStarted: self._started,
            FlowEnded: self._ended,
            VisitOpened: self._visit_opened,
            VisitEnded: self._visit_ended,
            FlowMoved: self._moved,
            PromptIssued: self._prompt_issued,
            PromptEnded: self._prompt_ended,
            KeyHeard: self._key_heard,
            ChoiceMade: self._counted,
            InputKept: self._counted,
        }
        self.answers = {
            ContactArrived: (self._begin,),
            DirectDiverted: (self._take_over,),
            LegChanged: (self._line_changed,),
            KeyHeard: (self._key_pressed,),
            PromptEnded: (self._heard,),
            CustomerLeft: (self._customer_left,),
        }

    # --- state

    def _configured(self, fact: ConfigApplied, now: int) -> None:
        config = fact.config
        calendars = {calendar.id: calendar for calendar in config.calendars}
        self._plans = {flow.id: Plan.of(flow, calendars) for flow in config.flows}
        self._limits = {queue.id: queue.limit for queue in config.queues}
        self._take_messages = frozenset(queue.id for queue in config.queues if queue.voicemail is not None)
        self._hours = {queue.id: calendars[queue.hours] for queue in config.queues if queue.hours}

    def _arrived(self, fact: ContactArrived, now: int) -> None:
        if fact.flow in self._plans:
            self._callers[fact.contact] = fact.address_key if fact.channel is Channel.VOICE else ""
        if fact.agent is not None:
            self._direct[fact.contact] = fact

    def _diverted(self, fact: DirectDiverted, now: int) -> None:
        if fact.flow in self._plans:
            self._callers[fact.contact] = self._direct[fact.contact].address_key

    def _forget(self, fact: ContactEnded, now: int) -> None:
        self._direct.pop(fact.contact, None)

    def _pin_tried(self, fact: PinTried, now: int) -> None:
        self._pins.note(fact.address_key, fact.right, now)
        walk = self._walks.get(fact.contact)
        if walk is not None:
            walk.entitled = fact.right

    def _started(self, fact: FlowStarted, now: int) -> None:
        self._walks[fact.contact] = Walk(self._plans[fact.flow], fact.channel, fact.language)

    def _ended(self, fact: FlowEnded, now: int) -> None:
        self._walks.pop(fact.contact, None)
        self._callers.pop(fact.contact, None)
        self._timers.clear(("ivr", fact.contact))

    def _visit_opened(self, fact: VisitOpened, now: int) -> None:
        self._visits[fact.queue] = self._visits.get(fact.queue, 0) + 1

    def _visit_ended(self, fact: VisitEnded, now: int) -> None:
        self._visits[fact.queue] -= 1

    def _moved(self, fact: FlowMoved, now: int) -> None:
        walk = self._walks.get(fact.contact)
        if walk is not None:
            self._timers.clear(("ivr", fact.contact))
            walk.move(fact.node, fact.tries)

    def _prompt_issued(self, fact: PromptIssued, now: int) -> None:
        walk = self._walks.get(fact.contact)
        if walk is not None:
            walk.ask(fact.prompt, _signal_of(fact))

    def _key_heard(self, fact: KeyHeard, now: int) -> None:
        walk = self._walks.get(fact.contact)
        if walk is not None and walk.phase is Phase.SAYING and len(walk.ahead) < AHEAD_KEYS_MAX:
            walk.ahead += fact.key

    def _counted(self, fact: ChoiceMade | InputKept, now: int) -> None:
        """Begin to count moves anew: the customer did something that counts."""
        walk = self._walks.get(fact.contact)
        if walk is not None:
            walk.moves = 0
            walk.ahead = walk.ahead[1:]

    def _prompt_ended(self, fact: PromptEnded, now: int) -> None:
        walk = self._walks.get(fact.contact)
        if walk is not None:
            self._apply_prompt_ended(walk, fact, now)

    def _apply_prompt_ended(self, walk: Walk, fact: PromptEnded, now: int) -> None:
        if fact.prompt != walk.prompt or (walk.phase, Signal.PROMPT_ENDED) not in WALK_TRANSITIONS:
            return  # the end of a prompt that a key has cut short, or one reported twice
        walk.shift(Signal.PROMPT_ENDED)
        if isinstance(walk.here, MenuNode) and walk.channel is Channel.VOICE:
            # On text a person may take minutes; there the conversation's own patience ends the silence.
            self._timers.set(("ivr", fact.contact), now + walk.here.silence_ms)

    # --- decisions

    def handle(self, event: Event, draft: Draft) -> None:
        """Refuse whatever comes: no event from outside belongs to this part."""
        draft.reject("flows take no events")

    def _line_changed(self, fact: LegChanged, draft: Draft) -> None:
        """Begin to walk when the caller's line is up."""
        if fact.role is not LegRole.CALLER or fact.state is not LegState.UP:
            return
        walk = self._walks.get(fact.contact)
        if walk is not None and walk.phase is Phase.STARTED:
            self._go(fact.contact, walk, walk.plan.start, draft)

    def _key_pressed(self, fact: KeyHeard, draft: Draft) -> None:
        """Take a key as a choice, where one is asked for."""
        walk = self._walks.get(fact.contact)
        if walk is not None and walk.phase in (Phase.PROMPTING, Phase.LISTENING):
            self._go(fact.contact, walk, self._choose(fact.contact, walk, fact.key, draft), draft)

    def _heard(self, fact: PromptEnded, draft: Draft) -> None:
        """Go on after a prompt."""
        walk = self._walks.get(fact.contact)
        if walk is not None and walk.prompt == fact.prompt:
            self._go(fact.contact, walk, self._after_prompt(walk, fact, draft), draft)

    def _customer_left(self, fact: CustomerLeft, draft: Draft) -> None:
        """End the walk of a customer who is gone."""
        if fact.contact in self._walks:
            draft.emit(FlowEnded(fact.contact, "left"))

    def alarm(self, name: tuple[str, ...], draft: Draft) -> None:
        """Ask again, or give up, after silence at a menu."""
        contact = ContactId(name[1])
        walk = self._walks.get(contact)
        if walk is not None and walk.phase is Phase.LISTENING and isinstance(walk.here, MenuNode):
            self._go(contact, walk, self._again(contact, walk, walk.here, walk.here.silence, draft), draft)

    def _begin(self, fact: ContactArrived, draft: Draft) -> None:
        if fact.flow:
            # A caller's walk begins when the line is up.
            self._start(fact, fact.flow, draft, at_once=fact.channel is not Channel.VOICE)

    def _take_over(self, fact: DirectDiverted, draft: Draft) -> None:
        """Take a caller whose agent did not answer through the flow that is for that."""
        if fact.flow:
            self._start(self._direct[fact.contact], fact.flow, draft, at_once=True)

    def _start(self, arrived: ContactArrived, flow: str, draft: Draft, at_once: bool) -> None:
        contact = arrived.contact
        if flow not in self._plans:
            draft.emit(FlowEnded(contact, "closed"))  # a caller must never hang in a flow that is gone
            return
        draft.emit(FlowStarted(contact, flow, arrived.channel, arrived.language))
        if at_once:
            walk = self._walks[contact]
            self._go(contact, walk, walk.plan.start, draft)

    def _go(self, contact: ContactId, walk: Walk, node: str | None, draft: Draft) -> None:
        """Walk on from node to node until something must be waited for, or the walk is over."""
        while node is not None:
            if walk.moves >= MOVES_MAX:
                draft.emit(FlowEnded(contact, "closed"))
                return
            draft.emit(FlowMoved(contact, node))
            node = self._arrive(contact, walk, draft)

    def _arrive(self, contact: ContactId, walk: Walk, draft: Draft) -> str | None:
        """Do what the node says; return the next node, or None where the walk waits or ends."""
        match walk.here:
            case MenuNode() if walk.ahead:
                return self._choose(contact, walk, walk.ahead[0], draft)
            case HoursNode() as node:
                return node.open if is_open(walk.plan.calendars[node.calendar].open, draft.now) else node.closed
            case EnqueueNode() as node if self._is_closed(walk, node, draft.now):
                return node.closed or node.full
            case EnqueueNode() as node:
                if self._visits.get(node.queue, 0) >= self._limits.get(node.queue, 0):
                    return node.full
                draft.emit(QueueRequested(contact, node.queue, node.priority))
                draft.emit(FlowEnded(contact, "queued"))
            case VoicemailNode() as node:
                if walk.channel is not Channel.VOICE or node.queue not in self._take_messages:
                    return node.otherwise
                draft.emit(MessageRequested(contact, node.queue, node.prompts, node.priority))
                draft.emit(FlowEnded(contact, "message"))
            case HangUpNode(prompts=()) as node:
                draft.emit(FlowEnded(contact, node.outcome))
            case PinNode() as node if self._pins.is_locked(self._callers[contact], draft.now):
                return node.otherwise
            case ModeNode() as node:
                return self._switch(contact, walk, node, draft)
            case _:
                _issue(contact, walk, (), draft)
        return None

    def _is_closed(self, walk: Walk, node: EnqueueNode, now: int) -> bool:
        """Return whether a queue takes nobody new now; a text may come at any time, and waits for the morning."""
        calendar = self._hours.get(node.queue)
        return calendar is not None and walk.channel is not Channel.SMS and not is_open(calendar.open, now)

    def _switch(self, contact: ContactId, walk: Walk, node: ModeNode, draft: Draft) -> str:
        """Ask for the node's mode on behalf of who gave the PIN; return where to go then."""
        if not walk.entitled:
            return node.otherwise
        queue = QueueId(node.queue) if node.queue else None
        draft.emit(ModeRequested(contact, queue, node.mode, self._callers[contact]))
        return node.next

    def _choose(self, contact: ContactId, walk: Walk, key: str, draft: Draft) -> str | None:
        """Take a key at the menu where the walk stands; return the next node, or None when the menu is said again."""
        menu = walk.here
        assert isinstance(menu, MenuNode)
        for choice in menu.choices:
            if choice.key == key:
                draft.emit(ChoiceMade(contact, walk.node, key))
                return choice.next
        return self._again(contact, walk, menu, menu.wrong, draft)

    def _after_prompt(self, walk: Walk, fact: PromptEnded, draft: Draft) -> str | None:
        """Return where to go now that a prompt was heard to its end, None where a key is awaited."""
        node = walk.here
        match node, walk.phase:
            case SayNode(), Phase.SAID:
                return node.next
            case HangUpNode(), Phase.SAID:
                draft.emit(FlowEnded(fact.contact, node.outcome))
            case PinNode(), Phase.COLLECTED:
                return self._after_pin(fact, walk, node, draft)
            case CollectNode(), Phase.COLLECTED:
                # A text stands in the thread and is not measured; only keys can be too few or too many.
                measured = walk.channel is not Channel.VOICE or fits(node, fact.length)
                if fact.outcome != "done" or not measured:
                    return self._again(fact.contact, walk, node, node.wrong, draft)
                draft.emit(InputKept(fact.contact, node.name, fact.length, fact.value))
                return node.next
        return None

    def _after_pin(self, fact: PromptEnded, walk: Walk, node: PinNode, draft: Draft) -> str | None:
        """Go on with who gave the right PIN; silence is no try, and who is locked out by this one is asked no more."""
        caller = self._callers[fact.contact]
        if fact.outcome != "timeout":
            draft.emit(PinTried(fact.contact, caller, fact.outcome == "done"))
        if fact.outcome == "done":
            return node.next
        if self._pins.is_locked(caller, draft.now):
            return node.otherwise
        return self._again(fact.contact, walk, node, node.wrong, draft)

    def _again(
        self, contact: ContactId, walk: Walk, node: MenuNode | CollectNode, first: tuple[str, ...], draft: Draft
    ) -> str | None:
        """Say `first` and ask again; after the node's tries return its `otherwise` instead."""
        if walk.tries + 1 >= node.tries:
            return node.otherwise
        draft.emit(FlowMoved(contact, walk.node, walk.tries + 1))
        _issue(contact, walk, first, draft)
        return None


def _signal_of(fact: PromptIssued) -> Signal:
    if fact.collect:
        return Signal.PROMPTED_COLLECT
    return Signal.PROMPTED_CHOICES if fact.choices else Signal.PROMPTED


def _issue(contact: ContactId, walk: Walk, first: tuple[str, ...], draft: Draft) -> None:
    """Have `first` and then the prompts of the node said, with its choices or the request for a value."""
    node = walk.here
    assert isinstance(node, SayNode | MenuNode | CollectNode | HangUpNode)
    choices = tuple((choice.key, choice.label) for choice in node.choices) if isinstance(node, MenuNode) else ()
    collect = walk.node if isinstance(node, CollectNode) else ""
    prompt = PlayId(draft.new_id("p"))
    keys = _leads_to_menu(walk.plan, node)
    draft.emit(PromptIssued(contact, prompt, first + node.prompts, walk.language, choices, collect, keys))


def _leads_to_menu(plan: Plan, node: Node) -> bool:
    """Return whether keys pressed during a node's prompts are choices; those of a value must never be written down."""
    seen = 0
    while isinstance(node, SayNode) and seen < MOVES_MAX:
        node, seen = plan.nodes[node.next], seen + 1
    return isinstance(node, MenuNode)
