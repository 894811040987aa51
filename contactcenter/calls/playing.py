"""What the caller hears and keys: the flow's prompts, the queue's welcome, music and position."""

from __future__ import annotations

from contactcenter.calls.state import Call, Lines
from contactcenter.model import commands, events, facts
from contactcenter.model.config import QueueConfig
from contactcenter.model.estimate import LONG_WAIT_MS
from contactcenter.model.flow import CALLBACK_NUMBER, PinNode
from contactcenter.model.ids import ContactId, LegId, PersonId, PlayId
from contactcenter.model.step import Draft
from contactcenter.model.voicemail import LEFT, NOT_WHOLE, PRESS
from contactcenter.model.words import LegRole

__all__ = [
    "CONFIRM_KEY",
    "CONFIRM_PROMPT",
    "HOLD_MUSIC",
    "announce",
    "ask_for_message",
    "ask_to_confirm",
    "collect_ended",
    "greet_called",
    "hold_music",
    "key_pressed",
    "playback_ended",
    "position_told",
    "prompt_issued",
    "say_farewell",
    "thank",
    "wait_on",
    "welcome",
]

HOLD_MUSIC = "music/hold"
CONFIRM_KEY, CONFIRM_PROMPT = "1", "take_call"
CALLED_GREETING = "callback_greeting"
MINUTE_MS = 60_000
SPOKEN = "spoken_number"
END_KEY = "#"
NOBODY = PersonId("")


def _call_of(lines: Lines, leg_id: LegId, draft: Draft) -> tuple[ContactId, Call] | None:
    leg = lines.legs.get(leg_id)
    if leg is None or leg.role is not LegRole.CALLER:
        draft.reject("this is not a caller's leg")
        return None
    return leg.contact, lines.calls[leg.contact]


def key_pressed(lines: Lines, event: events.KeyPressed, draft: Draft) -> None:
    """Hand a menu key to the flow; keys outside of a menu mean nothing, and those of a value must not be written."""
    found = _call_of(lines, event.leg, draft)
    if found is None:
        return
    contact, call = found
    if _listens(lines, call, event.key):
        draft.emit(facts.KeyHeard(contact, event.key))
    else:
        draft.reject("no menu listens")


def _listens(lines: Lines, call: Call, key: str) -> bool:
    """Return whether a key means something: to a flow, to a question about a callback, or to the queue."""
    if call.in_flow or call.asked:
        return call.listens
    if call.speaking:
        return key == END_KEY
    queue = lines.queues[call.queue] if call.queue is not None and not call.bridged and not call.message else None
    return queue is not None and key in (rules.key for rules in (queue.callback, queue.voicemail) if rules is not None)


def playback_ended(lines: Lines, event: events.PlaybackEnded, draft: Draft) -> None:
    """Tell the flow that its prompt was heard."""
    found = _call_of(lines, event.leg, draft)
    if found is None:
        return
    contact, call = found
    if call.play != event.play or call.prompt is None:
        draft.reject("something else plays by now")
    else:
        draft.emit(facts.PromptEnded(contact, call.prompt))


def collect_ended(lines: Lines, event: events.CollectEnded, draft: Draft) -> None:
    """Tell the flow what was keyed in, or that nothing was."""
    found = _call_of(lines, event.leg, draft)
    if found is None:
        return
    contact, call = found
    if call.play != event.play or call.prompt is None:
        draft.reject("something else plays by now")
    else:
        draft.emit(facts.PromptEnded(contact, call.prompt, event.outcome, event.length, event.value, event.key))


def prompt_issued(lines: Lines, fact: facts.PromptIssued, draft: Draft) -> None:
    """Play a flow's prompt to the caller, or gather keys after it."""
    call = lines.calls.get(fact.contact)
    if call is None or call.caller is None:
        return
    draft.emit(facts.PlayIssued(fact.contact, call.caller, fact.prompt, fact.prompt))
    if fact.collect:
        draft.command(_collect(call, call.caller, fact))
    else:
        number = fact.number or call.address if SPOKEN in fact.prompts else None
        draft.command(commands.Play(call.caller, fact.prompt, fact.prompts, fact.language, number=number))


def _collect(call: Call, leg: LegId, fact: facts.PromptIssued) -> commands.Collect:
    node = call.collect_node(fact.collect)
    return commands.Collect(
        leg,
        fact.prompt,
        call.person or NOBODY,
        fact.prompts,
        fact.language,
        node.min_keys,
        node.max_keys,
        node.finish_key,
        node.first_key_ms,
        node.next_key_ms,
        node.secret,
        number=node is CALLBACK_NUMBER,
        check_pin=isinstance(node, PinNode),
    )


def welcome(lines: Lines, fact: facts.VisitOpened, draft: Draft) -> None:
    """Greet who enters a queue, then let music play."""
    call = lines.calls.get(fact.contact)
    if call is not None and not fact.message:
        queue = lines.queues[fact.queue]
        _play_on(call, fact.contact, (*queue.welcome, queue.music), draft)


