"""The journal and the prompts: can the past be read, whose is it, and is there a voice for each language?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.adapters.snapshots import SnapshotFolder, SnapshotHead
from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.places import Places
from contactcenter.app.serve import is_alive
from contactcenter.app.stores import DOMAIN, journal_reader
from contactcenter.runtime.ports import StoreAway, StoreUnusable
from contactcenter.settings import Settings

__all__ = ["Lease", "judge_journal", "judge_snapshots", "judge_voices", "look_at_journal", "look_at_voices"]

BEHIND_MAX = 200_000  # entries: some seconds more at the next start
LEASE = "SELECT head, epoch, holder FROM lease WHERE domain = "


class Lease(NamedTuple):
    """Whose the journal is, and how far it goes."""

    head: int
    epoch: int
    holder: str


def judge_journal(lease: Lease | None, centre_runs: bool) -> list[Finding]:
    """Judge what the journal says of itself; None: there is none yet."""
    if lease is None:
        return [fine("none yet: the first start makes it")]
    held = "held" if centre_runs else "last held"
    return [fine(f"{lease.head} entries, {held} by {lease.holder or 'nobody'} in epoch {lease.epoch}")]


def look_at_journal(settings: Settings) -> list[Finding]:
    """Read the lease, as every reader does."""
    places = Places(settings.paths.var)
    try:
        lease = None if not settings.store.url and not places.journal.exists() else _lease(settings)
    except StoreAway as reason:
        return [error(str(reason), "start the server; the centre tries again by itself")]
    except StoreUnusable as reason:
        if "there is no journal here" not in str(reason):
            return [error(str(reason), "see docs/journal.md")]
        lease = None
    return [*judge_journal(lease, is_alive(places.socket)), *_snapshots(lease, SnapshotFolder(places.snapshots))]


def _snapshots(lease: Lease | None, folder: SnapshotFolder) -> list[Finding]:
    heads, age_s = folder.heads(), folder.age_s()
    return judge_snapshots(lease, heads[0] if heads else None, age_s or 0.0) if lease is not None else []


def judge_snapshots(lease: Lease, newest: SnapshotHead | None, age_s: float) -> list[Finding]:
    """Judge how much of the journal the next start has to read: none of this is ever in danger, only its speed."""
    behind = lease.head - (newest.position.sequence if newest is not None else 0)
    seen = "no snapshot yet: a start reads the journal from its first entry"
    if newest is not None:
        seen = f"the newest snapshot is {age_s / 60:.0f} min old and {behind} entries behind"
    if behind <= BEHIND_MAX:
        return [fine(seen)]
    return [warning(seen, "the keeper does not keep up: see logs/keeper.log, and start the centre again")]


def _lease(settings: Settings) -> Lease | None:
    reader = journal_reader(settings)
    try:
        if isinstance(reader, JournalReader):
            row = reader.row(f"{LEASE}?", (DOMAIN,))
        else:
            from contactcenter.adapters.journal.postgres_reader import PostgresReader

            assert isinstance(reader, PostgresReader)
            row = next(iter(reader.rows(f"{LEASE}$1", DOMAIN)), None)
    finally:
        reader.close()
    return Lease(int(str(row[0])), int(str(row[1])), str(row[2])) if row else None


def judge_voices(sounds: Mapping[str, int]) -> list[Finding]:
    """Judge how many sounds there are in each language of a telephone entry; `settings` names single missing ones."""
    silent = [language for language, count in sounds.items() if not count]
    if silent:
        return [error(f"no sound in {', '.join(silent)}: callers would hear nothing", "python -m tools.render_prompts")]
    return [fine(", ".join(f"{count} sounds in {language}" for language, count in sounds.items()) or "none needed")]


def look_at_voices(settings: Settings) -> list[Finding]:
    """Count the sounds of the languages in which callers are spoken to."""
    languages = sorted({entry.language for entry in settings.center.entries if entry.channel == "voice"})
    folder = settings.paths.prompts
    return judge_voices({language: sum(1 for _ in (folder / language).glob("*.wav")) for language in languages})
