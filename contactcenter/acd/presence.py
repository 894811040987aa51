"""Agents coming, going, being ready or not: their own wishes, and what a lost console or a take-over makes of them."""

from __future__ import annotations

from contactcenter.acd import wrap_up
from contactcenter.acd.agents import AgentState
from contactcenter.acd.offers import withdraw_from
from contactcenter.acd.state import Floor
from contactcenter.acd.talks import give_back
from contactcenter.model.events import (
    AgentSignedIn,
    AgentSignedOut,
    ConsoleConnected,
    ConsoleLost,
    NotReadyChosen,
    ReadyChosen,
)
from contactcenter.model.facts import AgentSeated, ConsolePresence, NextStateChanged, PresenceChanged
from contactcenter.model.ids import AgentId, StationId
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel, OfferOutcome, Presence, Withdrawal

__all__ = [
    "become_not_ready",
    "become_ready",
    "choose_not_ready",
    "choose_ready",
    "connect_console",
    "console_gone",
    "drop_wish",
    "leave",
    "let_go",
    "lose_console",
    "seat_phone_only",
    "sign_in",
    "sign_out",
]


def sign_in(floor: Floor, event: AgentSignedIn, draft: Draft) -> None:
    """Seat an agent at a station; who signs in anew is not ready, who changes station keeps the state."""
    agent = floor.agents.get(event.agent)
    if agent is None or not agent.listed:
        draft.reject("this agent is not in the configuration")
        return
    refusal = _seat_refusal(floor, agent, event.agent, event.station)
    if refusal:
        draft.reject(refusal)
        return
    if agent.presence is Presence.LOGGED_OUT:
        draft.emit(PresenceChanged(event.agent, Presence.NOT_READY, "signed_in", draft.now))
    elif agent.station == event.station:
        draft.reject("already signed in at this station")
        return
    draft.emit(AgentSeated(event.agent, event.station))


def _seat_refusal(floor: Floor, agent: AgentState, agent_id: AgentId, station: StationId | None) -> str:
    if station is not None and station not in floor.stations:
        return "this station is not in the configuration"
    if station is not None and floor.seats.get(station, agent_id) != agent_id:
        return "another agent sits at this station: choose another one"
    if agent.station != station and agent.load(Channel.VOICE):
        return "end your call before you change the station"
    return ""


def sign_out(floor: Floor, event: AgentSignedOut, draft: Draft) -> None:
    """Let an agent go: not during a call; texts in hand go back to their queues at their old places."""
    agent = floor.agents.get(event.agent)
    if agent is None or agent.presence is Presence.LOGGED_OUT:
        draft.reject("not signed in")
    elif agent.load(Channel.VOICE) and agent.offer is None:
        draft.reject("end your call before you sign out")
    elif wrap_up.owes_result(floor, event.agent):
        draft.reject("choose a result for what you wrap up before you sign out")
    else:
        drop_wish(draft, event.agent, agent)
        leave(floor, draft, event.agent, agent, "signing_out")


def leave(floor: Floor, draft: Draft, agent_id: AgentId, agent: AgentState, reason: str) -> None:
    """Sign an agent out: what rings goes on to somebody else, live texts go back to their queues."""
    withdraw_from(floor, draft, agent_id, OfferOutcome.WITHDRAWN, Withdrawal.AGENT_LEFT)
    give_back(floor, draft, agent_id, (Channel.CHAT, Channel.SMS))
    wrap_up.leave(floor, draft, agent_id)
    if agent.presence is Presence.READY:
        draft.emit(PresenceChanged(agent_id, Presence.NOT_READY, reason, agent.idle_since))
    draft.emit(PresenceChanged(agent_id, Presence.LOGGED_OUT, "", draft.now))


def choose_ready(floor: Floor, event: ReadyChosen, draft: Draft) -> None:
    """Make an agent ready; who comes back from an unanswered offer keeps the idle time."""
    agent = floor.agents.get(event.agent)
    if agent is None or agent.presence is Presence.LOGGED_OUT:
        draft.reject("sign in first")
    elif agent.presence is Presence.READY and agent.next is None:
        draft.reject("already ready")
    else:
        drop_wish(draft, event.agent, agent)
        become_ready(draft, event.agent, agent)


