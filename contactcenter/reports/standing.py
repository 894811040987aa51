"""What stands at a moment, as the few facts from which all folds can go on: a report need not begin at the beginning.

Kept are the configuration, each agent's presence, and all that was said of the contacts that still live. A fold that is
given these entries and then all later ones agrees with one that was given everything, for all that happens later.
"""

from __future__ import annotations

from contactcenter.model.entry import Entry, Position
from contactcenter.model.events import TimePassed
from contactcenter.model.facts import ConfigApplied, ContactArrived, ContactEnded, Fact, PresenceChanged
from contactcenter.model.ids import AgentId, ContactId

__all__ = ["Standing"]

NO_CONTACT = ContactId("")

Stated = tuple[int, int, Fact]  # (time in ms, order, fact)


class Standing:
    """The fold; its size is that of what lives, not of what was."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._config: Stated | None = None
        self._presences: dict[AgentId, tuple[PresenceChanged, Stated]] = {}
        self._living: dict[ContactId, list[Stated]] = {}
        self._order = 0

    def apply(self, fact: Fact, at: int) -> None:
        """Take a fact that was stated at `at` (ms) into account; facts come in order of time."""
        self._order += 1
        stated = (at, self._order, fact)
        match fact:
            case ConfigApplied():
                self._config = stated
            case PresenceChanged():
                self._present(fact, stated)
            case ContactArrived():
                self._living[fact.contact] = [stated]
            case ContactEnded():
                self._living.pop(fact.contact, None)
            case _:
                said = self._living.get(getattr(fact, "contact", NO_CONTACT))
                if said is not None:
                    said.append(stated)

    def entries(self) -> list[Entry]:
        """Return what stands as entries in order of time, each with the time at which it was stated."""
        present = [stated for _, stated in self._presences.values()]
        stated = [*present, *(one for said in self._living.values() for one in said)]
        ordered = ([] if self._config is None else [self._config]) + sorted(stated, key=lambda one: one[:2])
        return [Entry(Position(0, 0), at, "", TimePassed(), (fact,)) for at, _, fact in ordered]

    def _present(self, fact: PresenceChanged, stated: Stated) -> None:
        """Keep since when a presence stands; told again it is no new one."""
        before = self._presences.get(fact.agent)
        if before is None or (before[0].presence, before[0].reason) != (fact.presence, fact.reason):
            self._presences[fact.agent] = (fact, stated)
