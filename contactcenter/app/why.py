"""The command that explains: each offer of a contact, with the candidates as they were at that moment.

The routing floor is built again from the journal's facts up to each offer, so the answer is what was, not what is now.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from contactcenter.acd.engine import Routing
from contactcenter.acd.why import Candidate, Choice, explain
from contactcenter.app.stores import journal_reader
from contactcenter.model.entry import Entry
from contactcenter.model.facts import ContactArrived, OfferEnded, OfferMade
from contactcenter.model.ids import AgentId, OfferId
from contactcenter.model.timers import Timers
from contactcenter.settings import Settings

__all__ = ["Explained", "as_json", "choices_of", "explained", "tables_of"]

OUT_OF_SIGHT = ("signed out", "lacks what the queue asks for", "has left the configuration")


@dataclass(slots=True)
class Explained:
    """All offers of one contact, in order, and how each ended (nothing for one that still rings).

    Offers of a group that were made together are one choice: `asked` holds, by its first offer, whom each was made to.
    """

    known: bool = False
    choices: list[Choice] = field(default_factory=list)
    asked: dict[OfferId, dict[AgentId, OfferId]] = field(default_factory=dict)
    outcomes: dict[OfferId, str] = field(default_factory=dict)

    def outcome(self, offer: OfferId) -> str:
        """Return how an offer ended."""
        return self.outcomes.get(offer, "still ringing")


def explained(settings: Settings, contact: str) -> Explained:
    """Read the journal and explain a contact's offers. Raises ValueError when the journal does not know the contact."""
    reader = journal_reader(settings)
    try:
        found = choices_of(reader.load(), contact)
    finally:
        reader.close()
    if not found.known:
        raise ValueError(f"the journal knows no contact {contact!r}; `contactcenter report contacts` lists them")
    return found


def as_json(found: Explained) -> str:
    """Return all offers for a page: times in ms, the chosen ones marked, nobody left out."""
    return msgspec.json.encode({"offers": [_offer_page(found, choice) for choice in found.choices]}).decode()


def _offer_page(found: Explained, choice: Choice) -> dict[str, object]:
    asked = found.asked[choice.offer]
    return {
        "at": choice.at,
        "queue": choice.queue,
        "channel": choice.channel,
        "strategy": choice.strategy,
        "step": choice.step,
        "waited_ms": choice.waited_ms,
        "asked": [{"agent": agent, "outcome": found.outcome(offer)} for agent, offer in asked.items()],
        "candidates": [_candidate_page(choice, each, asked) for each in choice.candidates],
    }


def _candidate_page(choice: Choice, candidate: Candidate, asked: Container[AgentId]) -> dict[str, object]:
    return {
        "agent": candidate.agent,
        "name": candidate.name,
        "rank": candidate.rank,
        "excluded": candidate.excluded,
        "score": candidate.score,
        "idle_ms": choice.at - candidate.idle_since,
        "chosen": candidate.agent in asked,
        "far": candidate.excluded in OUT_OF_SIGHT,
    }


def tables_of(found: Explained, time_zone: str, everybody: bool) -> Iterator[tuple[str, list[tuple[str, ...]], int]]:
    """Yield for each offer a title, rows of rank, agent, score, idle time and exclusion, and how many were left out."""
    for choice in found.choices:
        shown = [each for each in choice.candidates if everybody or each.excluded not in OUT_OF_SIGHT]
        at = datetime.fromtimestamp(choice.at / 1_000, ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M:%S")
        asked = found.asked[choice.offer]
        ends = ", ".join(f"{agent}: {found.outcome(offer)}" for agent, offer in asked.items())
        step = f" relaxed to step {choice.step}" if choice.step else ""
        what = f"{choice.channel.value} for {choice.queue or 'no queue'}{step}, by {choice.strategy}"
        title = f"{at}  {what}, after {choice.waited_ms / 1_000:.1f} s → {ends}"
        yield title, [_row(choice, each, asked) for each in shown], len(choice.candidates) - len(shown)


def _row(choice: Choice, candidate: Candidate, asked: Container[AgentId]) -> tuple[str, ...]:
    chosen = "chosen" if candidate.agent in asked else "came after" if candidate.rank else ""
    idle_s = (choice.at - candidate.idle_since) // 1_000 if candidate.rank else ""
    score = " ".join(str(part) for part in candidate.score)
    return (
        str(candidate.rank or "–"),
        candidate.agent,
        score,
        f"{idle_s} s" if idle_s != "" else "",
        candidate.excluded or chosen,
    )


def choices_of(entries: Iterable[Entry], contact: str) -> Explained:
    """Fold entries into the routing floor and explain the contact's offers on the way."""
    routing, found = Routing(Timers()), Explained()
    for entry in entries:
        for fact in entry.facts:
            match fact:
                case ContactArrived() if fact.contact == contact:
                    found.known = True
                case OfferMade() if fact.contact == contact:
                    _note_offer(found, explain(routing.floor, fact, entry.at), fact)
                case OfferEnded() if fact.contact == contact:
                    cause = f" ({fact.cause.value})" if fact.cause is not None else ""
                    found.outcomes[fact.offer] = fact.outcome.value + cause
            routing.apply(fact, entry.at)
    return found


def _note_offer(found: Explained, choice: Choice, made: OfferMade) -> None:
    """Add a choice; of a group that is asked at one moment the first one tells it all."""
    last = found.choices[-1] if found.choices else None
    if last is not None and made.group is not None and (last.group, last.at) == (made.group, choice.at):
        found.asked[last.offer][made.agent] = made.offer
    else:
        found.choices.append(choice)
        found.asked[made.offer] = {made.agent: made.offer}
