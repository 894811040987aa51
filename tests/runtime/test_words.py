"""Enumerations after they are made quick: members are found as before, and what is none is none."""

from __future__ import annotations

from contactcenter.model.words import Work
from contactcenter.runtime.words import quicken


def test_members_are_found_as_before_and_nothing_else() -> None:
    quicken()
    quicken()
    assert Work.TALKING is Work["TALKING"]
    assert Work("talking") is Work.TALKING
    assert [work.name for work in Work][:2] == ["RINGING", "DIALLING"]
    assert not hasattr(Work, "SLEEPING")
