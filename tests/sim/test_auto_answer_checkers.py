"""The oracle of automatic answers finds what nobody sees, and what rings on."""

from __future__ import annotations

import pytest

from contactcenter.model.facts import ConsolePresence, OfferEnded, OfferMade
from contactcenter.model.ids import ContactId, OfferId, VisitId
from contactcenter.model.words import Channel, OfferOutcome
from contactcenter.sim.auto_answer_checkers import AutoAnswerChecker
from contactcenter.sim.violations import Ledger
from tests.reports.day import ANN, FAULTS, MINUTE, Day


@pytest.mark.parametrize(("console", "ends", "found"), [(True, True, []), (False, True, ["U1"]), (True, False, ["U2"])])
def test_the_oracle_of_automatic_answers_finds(console: bool, ends: bool, found: list[str]) -> None:
    day, ledger = Day(at=MINUTE), Ledger()
    day.state(ConsolePresence(ANN, console))
    offer, contact = OfferId("o"), ContactId("c")
    day.state(OfferMade(offer, contact, VisitId("v"), FAULTS, Channel.SMS, ANN, None, day.at + 1_000, None, True))
    if ends:
        day.state(OfferEnded(offer, contact, ANN, Channel.SMS, OfferOutcome.ACCEPTED))
    checker = AutoAnswerChecker(ledger)
    for entry in day.entries():
        checker.see(entry)
    checker.finish(day.at)
    assert [violation.invariant for violation in ledger.violations] == found
