"""Journals of all releases must still load, and lead to the same end; files of a release are never changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contactcenter import __version__
from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.center import Center
from contactcenter.model.entry import Position
from contactcenter.model.facts import ContactEnded
from contactcenter.runtime.replay import recover, verify
from tests.journals.day import RECORDED, short_day

FILES = sorted(RECORDED.glob("*.sqlite3"))
# What became of the day's contacts, whatever release recorded it.
ENDS = ["busy", "failed_node", "handled", "handled", "handled", "handled", "left_in_ivr"]


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def recorded(request: pytest.FixtureRequest, tmp_path: Path) -> JournalReader:
    """A recorded journal, read from a copy: reading makes files beside it."""
    return JournalReader(Path(shutil.copy(request.param, tmp_path / "journal.sqlite3")))


def test_this_release_has_its_journal() -> None:
    assert __version__ in [file.stem for file in FILES], "run: python -m tests.journals.day"


def test_a_recorded_journal_loads_and_leads_to_the_same_end(recorded: JournalReader) -> None:
    center = Center()
    last_at = recover(center, recorded)
    entries = list(recorded.load())
    ends = [fact.outcome.value for entry in entries for fact in entry.facts if isinstance(fact, ContactEnded)]
    assert sorted(ends) == ENDS
    assert center.position == entries[-1].position and last_at == entries[-1].at
    assert center.position.epoch == 2
    assert center.outbox() == []


def test_a_journal_of_this_release_would_be_decided_the_same_again(recorded: JournalReader) -> None:
    verdict = verify(recorded, Center, __version__)
    assert verdict.difference is None, f"{verdict.difference}; before a release: python -m tests.journals.day --again"
    assert verdict.decided + verdict.applied == recorded.head()


def test_the_day_spans_two_owners() -> None:
    assert short_day().journal[-1].position > Position(2, 0)
