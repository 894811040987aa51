"""Oracles of offer groups: one winner, nobody rings on when it is decided, and one line of an agent is up at most."""

from __future__ import annotations

from dataclasses import dataclass, field

from contactcenter.model.entry import Entry
from contactcenter.model.facts import (
    AgentLegUp,
    ConsultEnded,
    ConsultMoved,
    ConsultStarted,
    Fact,
    LegChanged,
    LegOpened,
    OfferEnded,
    OfferMade,
)
from contactcenter.model.ids import AgentId, ContactId, GroupId, LegId, OfferId
from contactcenter.model.words import LegRole, LegState, OfferOutcome
from contactcenter.sim.violations import Ledger

__all__ = ["GroupChecker"]

MEMBERS_MAX = 20


@dataclass(slots=True)
class SeenGroup:
    """One group as facts show it."""

    contact: ContactId
    live: dict[OfferId, str] = field(default_factory=dict)
    winners: list[OfferId] = field(default_factory=list)


class GroupChecker:
    """O1 (one winner, the others released in the same step, no member twice) and O4 (one answered line)."""

    def __init__(self, ledger: Ledger) -> None:
        """Begin with no group; write into `ledger`."""
        self._ledger = ledger
        self._groups: dict[GroupId, SeenGroup] = {}
        self._group_of: dict[OfferId, GroupId] = {}
        self._offered: dict[OfferId, ContactId] = {}
        self._lines: dict[LegId, tuple[ContactId, OfferId]] = {}
        self._up: dict[ContactId, list[LegId]] = {}
        self._consults: dict[ContactId, AgentId | None] = {}

    def see(self, entry: Entry) -> None:
        """Check the facts one by one, then what is left of groups that were won, and whose lines still ring."""
        for fact in entry.facts:
            self._see_group(fact, entry.at)
            self._see_line(fact, entry.at)
        for name, group in list(self._groups.items()):
            won = not (group.winners and group.live)
            self._ledger.hold(won, "O1", entry.at, f"{list(group.live)} of group {name} ring on after it was won")
            if not group.live:
                del self._groups[name]
        for leg, (contact, offer) in self._lines.items():
            serves = offer in self._offered or leg in self._up.get(contact, ())
            self._ledger.hold(serves, "O1", entry.at, f"line {leg} rings for the offer {offer}, which is over")

    def finish(self, at: int) -> None:
        """At the end no group rings."""
        self._ledger.hold(not self._groups, "O1", at, f"groups left: {list(self._groups)[:5]}")

    def _see_group(self, fact: Fact, at: int) -> None:
        if isinstance(fact, OfferMade):
            self._offered[fact.offer] = fact.contact
            if fact.group is not None:
                self._join(fact, fact.group, at)
        elif isinstance(fact, OfferEnded):
            self._offered.pop(fact.offer, None)
            group = self._groups.get(self._group_of.pop(fact.offer, GroupId("")))
            if group is not None:
                group.live.pop(fact.offer, None)
                if fact.outcome is OfferOutcome.ACCEPTED:
                    group.winners.append(fact.offer)
                    self._ledger.hold(len(group.winners) == 1, "O1", at, f"{fact.contact} was won twice")

    def _join(self, fact: OfferMade, name: GroupId, at: int) -> None:
        group = self._groups.setdefault(name, SeenGroup(fact.contact))
        sound = group.contact == fact.contact and fact.agent not in group.live.values() and not group.winners
        self._ledger.hold(sound, "O1", at, f"{fact.agent} joins group {name} of {group.contact} wrongly")
        group.live[fact.offer], self._group_of[fact.offer] = fact.agent, name
        self._ledger.hold(len(group.live) <= MEMBERS_MAX, "O1", at, f"group {name} has too many members")

    def _see_line(self, fact: Fact, at: int) -> None:
        if isinstance(fact, LegOpened) and fact.role is LegRole.AGENT and fact.offer is not None:
            self._lines[fact.leg] = (fact.contact, fact.offer)
        elif isinstance(fact, ConsultStarted | ConsultMoved):
            self._consults[fact.contact] = fact.colleague
        elif isinstance(fact, ConsultEnded):
            self._consults.pop(fact.contact, None)
        elif isinstance(fact, AgentLegUp):  # not every line that is up: outside a key has to be pressed
            up = self._up.setdefault(fact.contact, [])
            up.append(fact.leg)
            allowed = 2 if fact.contact in self._consults else 1
            self._ledger.hold(len(up) <= allowed, "O4", at, f"{fact.contact} was answered by {up}")
        elif isinstance(fact, LegChanged) and fact.state is LegState.ENDED and fact.leg in self._lines:
            up = self._up.get(fact.contact, [])
            self._up[fact.contact] = [leg for leg in up if leg != fact.leg]
            del self._lines[fact.leg]
