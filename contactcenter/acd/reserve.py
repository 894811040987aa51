"""Agents in reserve: called when a queue is in need, let go when it is so no more, with a gap between the two.

Who waits live counts, callers and chats; a backlog of texts calls nobody. Looked at when somebody comes or goes, and
when the one who has waited for longest has waited too long: each look costs O(1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from contactcenter.acd.matching import match_agent
from contactcenter.acd.state import Floor
from contactcenter.model import facts
from contactcenter.model.ids import QueueId
from contactcenter.model.reserve import ReserveConfig
from contactcenter.model.step import Draft
from contactcenter.model.words import Channel

__all__ = ["RESERVE_ALARMS", "RESERVE_REACTIONS", "live_oldest_at"]

LIVE: Final = (Channel.VOICE, Channel.CHAT)


def live_oldest_at(floor: Floor, queue: QueueId) -> int | None:
    """Return when the caller or chat entered that has been in a queue for longest (ms)."""
    oldest = (floor.oldest_in(queue, channel) for channel in LIVE)
    return min((at for at in oldest if at is not None), default=None)


def _watch(floor: Floor, draft: Draft, queue_id: QueueId) -> None:
    """Call the reserve of a queue that is in need, or let it go."""
    reserve = floor.queues[queue_id].reserve
    if reserve is None:
        return
    oldest_at = live_oldest_at(floor, queue_id)
    waiting = sum(floor.waiting_in(queue_id, channel) for channel in LIVE)
    wait_ms = 0 if oldest_at is None else draft.now - oldest_at
    if queue_id not in floor.called and _in_need(reserve, waiting, wait_ms):
        draft.emit(facts.ReserveCalled(queue_id, waiting, wait_ms))
    elif queue_id in floor.called and _at_ease(reserve, waiting, wait_ms):
        draft.emit(facts.ReserveReleased(queue_id, waiting, wait_ms))


def _in_need(reserve: ReserveConfig, waiting: int, wait_ms: int) -> bool:
    return 0 < reserve.waiting <= waiting or 0 < reserve.wait_ms <= wait_ms


def _at_ease(reserve: ReserveConfig, waiting: int, wait_ms: int) -> bool:
    few = not reserve.waiting or waiting < reserve.until_waiting
    return few and (not reserve.wait_ms or wait_ms < reserve.until_wait_ms)


def _came_or_went(floor: Floor, fact: facts.VisitOpened | facts.VisitEnded, draft: Draft) -> None:
    _watch(floor, draft, fact.queue)


def _configured(floor: Floor, fact: facts.ConfigApplied, draft: Draft) -> None:
    for queue_id in floor.reserves:
        _watch(floor, draft, queue_id)


def _help(floor: Floor, fact: facts.ReserveCalled, draft: Draft) -> None:
    """Offer each agent in reserve who is free whoever is to be served first."""
    for agent_id in floor.reserves[fact.queue]:
        match_agent(floor, draft, agent_id)


def _waited_long(floor: Floor, draft: Draft, name: str) -> None:
    _watch(floor, draft, QueueId(name))


RESERVE_REACTIONS: dict[type[Any], tuple[Callable[[Floor, Any, Draft], None], ...]] = {
    facts.VisitOpened: (_came_or_went,),
    facts.VisitEnded: (_came_or_went,),
    facts.ConfigApplied: (_configured,),
    facts.ReserveCalled: (_help,),
}

RESERVE_ALARMS: dict[str, Callable[[Floor, Draft, str], None]] = {"reserve": _waited_long}
