"""Explains a contact from a house's journal, as `contactcenter why --json` does from a configuration folder."""

from __future__ import annotations

import sys
from pathlib import Path

from contactcenter.adapters.journal.reader import JournalReader
from contactcenter.app.why import as_json, choices_of

if __name__ == "__main__":
    found = choices_of(JournalReader(Path(sys.argv[1])).load(), sys.argv[2])
    sys.stdout.write(as_json(found))
    sys.exit(0 if found.known else 2)
