"""The one checker: two histories in, violations out. Acknowledged and lost must be nothing, once must be once.

It knows nothing of who was killed and when, and looks at nothing but its arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from contactcenter.model import events, facts
from contactcenter.model.events import Event
from contactcenter.model.facts import Fact
from contactcenter.model.words import Author, Delivery, LegRole, LegState, OfferOutcome
from contactcenter.sim.checkers import ContactChecker, LineChecker
from contactcenter.sim.violations import Ledger
from tests.chaos.history import Act, Kept, Promises, Request

__all__ = ["Broken", "check"]

NAMED_MAX = 20  # of one kind; more of the same says nothing


class Broken(dict[str, list[str]]):
    """Violations by their kind: lost, doubled, open (never came to its end), other (differs, or broke a rule)."""

    def add(self, kind: str, what: Iterable[str]) -> None:
        """Write violations down."""
        found = list(what)
        if found:
            self.setdefault(kind, []).extend(found)

    def count(self, kind: str) -> int:
        """Return how many there are of one kind."""
        return len(self.get(kind, ()))

    def told(self) -> str:
        """Return them in lines, not more of each kind than a person reads."""
        return "\n".join(f"{kind}: {what}" for kind, all_of in self.items() for what in all_of[:NAMED_MAX])


def check(promised: Promises, kept: Kept) -> Broken:
    """Compare what was promised with what is there."""
    broken = Broken()
    _check_texts(promised, kept, broken)
    _check_calls(promised, kept, broken)
    _check_acts(promised, kept, broken)
    _check_requests(promised, kept, broken)
    _check_handed(promised, kept, broken)
    _check_contacts(kept, broken)
    broken.add("other", [f"deciding again differs: {kept.replay}"] if kept.replay else [])
    broken.add("other", (f"records: {what}" for what in kept.folds))
    broken.add("other", (f"bus: {what}" for what in kept.heard))
    return broken


def _facts(kept: Kept) -> Iterator[Fact]:
    return (fact for entry in kept.entries for fact in entry.facts)


def _events(kept: Kept) -> Iterator[Event]:
    return (entry.event for entry in kept.entries)


def _more_than_once(found: Iterable[str]) -> Iterator[str]:
    return (f"{what} ({count} times)" for what, count in Counter(found).items() if count > 1)


def _check_texts(promised: Promises, kept: Kept, broken: Broken) -> None:
    """Every word that was taken is in the records and stands in a conversation, once."""
    posted = {fact.message for fact in _facts(kept) if isinstance(fact, facts.TextPosted)}
    standing = [text for text in kept.stored if text.id in posted]
    by_carrier = {text.provider_id: text.body for text in standing}
    by_id = {text.id: text.body for text in standing}
    bodies = {text.body for text in standing}
    broken.add("lost", (f"SMS {id}" for id, body in promised.texts.items() if by_carrier.get(id) != body))
    broken.add("lost", (f"answer {id}" for id, body in promised.answers.items() if by_id.get(id) != body))
    broken.add("lost", (f"chat text {body!r}" for body in promised.chats if body not in bodies))
    ours = {*promised.texts.values(), *promised.chats, *promised.answers.values()}
    broken.add("doubled", (f"text {what}" for what in _more_than_once(t.body for t in standing if t.body in ours)))


def _check_calls(promised: Promises, kept: Kept, broken: Broken) -> None:
    """Every call that was answered is a contact, and was answered as one alone."""
    known = set(kept.callers.values())
    broken.add("lost", (f"call of {number}" for number in promised.callers if number not in known))
    up = [
        kept.callers[fact.contact]
        for fact in _facts(kept)
        if isinstance(fact, facts.LegChanged) and (fact.role, fact.state) == (LegRole.CALLER, LegState.UP)
        if fact.contact in kept.callers
    ]
    broken.add("doubled", (f"call of {what}" for what in _more_than_once(up)))


def _check_acts(promised: Promises, kept: Kept, broken: Broken) -> None:
    """Every act that was answered with yes is in the journal, and an offer was accepted by one agent alone."""
    missing = Counter(promised.acts) - Counter(filter(None, map(_act_of, _events(kept))))
    broken.add("lost", (" ".join(("act", *act)) for act in missing))
    taken = [
        fact.offer
        for fact in _facts(kept)
        if isinstance(fact, facts.OfferEnded) and fact.outcome is OfferOutcome.ACCEPTED
    ]
    broken.add("doubled", (f"acceptance of offer {what}" for what in _more_than_once(taken)))


def _act_of(event: Event) -> Act | None:
    match event:
        case events.AgentSignedIn():
            return Act("station", event.agent, event.station or "")
        case events.ReadyChosen():
            return Act("ready", event.agent)
        case events.OfferAccepted():
            return Act("accept", event.agent, event.offer)
        case events.ContactClosed():
            return Act("close", event.agent, event.contact)
        case events.WrapUpFinished():
            return Act("wrap_up", event.agent, event.contact)
        case events.TransferAsked():
            return Act("transfer", event.agent, event.contact)
        case events.ModeAsked():
            return Act("mode", event.by, event.mode)
    return None


def _check_requests(promised: Promises, kept: Kept, broken: Broken) -> None:
    """What programs asked one after the other was done, in that order."""
    for agent in sorted({request.agent for request in promised.requests}):
        asked = [request for request in promised.requests if request.agent == agent]
        done = iter([request for request in map(_request_of, _events(kept)) if request and request.agent == agent])
        broken.add("lost", [f"request {first}" for first in asked if first not in done][:1])


def _request_of(event: Event) -> Request | None:
    match event:
        case events.ReadyChosen():
            return Request(event.agent, True)
        case events.NotReadyChosen():
            return Request(event.agent, False, event.reason)
    return None


def _check_handed(promised: Promises, kept: Kept, broken: Broken) -> None:
    """Each outgoing text reached the carrier under its one id, unchanged; nothing was told that was not decided."""
    copies: dict[str, set[tuple[str, str]]] = {}
    for text in promised.handed:
        copies.setdefault(text.id, set()).add((text.number, text.body))
    broken.add("doubled", (f"id {id} with other words" for id, all_of in copies.items() if len(all_of) > 1))
    answers = set(promised.answers.values())
    bodies = [body for all_of in copies.values() for _, body in all_of if body in answers]
    broken.add("doubled", (f"text {what} at the carrier" for what in _more_than_once(bodies)))
    out, sent, failed = _outbox(_facts(kept))
    broken.add("lost", (f"text {id} was handed over and is not in the journal" for id in sorted(set(copies) - out)))
    broken.add("lost", (f"text {id} never reached the carrier" for id in sorted(out - set(copies) - failed)))
    broken.add("open", (f"text {id} waits for its carrier" for id in sorted(out - set(sent) - failed)))
    broken.add("doubled", (f"text {what} counts as sent" for what in _more_than_once(sent)))


def _outbox(found: Iterable[Fact]) -> tuple[set[str], list[str], set[str]]:
    """Return the outgoing texts by SMS, those that were sent each time they were, and those that failed."""
    out: set[str] = set()
    sent: list[str] = []
    failed: set[str] = set()
    for fact in found:
        match fact:
            case facts.TextPosted(delivery=Delivery.PENDING) if fact.author is not Author.CUSTOMER:
                out.add(fact.message)
            case facts.TextDelivered(delivery=Delivery.SENT):
                sent.append(fact.message)
            case facts.TextDelivered(delivery=Delivery.FAILED):
                failed.add(fact.message)
    return out, sent, failed


def _check_contacts(kept: Kept, broken: Broken) -> None:
    """Every contact and line comes to its one end, and one agent talks with a contact."""
    ledger = Ledger()
    oracles = (ContactChecker(ledger), LineChecker(ledger))
    for entry in kept.entries:
        for oracle in oracles:
            oracle.see(entry)
    broken.add("doubled", (f"{seen.invariant}: {seen.what}" for seen in ledger.violations))
    before = len(ledger.violations)
    for oracle in oracles:
        oracle.finish(kept.entries[-1].at if kept.entries else 0)
    broken.add("open", (f"{seen.invariant}: {seen.what}" for seen in ledger.violations[before:]))
