"""The seeded faults, each as one replacement in one file of `contactcenter`, named by what it makes wrong."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "Fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """In `path` the text `right`, which stands there once, becomes `wrong`."""

    name: str
    path: str
    right: str
    wrong: str


OFFERS, APPLIED = "acd/offers.py", "acd/apply/offers.py"
VISITS, AGENTS = "acd/apply/visits.py", "acd/apply/agents.py"

FAULTS = (
    Fault(
        "the ring's alarm is not cleared",
        APPLIED,
        'clear_kinds("acd", ("ring", "alert"), fact.offer)',
        'clear_kinds("acd", ("alert",), fact.offer)',
    ),
    Fault(
        "an offer may be accepted by anybody",
        OFFERS,
        (
            "if offer is None or offer.agent != event.agent:\n"
            '        draft.reject("this offer is over")\n'
            "    elif not _rings"
        ),
        ('if offer is None:\n        draft.reject("this offer is over")\n    elif not _rings'),
    ),
    Fault(
        "a group has two winners",
        OFFERS,
        "[each for each in floor.contacts[offer.contact].offers if each != offer_id]",
        "floor.contacts[offer.contact].offers[:0]",
    ),
    Fault(
        "the agent stays idle while it rings",
        AGENTS,
        ("    note_wrap_up(floor, fact, now)\n    reindex(floor, agent_id)"),
        "    note_wrap_up(floor, fact, now)",
    ),
    Fault(
        "presence does not change the idle lines",
        AGENTS,
        ("        agent.station = None\n    reindex(floor, fact.agent)"),
        "        agent.station = None",
    ),
    Fault(
        "a pause that ends is not noticed",
        AGENTS,
        ("paused = False\n    reindex(floor, fact.agent)"),
        "paused = False",
    ),
    Fault(
        "the kept place is lost",
        "acd/talks.py",
        "max(priority, kept.priority), kept.placed_at",
        "max(priority, kept.priority), draft.now",
    ),
    Fault(
        "the wrong sign of priority",
        "acd/priority.py",
        "placed_at - priority * queue.ageing_ms if queue.ageing_ms else -priority",
        "placed_at - priority * queue.ageing_ms if queue.ageing_ms else priority",
    ),
    Fault(
        "ageing is forgotten between queues",
        "acd/priority.py",
        "return priority * PARTS + aged",
        "return priority * PARTS",
    ),
    Fault(
        "a refusal is not honoured",
        "acd/contacts.py",
        "self.is_unheard_by(agent) or agent_id in self.refused or self.queue in agent.penalties",
        "self.is_unheard_by(agent) or self.queue in agent.penalties",
    ),
    Fault(
        "who was asked out of a queue in vain is asked again",
        "acd/claims.py",
        "left_alone = agent_id in asked or queue_id",
        "left_alone = queue_id",
    ),
    Fault(
        "only the first of a queue is asked",
        "acd/consulting.py",
        "another = None if consult.queue is None else first_to_consult(floor, consult.queue, asked)",
        "another = None",
    ),
    Fault(
        "a refusal is remembered for ever",
        APPLIED,
        '        floor.timers.set(("acd", "again", fact.contact), now + RETRY_REJECTED_MS)\n',
        "",
    ),
    Fault(
        "relaxed one step too early",
        "model/eligibility.py",
        "step.after_ms <= waited_ms",
        "step.after_ms <= waited_ms + 5_000",
    ),
    Fault(
        "who is relaxed stays in the old line",
        VISITS,
        (
            "    contact.step = fact.step\n"
            "    if contact.line is not None:\n"
            "        leave_line(floor, fact.contact, contact)\n"
            "        stand(floor, fact.contact, contact)\n"
        ),
        "    contact.step = fact.step\n",
    ),
    Fault(
        "who rings in vain loses the place",
        APPLIED,
        ("    contact.group = None\n    move(contact, ContactState.WAITING)"),
        ("    contact.group = None\n    contact.placed_at = now\n    move(contact, ContactState.WAITING)"),
    ),
    Fault(
        "one call too many",
        "acd/capacity.py",
        '"has a call in hand" if agent.work and agent.load(Channel.VOICE) else ""',
        '"has a call in hand" if agent.work and agent.load(Channel.VOICE) > 1 else ""',
    ),
    Fault(
        "one text too many",
        "acd/capacity.py",
        "agent.load(channel) >= (config.chat_capacity",
        "agent.load(channel) > (config.chat_capacity",
    ),
    Fault(
        "a call interrupts a chat",
        "acd/capacity.py",
        'return "in a chat"\n',
        'return ""\n',
    ),
    Fault(
        "texts are offered without a console",
        "acd/capacity.py",
        '    if not agent.console or agent.config.phone_only:\n        return "no console"\n    config',
        "    config",
    ),
    Fault(
        "the shortest idle is chosen",
        "acd/capacity.py",
        "agent.idle_since, agent.order, agent_id)",
        "-agent.idle_since, agent.order, agent_id)",
    ),
    Fault(
        "most skilled is least skilled",
        "acd/strategies.py",
        "return -level_for(queue, agent.levels), load",
        "return level_for(queue, agent.levels), load",
    ),
    Fault(
        "wrap-up never ends",
        "acd/apply/wrap_up.py",
        "        floor.timers.set(_alarm_of(fact), writing.ends_at)\n",
        "        pass\n",
    ),
    Fault(
        "a silent phone is never given up",
        APPLIED,
        '        floor.timers.set(("acd", "alert", fact.offer), now + alert_ms)\n',
        "",
    ),
    Fault(
        "who does not answer stays ready",
        OFFERS,
        "    elif outcome is OfferOutcome.NO_ANSWER:\n",
        "    elif False:\n",
    ),
    Fault(
        "a lost console keeps its chats",
        "acd/presence.py",
        "    give_back(floor, draft, agent_id, (Channel.CHAT,))\n",
        "",
    ),
    Fault(
        "who is gone keeps the phone",
        AGENTS,
        "        floor.seats.pop(agent.station, None)\n",
        "",
    ),
    Fault(
        "after a take-over rings go on",
        "acd/engine.py",
        "        offers.withdraw_from(floor, draft, agent_id, OfferOutcome.WITHDRAWN, Withdrawal.TOOK_OVER)\n",
        "",
    ),
    Fault(
        "a new configuration matches nobody",
        "acd/engine.py",
        "        relax(floor, draft, contact_id)\n    match_all(floor, draft)",
        "        relax(floor, draft, contact_id)",
    ),
    Fault(
        "the place told is one too low",
        "acd/lines.py",
        "return 1 + sum(self._lines[line].bisect_left(key)",
        "return sum(self._lines[line].bisect_left(key)",
    ),
    Fault(
        "a message delivered twice counts twice",
        "conversations/threads.py",
        (
            "def _text_arrived(threads: Threads, event: events.TextArrived, draft: Draft) -> None:\n"
            "    if event.message in threads.recent:"
        ),
        (
            "def _text_arrived(threads: Threads, event: events.TextArrived, draft: Draft) -> None:\n"
            "    if not event.message:"
        ),
    ),
    Fault(
        "a colleague who is in a call by now is called",
        "acd/internal.py",
        "    if not hindrance(floor, colleague, Channel.VOICE):\n",
        "    if colleague.presence is Presence.READY:\n",
    ),
    Fault(
        "a call to a colleague counts as one to a customer",
        "reports/agent_time.py",
        "            case DialEnded() if self._directions.get(fact.contact) is not Direction.INTERNAL:\n",
        "            case DialEnded():\n",
    ),
    Fault(
        "the state changes outside of facts",
        OFFERS,
        '    """Take the console\'s Reject."""\n',
        ('    """Take the console\'s Reject."""\n    floor.offers_made += 1\n'),
    ),
)