def ask_to_confirm(call: Call, leg: LegId, draft: Draft) -> None:
    """Ask who answered an agent's telephone outside for the key: a mailbox presses none."""
    # No PlayIssued: that is of the caller, who hears his music meanwhile.
    draft.command(commands.Play(leg, PlayId(draft.new_id("P")), (CONFIRM_PROMPT,), call.language, loop=True))


def greet_called(lines: Lines, call: Call, contact: ContactId, draft: Draft) -> None:
    """Say to a customer whom we called who calls, and let music play until an agent is there."""
    assert call.queue is not None, "who is called before an agent waits in a queue"
    _play_on(call, contact, (CALLED_GREETING, lines.queues[call.queue].music), draft)


def position_told(lines: Lines, fact: facts.PositionTold, draft: Draft) -> None:
    """Say the place in the line, after the welcome if that has only begun, then let the music go on."""
    call = lines.calls.get(fact.contact)
    if call is None or call.queue is None or call.asked:
        return
    queue = lines.queues[call.queue]
    greeting = queue.welcome if call.welcomed_at == draft.now else ()
    spoken = ("queue_position_is", f"number/{fact.position}", *_wait_spoken(fact))
    _play_on(call, fact.contact, (*greeting, *spoken, *_ways_on(queue), queue.music), draft)


def _ways_on(queue: QueueConfig) -> tuple[str, ...]:
    """Return what else a caller who waits is told to do: press a key to be called back, or to leave a message."""
    ways = (("callback_press", queue.callback), (PRESS, queue.voicemail))
    return tuple(
        prompt for way, rules in ways if rules is not None and rules.key for prompt in (way, f"number/{rules.key}")
    )


def wait_on(lines: Lines, fact: facts.CallbackDeclined, draft: Draft) -> None:
    """Let the music go on for who waits on."""
    call = lines.calls.get(fact.contact)
    if call is not None and call.queue is not None:
        _play_on(call, fact.contact, (lines.queues[call.queue].music,), draft)


def _wait_spoken(fact: facts.PositionTold) -> tuple[str, ...]:
    """Return the prompts that tell a wait: in whole minutes from the low end, rounded down, to the high, rounded up."""
    if fact.wait is None or not fact.wait_told:
        return ()
    if fact.wait.expected_ms > LONG_WAIT_MS:
        return ("queue_wait_long",)
    low, high = fact.wait.low_ms // MINUTE_MS, -(-fact.wait.high_ms // MINUTE_MS)
    if high <= 1:
        return ("queue_wait_short",)
    if low < 1:
        return ("queue_wait_up_to", f"number/{high}", "minutes")
    return ("queue_wait_between", f"number/{low}", "queue_wait_and", f"number/{high}", "minutes")


def announce(lines: Lines, fact: facts.AnnouncementMade, draft: Draft) -> None:
    """Say prompts to who waits, then let the music go on."""
    call = lines.calls.get(fact.contact)
    if call is not None and call.queue is not None and not call.asked:
        _play_on(call, fact.contact, (*fact.prompts, lines.queues[call.queue].music), draft)


def say_farewell(lines: Lines, fact: facts.FarewellBegun, draft: Draft) -> None:
    """Say prompts once; their end is told as that of a flow's prompt."""
    _say_once(lines, fact.contact, fact.prompt, fact.prompts, draft)


def ask_for_message(lines: Lines, fact: facts.MessageBegun, draft: Draft) -> None:
    """Ask a caller for a message; the end of the tone is told as that of a flow's prompt."""
    _say_once(lines, fact.contact, fact.prompt, fact.prompts, draft)


def thank(lines: Lines, fact: facts.MessageLeft, draft: Draft) -> None:
    """Say to a caller who is still there what became of the message, and let go then."""
    _say_once(lines, fact.contact, fact.prompt, (LEFT if fact.whole else NOT_WHOLE,), draft)


def _say_once(lines: Lines, contact: ContactId, prompt: PlayId, prompts: tuple[str, ...], draft: Draft) -> None:
    call = lines.calls.get(contact)
    if call is not None and call.caller is not None:
        draft.emit(facts.PlayIssued(contact, call.caller, prompt, prompt))
        draft.command(commands.Play(call.caller, prompt, prompts, call.language))


def hold_music(call: Call, contact: ContactId, draft: Draft) -> None:
    """Let a caller on hold hear music."""
    _play_on(call, contact, (HOLD_MUSIC,), draft)


def _play_on(call: Call, contact: ContactId, prompts: tuple[str, ...], draft: Draft) -> None:
    if call.caller is None:
        return
    play = PlayId(draft.new_id("P"))
    draft.emit(facts.PlayIssued(contact, call.caller, play))
    draft.command(commands.Play(call.caller, play, prompts, call.language, loop=True))
