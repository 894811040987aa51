"""What follows a talk, by the queue's kind of wrap-up: none, optional, mandatory or timed, and how each ends.

An optional one leaves the agent free at once (`Work.RESULT_OPEN`). A mandatory one ends by a disposition alone; should
the agent be gone, it ends without one. Whatever ends without a disposition that was to be chosen is marked as missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contactcenter.acd import endings
from contactcenter.acd.state import Floor
from contactcenter.model.config import Rules
from contactcenter.model.events import ExtensionAsked, WrapUpFinished
from contactcenter.model.facts import DispositionSet, WorkChanged, WrapUpExtended
from contactcenter.model.ids import AgentId, ContactId, MessageId
from contactcenter.model.step import Draft
from contactcenter.model.words import Presence, Work, WrapUpKind
from contactcenter.model.wrap_up import AFTER_TALK

__all__ = ["WRAP_UP_ALARMS", "WRAP_UP_EVENTS", "begin", "begin_again", "leave", "out_of_time", "owes_result"]


def begin(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    """Let a talk that is over be written up, as its queue asks; who has no console writes nothing."""
    contact, agent = floor.contacts[contact_id], floor.agents[agent_id]
    rules = floor.rules_of(contact)
    empty = rules.wrap_up is WrapUpKind.TIMED and not rules.wrap_up_ms
    if agent.config.phone_only or rules.wrap_up is WrapUpKind.NONE or empty:
        _over(floor, draft, contact_id, agent_id)
    elif rules.wrap_up is WrapUpKind.MANDATORY and agent.presence is Presence.LOGGED_OUT:
        _end(floor, draft, contact_id, agent_id, "", None)
    else:
        work = Work.RESULT_OPEN if rules.wrap_up is WrapUpKind.OPTIONAL else Work.WRAP_UP
        draft.emit(WorkChanged(agent_id, contact_id, contact.channel, work))


def begin_again(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """Let the times of all that an agent writes up start anew, after a take-over."""
    for contact_id, (channel, work) in list(floor.agents[agent_id].work.items()):
        if work in AFTER_TALK:
            draft.emit(WorkChanged(agent_id, contact_id, channel, work))


def owes_result(floor: Floor, agent_id: AgentId) -> bool:
    """Return whether an agent wraps anything up that does not end without a disposition."""
    return any(
        work is Work.WRAP_UP and _is_mandatory(floor.rules_of_writing(floor.contacts[contact], agent_id))
        for contact, (_, work) in floor.agents[agent_id].work.items()
    )


def _is_mandatory(rules: Rules) -> bool:
    return rules.wrap_up is WrapUpKind.MANDATORY and bool(rules.dispositions)


def _finish(floor: Floor, event: WrapUpFinished, draft: Draft) -> None:
    """Take the agent's word that the after-contact work is done."""
    if not _writes_up(floor, event.agent, event.contact):
        draft.reject("there is nothing to wrap up")
        return
    rules = floor.rules_of_writing(floor.contacts[event.contact], event.agent)
    if event.disposition and event.disposition not in rules.dispositions:
        draft.reject("unknown disposition: choose one of those configured")
    elif not event.disposition and _is_mandatory(rules):
        draft.reject("a result is needed here: choose one of the dispositions")
    else:
        _end(floor, draft, event.contact, event.agent, event.disposition, event.note)


def _writes_up(floor: Floor, agent_id: AgentId, contact_id: ContactId) -> bool:
    agent = floor.agents.get(agent_id)
    held = agent.work.get(contact_id) if agent is not None else None
    return held is not None and agent_id in floor.contacts[contact_id].written_up


def _extend(floor: Floor, event: ExtensionAsked, draft: Draft) -> None:
    """Give the agent the queue's limit once more, as often as the queue allows."""
    contact = floor.contacts.get(event.contact)
    if contact is None or not _writes_up(floor, event.agent, event.contact):
        draft.reject("there is nothing to wrap up")
        return
    rules, writing = floor.rules_of_writing(contact, event.agent), contact.written_up[event.agent]
    if rules.wrap_up is not WrapUpKind.TIMED or writing.ends_at is None:
        draft.reject("this wrap-up has no limit to extend")
    elif event.number <= writing.extensions:
        draft.reject("this extension was given already")
    elif event.number > min(rules.wrap_up_extensions, writing.extensions + 1):
        draft.reject(f"no more time: {rules.wrap_up_extensions} extensions at most, one after the other")
    else:
        until_at = writing.ends_at + rules.wrap_up_ms
        draft.emit(WrapUpExtended(event.contact, event.agent, event.number, until_at))


def out_of_time(floor: Floor, draft: Draft, contact_id: ContactId, agent: AgentId) -> None:
    """End after-contact work whose time is over, or whose agent is gone: the disposition stays missing."""
    _end(floor, draft, contact_id, agent, "", None)


def leave(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """End what an agent who is gone would leave open; a timed wrap-up ends by itself."""
    for contact_id, (_, work) in list(floor.agents[agent_id].work.items()):
        endless = work is Work.WRAP_UP and floor.contacts[contact_id].written_up[agent_id].ends_at is None
        if work is Work.RESULT_OPEN or endless:
            out_of_time(floor, draft, contact_id, agent_id)


def _end(
    floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId, disposition: str, note: MessageId | None
) -> None:
    contact = floor.contacts[contact_id]
    missing = not disposition and bool(floor.rules_of_writing(contact, agent_id).dispositions)
    draft.emit(DispositionSet(contact_id, agent_id, disposition, note, missing))
    _over(floor, draft, contact_id, agent_id)


def _over(floor: Floor, draft: Draft, contact_id: ContactId, agent_id: AgentId) -> None:
    draft.emit(WorkChanged(agent_id, contact_id, floor.contacts[contact_id].channel, Work.ENDED))
    endings.after_work(floor, draft, contact_id)


def _alarm(floor: Floor, draft: Draft, name: str, agent: str) -> None:
    """End it; a mandatory one has an alarm only while its agent's console is away, and goes on when that is back."""
    contact_id, agent_id = ContactId(name), AgentId(agent)
    ends_at = floor.contacts[contact_id].written_up[agent_id].ends_at
    if ends_at is not None or not floor.agents[agent_id].console:
        out_of_time(floor, draft, contact_id, agent_id)


WRAP_UP_EVENTS: dict[type[Any], Callable[[Floor, Any, Draft], None]] = {
    WrapUpFinished: _finish,
    ExtensionAsked: _extend,
}

WRAP_UP_ALARMS: dict[str, Callable[..., None]] = {"wrap_up": _alarm}