def become_ready(draft: Draft, agent_id: AgentId, agent: AgentState) -> None:
    """Make an agent ready who is not."""
    if agent.presence is Presence.NOT_READY:
        idle_since = agent.idle_since if agent.reason == "no_answer" else draft.now
        draft.emit(PresenceChanged(agent_id, Presence.READY, "", idle_since))


def drop_wish(draft: Draft, agent_id: AgentId, agent: AgentState) -> None:
    """Forget what the agent was to be next: a later choice, or its coming true, has taken its place."""
    if agent.next is not None:
        draft.emit(NextStateChanged(agent_id, None))


def choose_not_ready(floor: Floor, event: NotReadyChosen, draft: Draft) -> None:
    """Take an agent out of routing for a reason; an offer that rings goes to somebody else."""
    agent = floor.agents.get(event.agent)
    if agent is None or agent.presence is Presence.LOGGED_OUT:
        draft.reject("sign in first")
    elif event.reason not in floor.reasons:
        draft.reject("unknown reason: choose one of the configured reasons")
    elif (agent.presence, agent.reason) == (Presence.NOT_READY, event.reason) and agent.next is None:
        draft.reject("already not ready for this reason")
    else:
        drop_wish(draft, event.agent, agent)
        become_not_ready(draft, event.agent, event.reason)
        withdraw_from(floor, draft, event.agent, OfferOutcome.WITHDRAWN, Withdrawal.AGENT_LEFT)


def become_not_ready(draft: Draft, agent_id: AgentId, reason: str) -> None:
    """Make an agent not ready for a reason."""
    draft.emit(PresenceChanged(agent_id, Presence.NOT_READY, reason, draft.now))


def connect_console(floor: Floor, event: ConsoleConnected, draft: Draft) -> None:
    """Note that an agent's console lives."""
    agent = floor.agents.get(event.agent)
    if agent is None or agent.console:
        draft.reject("nothing new about this console")
    else:
        draft.emit(ConsolePresence(event.agent, True))


def lose_console(floor: Floor, event: ConsoleLost, draft: Draft) -> None:
    """Note that an agent's console is gone; the grace time begins."""
    agent = floor.agents.get(event.agent)
    if agent is None or not agent.console:
        draft.reject("nothing new about this console")
    else:
        draft.emit(ConsolePresence(event.agent, False))


def console_gone(floor: Floor, draft: Draft, agent_id: AgentId) -> None:
    """The grace time of a lost console is over: no offers, and chats go back to their queues at their old places."""
    agent = floor.agents[agent_id]
    if agent.presence is Presence.LOGGED_OUT or agent.config.phone_only:
        return
    if agent.presence is Presence.READY:
        draft.emit(PresenceChanged(agent_id, Presence.NOT_READY, "console_lost", agent.idle_since))
    withdraw_from(floor, draft, agent_id, OfferOutcome.DEVICE_LOST)
    give_back(floor, draft, agent_id, (Channel.CHAT,))


def let_go(floor: Floor, draft: Draft) -> None:
    """Sign out who left the configuration, and unseat whose station did; a call in hand goes on."""
    for agent_id, agent in floor.agents.items():
        if not agent.listed and agent.presence is not Presence.LOGGED_OUT:
            leave(floor, draft, agent_id, agent, "removed")
        elif agent.station is not None and agent.station not in floor.stations:
            draft.emit(AgentSeated(agent_id, None))


def seat_phone_only(floor: Floor, draft: Draft) -> None:
    """Make agents without a console ready as soon as they are configured, at the station that is configured."""
    for agent_id, agent in floor.agents.items():
        station = agent.config.station
        if not agent.listed or not agent.config.phone_only or station is None:
            continue
        if agent.station != station:
            sitting = floor.seats.get(station)
            if sitting is not None:
                draft.emit(AgentSeated(sitting, None))  # the other one can sit down elsewhere, this one cannot
            draft.emit(AgentSeated(agent_id, station))
        if agent.presence is Presence.LOGGED_OUT:
            draft.emit(PresenceChanged(agent_id, Presence.READY, "", draft.now))
