"""The legal moves of a leg: an absent entry is illegal."""

from __future__ import annotations

from contactcenter.model.words import LegState

__all__ = ["LEG_TRANSITIONS"]

LEG_TRANSITIONS: dict[LegState, frozenset[LegState]] = {
    LegState.ANSWERING: frozenset({LegState.UP, LegState.ENDED}),
    LegState.DIALLING: frozenset({LegState.ALERTING, LegState.UP, LegState.ENDED}),
    LegState.ALERTING: frozenset({LegState.UP, LegState.ENDED}),
    LegState.UP: frozenset({LegState.HELD, LegState.ENDED}),
    LegState.HELD: frozenset({LegState.UP, LegState.ENDED}),
    LegState.ENDED: frozenset(),
}
